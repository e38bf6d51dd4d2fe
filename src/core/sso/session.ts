import { ccvaultCommand } from '../command-line.ts';
import type { AwsConfig } from '../config/aws-config.ts';
import { listOf } from '../config/lists.ts';
import { unreadHeaderInWords } from '../config/unread-headers.ts';
import { CliError } from '../errors.ts';
import { assertAccepted } from '../plan/checked-settings.ts';
import { settingsFor } from '../plan/settings.ts';
import type { AwsSettings } from '../ports/aws.ts';
import type { Environment } from '../ports/environment.ts';
import { closest } from '../suggest.ts';

/** Where a person signs in to IAM Identity Center, and for what. */
export interface SsoSession {
  /** The name of the `[sso-session]`; undefined with the legacy keys of a profile. */
  readonly session: string | undefined;
  readonly startUrl: string;
  readonly region: string;
  readonly registrationScopes: readonly string[];
}

/** A section `[sso-session NAME]`. */
export interface NamedSsoSession extends SsoSession {
  readonly session: string;
}

/** What a sign-in needs, and for whom it is made. */
export interface SsoAccess {
  readonly sso: SsoSession;
  /** How the portal is reached. */
  readonly settings: AwsSettings;
  /** How the service that signs in is reached. */
  readonly oidcSettings: AwsSettings;
  /** Undefined where the session itself is asked for, by a name that it then has. */
  readonly profile: string | undefined;
}

export const DEFAULT_SCOPE = 'sso:account:access';

/** The scopes of `sso_registration_scopes`. */
export function registrationScopes(text: string | undefined): readonly string[] {
  const scopes = listOf(text ?? '');
  return scopes.length === 0 ? [DEFAULT_SCOPE] : scopes;
}

/** Throws CliError `config` for a session that does not exist, a missing key, and values that AWS would refuse. */
export function namedSession(name: string, config: AwsConfig): NamedSsoSession {
  const section = config.section('sso-session', name);
  if (section === undefined) throw unknownSession(name, config);
  const take = (key: 'sso_start_url' | 'sso_region'): string => {
    const value = section.get(key);
    if (value === undefined) {
      throw new CliError('config', `session ${name}: ${key} is missing`, {
        hints: [`add ${key} to [sso-session ${name}] in ${config.configPath}`],
      });
    }
    assertAccepted(key, value, `session ${name}: ${key} in ${config.configPath}`);
    return value;
  };
  return {
    session: name,
    startUrl: take('sso_start_url'),
    region: take('sso_region'),
    registrationScopes: registrationScopes(section.get('sso_registration_scopes')),
  };
}

/** How a session is reached. No profile has a say in it. */
export function accessTo(sso: NamedSsoSession, config: AwsConfig, env: Environment): SsoAccess {
  const context = { config, env, view: undefined };
  return {
    sso,
    settings: settingsFor('sso', { region: sso.region }, context),
    oidcSettings: settingsFor('sso-oidc', { region: sso.region }, context),
    profile: undefined,
  };
}

/** On whose behalf, for messages: `profile dev`. */
export function beneficiary({ profile, sso }: Pick<SsoAccess, 'profile' | 'sso'>): string {
  return profile === undefined ? `session ${sso.session}` : `profile ${profile}`;
}

/** The command that signs in, for hints. */
export function signInCommand({ profile, sso }: Pick<SsoAccess, 'profile' | 'sso'>): string {
  return profile === undefined
    ? ccvaultCommand('sso login', { operands: [sso.session ?? ''] })
    : ccvaultCommand('refresh', { operands: [profile] });
}

function unknownSession(name: string, config: AwsConfig): CliError {
  const what = `there is no [sso-session ${name}] in ${config.configPath}`;
  const header = config.unreadHeader('sso-session', name);
  if (header !== undefined) {
    return new CliError('config', `${what}: ${unreadHeaderInWords(header)}`, {
      hints: [`write ${header.right} at ${header.path}:${header.line}`],
    });
  }
  const near = closest(name, config.ssoSessionNames());
  return new CliError('config', what, {
    hints: [
      ...(near === undefined ? [] : [`did you mean ${near}?`]),
      `add it with: ${ccvaultCommand('sso add', { operands: [name] })}`,
    ],
  });
}

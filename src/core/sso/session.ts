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

/** Where to sign in to IAM Identity Center, and with which scopes. */
export interface SsoSession {
  /** The name of the `[sso-session]`; undefined for a profile with the legacy SSO settings. */
  readonly session: string | undefined;
  readonly startUrl: string;
  readonly region: string;
  readonly registrationScopes: readonly string[];
}

/** A session with an `[sso-session]` section. */
export interface NamedSsoSession extends SsoSession {
  readonly session: string;
}

/** What a sign-in needs, and the profile that needs it. */
export interface SsoAccess {
  readonly sso: SsoSession;
  /** For the portal. */
  readonly settings: AwsSettings;
  /** For the OIDC service, which signs in. */
  readonly oidcSettings: AwsSettings;
  /** Undefined if the command is about the session itself, which then has a name. */
  readonly profile: string | undefined;
}

export const DEFAULT_SCOPE = 'sso:account:access';

/** The scopes of `sso_registration_scopes`; `DEFAULT_SCOPE` if there are none. */
export function registrationScopes(text: string | undefined): readonly string[] {
  const scopes = listOf(text ?? '');
  return scopes.length === 0 ? [DEFAULT_SCOPE] : scopes;
}

/** The session of a name. Throws CliError `config` if it does not exist, is incomplete or has an invalid setting. */
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

/** How the services of a session are reached, independently of any profile. Throws as settingsFor. */
export function accessTo(sso: NamedSsoSession, config: AwsConfig, env: Environment): SsoAccess {
  const context = { config, env, view: undefined };
  return {
    sso,
    settings: settingsFor('sso', { region: sso.region }, context),
    oidcSettings: settingsFor('sso-oidc', { region: sso.region }, context),
    profile: undefined,
  };
}

/** Who needs the sign-in, for messages: `profile dev` or `session work`. */
export function beneficiary({ profile, sso }: Pick<SsoAccess, 'profile' | 'sso'>): string {
  return profile === undefined ? `session ${sso.session}` : `profile ${profile}`;
}

/** The command that signs in, for a hint. */
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

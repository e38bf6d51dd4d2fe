import { ccvaultCommand } from '../command-line.ts';
import { CliError } from '../errors.ts';
import { noHome } from '../home-directory.ts';
import { firstStep } from '../plan/first-step.ts';
import { lackingSession, ssoRoleNamed } from '../sso/role-profiles.ts';
import { closest } from '../suggest.ts';
import type { AwsConfig } from './aws-config.ts';
import { unreadHeaderInWords } from './unread-headers.ts';

/**
 * The error for a name that is in neither the config files nor the vault, or that names an SSO role where only a
 * profile is accepted. `known` are the names that exist, for a suggestion.
 */
export function unknownProfile(name: string, known: readonly string[], config: AwsConfig): CliError {
  if (config.configPath.startsWith('~/')) {
    return noHome(`the file that may have profile ${name}`, ['AWS_CONFIG_FILE']);
  }
  const role = ssoRoleNamed(name, config);
  if (role !== undefined) {
    return new CliError('config', `${name} is a role of session ${role.session}, not a profile`, {
      hints: [writeProfiles(role.session)],
    });
  }
  const session = lackingSession(name, config);
  const header =
    config.unreadHeader('profile', name) ??
    (session === undefined ? undefined : config.unreadHeader('sso-session', session));
  const what = `there is no profile ${name}`;
  if (header !== undefined) {
    return new CliError('config', `${what}: ${unreadHeaderInWords(header)}`, {
      hints: [`write ${header.right} at ${header.path}:${header.line}`],
    });
  }
  const near = closest(name, known) ?? withNearSession(name, session, config);
  const lacks = session === undefined ? [] : [`no [sso-session ${session}] in ${config.configPath}`];
  return new CliError('config', [what, ...lacks, ...config.missing].join(', and '), {
    hints: [
      ...(near === undefined ? [] : [`did you mean ${near}?`]),
      unknownProfileHint(name, known.length === 0, config),
    ],
  });
}

/** The hint for a name without a profile. `isFirst` is true if there is no profile at all. */
export function unknownProfileHint(name: string, isFirst: boolean, config: AwsConfig): string {
  const session = lackingSession(name, config);
  const isFresh = isFirst && config.missing.length === 0;
  if (session !== undefined) {
    const add = `add the session with: ${ccvaultCommand('sso add', { operands: [session] })}`;
    return isFresh ? add : `see the profiles with: ccvault list; or ${add}`;
  }
  if (config.ssoSessionNames().includes(name)) {
    return `${name} is a session: use a role of it as ${name}/ACCOUNT/ROLE, or ${writeProfiles(name)}`;
  }
  if (isFresh) return firstStep(config, name);
  return `see the profiles with: ccvault list; or store a key with: ${ccvaultCommand('add', { operands: [name] })}`;
}

function writeProfiles(session: string): string {
  return `write profiles for its roles with: ${ccvaultCommand('sso populate', { operands: [session] })}`;
}

function withNearSession(name: string, session: string | undefined, config: AwsConfig): string | undefined {
  if (session === undefined) return undefined;
  const near = closest(session, config.ssoSessionNames());
  return near === undefined ? undefined : `${near}${name.slice(session.length)}`;
}

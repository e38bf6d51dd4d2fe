import type { AwsConfig } from '../config/aws-config.ts';
import type { ProfileView } from '../config/profile-view.ts';
import { profileHeader } from '../config/sections.ts';
import { unreadHeaderInWords } from '../config/unread-headers.ts';
import { ccvaultCommand } from '../command-line.ts';
import { assertUnquoted, placeOf } from './checked-settings.ts';
import { CliError } from '../errors.ts';

/** A setting without effect, and what it lacks. */
interface Lack {
  readonly what: string;
  readonly fixes: readonly string[];
}

const ROLE_LINE = 'role_arn = arn:aws:iam::ACCOUNT:role/NAME';
// Settings without effect unless there is a role_arn, the most telling first.
const NEEDS_ROLE = [
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  'web_identity_token_process',
] as const;

/**
 * The error for a profile without a source of credentials, code `no-credentials`. It names the cause, if it can be
 * told: a setting without effect, a header that is not read, a file that does not exist.
 */
export function noCredentials(view: ProfileView, config: AwsConfig): CliError {
  const of = `profile ${view.name} has no credentials`;
  const add = ccvaultCommand('add', { operands: [view.name] });
  const lack = lackOf(view, config);
  if (lack !== undefined) {
    return error(`${of}: ${lack.what}`, [...lack.fixes, `or store a key with: ${add}`]);
  }
  const header = config.unreadHeader('profile', view.name);
  if (header !== undefined) {
    return error(`${of}: ${unreadHeaderInWords(header)}`, [
      `write ${header.right} there`,
      `or store a key with: ${add}`,
    ]);
  }
  const [missing] = config.missing;
  if (missing !== undefined)
    return error(`${of}, and ${missing}`, ['correct the variable', `or store a key with: ${add}`]);
  return error(of, [`store its key with: ${add}`]);
}

function error(message: string, hints: readonly string[]): CliError {
  return new CliError('config', message, { code: 'no-credentials', hints });
}

function lackOf(view: ProfileView, config: AwsConfig): Lack | undefined {
  const place = `${profileHeader(view.name, 'config')} in ${config.configPath}`;
  const lone = NEEDS_ROLE.find((key) => view.get(key) !== undefined);
  if (lone !== undefined) {
    const source = view.get('source_profile');
    const copy =
      source === undefined
        ? []
        : [
            `or, to use the credentials of ${source}: credential_process = ${ccvaultCommand('export', { options: ['--format', 'json'], operands: [source] })}`,
          ];
    return {
      what: `it has ${lone} but no role_arn`,
      fixes: [`add to ${place}: ${ROLE_LINE}`, ...copy],
    };
  }
  const session = view.get('sso_session');
  const signIn = session === undefined ? view.get('sso_start_url') && 'sso_start_url' : 'sso_session';
  if (session !== undefined && config.section('sso-session', session) === undefined) {
    assertUnquoted(session, placeOf(view, 'sso_session'));
    const header = config.unreadHeader('sso-session', session);
    return {
      what: `its sso_session names ${session}, which does not exist${header === undefined ? '' : `: ${unreadHeaderInWords(header)}`}`,
      fixes: [
        header === undefined
          ? `add [sso-session ${session}] with sso_start_url and sso_region to ${config.configPath}`
          : `write ${header.right} there`,
      ],
    };
  }
  if (signIn) {
    return {
      what: `it has ${signIn} but neither sso_account_id nor sso_role_name`,
      fixes: [`add to ${place}: sso_account_id = ACCOUNT and sso_role_name = NAME`],
    };
  }
  const half = ['sso_account_id', 'sso_role_name'].find((key) => view.get(key) !== undefined);
  if (half !== undefined) {
    return {
      what: `it has ${half} but neither sso_session nor sso_start_url`,
      fixes: [`add to ${place}: sso_session = NAME`],
    };
  }
  if (view.sessionToken() !== undefined) {
    return {
      what: 'it has a session token but no access key',
      fixes: [`add the key to it in ${config.credentialsPath}`],
    };
  }
  return undefined;
}

import {
  isAccountId,
  isExternalId,
  isMfaSerial,
  isPermissionSet,
  isRoleArn,
  isRoleSessionName,
  isSourceIdentity,
} from '../aws/arn.ts';
import { isRegionName } from '../aws/regions.ts';
import type { ProfileView } from '../config/profile-view.ts';
import { CliError } from '../errors.ts';
import { isQuoted, isVisible } from '../text-checks.ts';

/** What AWS accepts for a setting: a mistake is found before any call and reported with the setting's place. */
interface Rule {
  readonly accepts: (text: string) => boolean;
  /** Follows "is not " in the message. */
  readonly what: string;
  readonly hint: string;
  /** True for a value that messages do not show. */
  readonly confidential?: boolean;
}

const SESSION_NAME_HINT = 'write 2 to 64 letters, digits and the characters _ + = , . @ -';

const RULES = {
  role_arn: {
    accepts: isRoleArn,
    what: 'the ARN of a role',
    hint: 'write it like arn:aws:iam::123456789012:role/name',
  },
  role_session_name: { accepts: isRoleSessionName, what: 'a role session name', hint: SESSION_NAME_HINT },
  source_identity: { accepts: isSourceIdentity, what: 'a source identity', hint: SESSION_NAME_HINT },
  external_id: {
    accepts: isExternalId,
    what: 'an external id',
    hint: 'write 2 to 1224 letters, digits and the characters _ + = , . @ : / -',
    confidential: true,
  },
  mfa_serial: {
    accepts: isMfaSerial,
    what: 'an MFA device',
    hint: 'write its ARN, like arn:aws:iam::123456789012:mfa/name',
  },
  region: { accepts: isRegionName, what: 'a region', hint: 'write it like eu-west-1' },
  sso_region: { accepts: isRegionName, what: 'a region', hint: 'write it like eu-west-1' },
  sso_account_id: {
    accepts: isAccountId,
    what: 'an account id',
    hint: 'write its 12 digits',
  },
  sso_role_name: {
    accepts: isPermissionSet,
    what: 'the name of a permission set',
    hint: 'write it as the portal shows it',
  },
  sso_start_url: {
    accepts: isHttpsUrl,
    what: 'an https URL without a user name',
    hint: 'write it like https://d-1234567890.awsapps.com/start',
  },
} satisfies Record<string, Rule>;

function isHttpsUrl(text: string): boolean {
  const url = URL.parse(text);
  // URL.parse drops blanks at both ends and escapes control characters; messages would show the text as it is.
  return isVisible(text) && url?.protocol === 'https:' && url.username === '' && url.password === '';
}

export type CheckedKey = keyof typeof RULES;

/**
 * Throws CliError `config` for a value that AWS would refuse. `place` names the setting: `profile dev: role_arn in
 * ~/.aws/config`, or a variable.
 */
export function assertAccepted(key: CheckedKey, value: string, place: string): void {
  const rule: Rule = RULES[key];
  if (rule.accepts(value)) return;
  assertUnquoted(value, place);
  if (key === 'mfa_serial' && value.includes(':u2f/')) {
    const what = `${place} names a security key or passkey, which AWS STS does not accept: ${value}`;
    throw new CliError('config', what, {
      hints: ['write the ARN of an authenticator app, or remove mfa_serial'],
    });
  }
  const trimmed = value.trim();
  const meant = key.endsWith('region') ? trimmed.toLowerCase() : trimmed;
  const hint = rule.accepts(meant) ? `write it as ${meant}` : rule.hint;
  const shown = rule.confidential ? '' : `: ${value}`;
  throw new CliError('config', `${place} is not ${rule.what}${shown}`, { hints: [hint] });
}

/** Throws CliError `config` for a value in quotes, which would count as part of it. */
export function assertUnquoted(value: string, place: string): void {
  if (!isQuoted(value)) return;
  throw new CliError('config', `${place} is in quotes, which count as part of the value`, {
    hints: ['remove the quotes'],
  });
}

/** A checked setting of a profile; undefined if it is unset. Throws as assertAccepted. */
export function checkedSetting(view: ProfileView, key: CheckedKey): string | undefined {
  const value = view.get(key);
  if (value !== undefined) assertAccepted(key, value, placeOf(view, key));
  return value;
}

/** How messages name a setting: `profile dev: region in ~/.aws/config`. */
export function placeOf(view: ProfileView, key: string): string {
  return `profile ${view.name}: ${key} in ${view.pathOf(key)}`;
}

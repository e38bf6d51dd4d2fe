import { removeProfileKeys } from '../core/config/edit.ts';
import type { AwsConfig } from '../core/config/aws-config.ts';
import type { ConfigFileKind } from '../core/config/sections.ts';

const STATIC_KEYS = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', 'aws_security_token'];

// Every key by which a profile names credentials (AWS SDK reference, "Settings reference"). `sso_session` alone gives
// none, but the SDK for JavaScript then stops looking.
const SOURCE_KEYS = [
  ...STATIC_KEYS,
  'role_arn',
  'source_profile',
  'credential_source',
  'credential_process',
  'web_identity_token_file',
  'login_session',
  'sso_session',
  'sso_start_url',
  'sso_region',
  'sso_account_id',
  'sso_role_name',
];

/**
 * The files in which the profile `default` names credentials. The SDKs look there before they ask a container or
 * metadata endpoint, so a program without a profile would use those instead of the server's.
 */
export function filesWithDefaultCredentials(config: AwsConfig): ReadonlySet<ConfigFileKind> {
  const profile = config.profile('default');
  return new Set(SOURCE_KEYS.map((key) => profile?.origin(key)).filter((origin) => origin !== undefined));
}

/**
 * The text of a config file in which `default` keeps its settings and names no credentials, and no profile has a
 * secret: a copy that may lie about.
 */
export function withoutDefaultCredentials(text: string, config: AwsConfig): string {
  let copy = removeProfileKeys(text, 'default', 'config', SOURCE_KEYS);
  for (const name of config.profileNames()) {
    const keys = new Set(config.profile(name)?.keys());
    if (STATIC_KEYS.some((key) => keys.has(key))) copy = removeProfileKeys(copy, name, 'config', STATIC_KEYS);
  }
  return copy;
}

import type { AwsConfig } from '../core/config/aws-config.ts';
import type { ConfigFileKind } from '../core/config/sections.ts';

export const STATIC_KEYS = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
];

// Every setting by which a profile names credentials (AWS SDK reference, "Settings reference"). `sso_session` alone
// names none, but the SDK for JavaScript then looks no further.
export const SOURCE_KEYS = [
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
 * The files in which the `default` profile names credentials. The SDKs prefer these to a container or metadata
 * endpoint, so a program without a profile would use them instead of the server's.
 */
export function filesWithDefaultCredentials(config: AwsConfig): ReadonlySet<ConfigFileKind> {
  const profile = config.profile('default');
  return new Set(SOURCE_KEYS.map((key) => profile?.origin(key)).filter((origin) => origin !== undefined));
}

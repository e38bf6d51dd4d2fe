import { ccvaultCommand } from '../../core/command-line.ts';
import type { AwsConfig } from '../../core/config/aws-config.ts';

/** What the SDKs use instead of a profile's `credential_process`, and how to change that where possible. */
export interface ReadBefore {
  readonly what: string;
  readonly hint?: string;
}

/**
 * What keeps the SDKs from a profile's `credential_process`; undefined where they run it. The order is botocore's
 * (`ProfileProviderBuilder`); keys in the config file come after it there and before it in the SDKs for JavaScript
 * and Go.
 */
export function readBefore(name: string, config: AwsConfig): ReadBefore | undefined {
  const profile = config.profile(name);
  if (profile === undefined) return undefined;
  const has = (key: string): boolean => profile.get(key) !== undefined;
  const notAsked = 'and do not run its credential_process';
  if (has('role_arn')) {
    const source = profile.get('source_profile');
    if (source !== undefined) {
      const what = `SDKs assume role_arn of profile ${name} with profile ${source}, ${notAsked}`;
      return source === name
        ? { what }
        : {
            what,
            hint: `let them find the credentials of ${source}: ${ccvaultCommand('sdk', { operands: [source] })}`,
          };
    }
    if (has('credential_source') || has('web_identity_token_file')) {
      return { what: `SDKs assume role_arn of profile ${name} themselves, ${notAsked}` };
    }
    return {
      what: `the AWS CLI refuses profile ${name}: it has role_arn without source_profile`,
      hint: `move role_arn to another profile, with source_profile = ${name}`,
    };
  }
  if (has('sso_session') || has('sso_start_url')) {
    return { what: `SDKs sign in to IAM Identity Center for profile ${name}, ${notAsked}` };
  }
  const place = profile.origin('aws_access_key_id');
  if (place !== undefined) {
    const path = place === 'credentials' ? config.credentialsPath : config.configPath;
    const who = place === 'credentials' ? 'SDKs' : 'some SDKs';
    return {
      what: `${who} use the key of profile ${name} in ${path}, ${notAsked}`,
      hint: `remove it from there: ${ccvaultCommand('import', { options: ['--scrub'], operands: [name] })}`,
    };
  }
  if (has('login_session')) {
    return { what: `SDKs use the login_session of profile ${name}, ${notAsked}` };
  }
  return undefined;
}

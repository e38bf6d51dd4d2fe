import { ccvaultCommand } from '../command-line.ts';
import type { AwsConfig } from '../config/aws-config.ts';
import { CliError } from '../errors.ts';
import type { Environment } from '../ports/environment.ts';
import { unreadHeaderInWords } from '../config/unread-headers.ts';
import { assertUnquoted, placeOf } from './checked-settings.ts';
import { noCredentials } from './no-credentials.ts';
import { ssoOf } from './sso-source.ts';
import type { SsoSource } from './sso-source.ts';
import { unknownProfile } from '../config/unknown-profile.ts';
import { viewProfile } from '../config/profile-view.ts';
import type { ProfileView, StaticKeyLocation } from '../config/profile-view.ts';

/** A stored key as the index has it, without its secret. */
export interface StoredKey {
  readonly accessKeyId: string;
  /** Random, new for each key that is stored, so that sessions of an older key are never found. */
  readonly generation: string;
  /** Undefined if the key was stored with --no-verify. */
  readonly account?: string;
}

export type StoredKeys = ReadonlyMap<string, StoredKey>;

/** The source of a chain's credentials. `profile` is undefined for ambient credentials without a profile. */
export type Source =
  | { readonly kind: 'vault'; readonly profile: ProfileView; readonly key: StoredKey }
  | { readonly kind: 'static'; readonly profile: ProfileView; readonly place: StaticKeyLocation }
  | { readonly kind: 'environment'; readonly profile: ProfileView | undefined }
  | { readonly kind: 'container'; readonly profile: ProfileView | undefined }
  | { readonly kind: 'instance'; readonly profile: ProfileView | undefined }
  | { readonly kind: 'process'; readonly profile: ProfileView; readonly command: string }
  | {
      readonly kind: 'web-identity';
      readonly profile: ProfileView | undefined;
      readonly identity: WebIdentity;
    }
  | { readonly kind: 'sso'; readonly profile: ProfileView; readonly sso: SsoSource }
  | { readonly kind: 'login'; readonly profile: ProfileView; readonly loginSession: string };

export interface WebIdentity {
  readonly roleArn: string;
  readonly sessionName: string | undefined;
  readonly token: { readonly file: string } | { readonly process: string };
}

/** A source, and the roles in the order in which they are assumed. */
export interface Chain {
  readonly source: Source;
  readonly roles: readonly ProfileView[];
  readonly notes: readonly string[];
}

/**
 * Follows `source_profile` and `credential_source` from a profile to the source of its credentials, by the rules of the
 * AWS SDK reference ("Assume role credential provider"), with a stored key in the place of static keys. Throws CliError
 * `config` for a profile that does not exist, a loop, incomplete static keys, a role with both settings or without any
 * source, and a profile without credentials.
 */
export function chainOf(profile: string, config: AwsConfig, storedKeys: StoredKeys): Chain {
  const roles: ProfileView[] = [];
  const notes: string[] = [];
  const visited: string[] = [];
  let name = profile;
  for (;;) {
    const requested = visited.length === 0;
    // A source profile has to be in a file, where the SDKs find it, or in the vault.
    const isThere = requested ? config.hasProfile(name) : config.isWritten(name);
    if (!isThere && !storedKeys.has(name)) {
      throw requested
        ? unknownProfile(name, known(config, storedKeys), config)
        : missingSource(name, visited, config);
    }
    const view = viewProfile(config, name);
    visited.push(name);
    const step = follow(view, requested, config, storedKeys);
    if (step.note !== undefined) notes.push(step.note);
    if (step.assumes) roles.unshift(view);
    if (step.source !== undefined) return { source: step.source, roles, notes };
    const next = step.next;
    if (visited.includes(next)) {
      throw new CliError('config', `source_profile loop: ${[...visited, next].join(' -> ')}`, {
        hints: [
          `correct its source_profile in ${config.configPath}`,
          `or give one of them a key: ${ccvaultCommand('add', { operands: [next] })}`,
        ],
      });
    }
    name = next;
  }
}

type Followed = { readonly note?: string | undefined } & (
  | { readonly assumes: boolean; readonly source: Source }
  | { readonly assumes: true; readonly source: undefined; readonly next: string }
);

function follow(view: ProfileView, requested: boolean, config: AwsConfig, storedKeys: StoredKeys): Followed {
  const roleArn = view.get('role_arn');
  const own = ownKey(view, storedKeys);
  if (roleArn === undefined) return { assumes: false, source: terminalSource(view, own, config) };

  // A source profile with keys ends the chain, even if it has a role_arn too.
  if (!requested && own !== undefined) {
    const note = `profile ${view.name} has its own key, so its role_arn is ignored when it is a source profile`;
    return { assumes: false, source: own, note };
  }
  const identity = webIdentityOf(view, roleArn);
  if (identity !== undefined)
    return { assumes: false, source: { kind: 'web-identity', profile: view, identity } };

  const sourceProfile = view.get('source_profile');
  const credentialSource = view.get('credential_source');
  if (sourceProfile !== undefined && credentialSource !== undefined) {
    throw new CliError('config', `profile ${view.name} has both source_profile and credential_source`, {
      hints: [`remove one of the two from [profile ${view.name}] in ${config.configPath}`],
    });
  }
  if (credentialSource !== undefined) {
    return { assumes: true, source: ambientSource(credentialSource, view, config) };
  }
  if (sourceProfile === undefined) {
    if (own !== undefined) return { assumes: true, source: own };
    throw new CliError(
      'config',
      `profile ${view.name} has role_arn but neither source_profile nor credential_source`,
      {
        hints: [
          `add source_profile to [profile ${view.name}] in ${config.configPath}, or store a key: ${ccvaultCommand('add', { operands: [view.name] })}`,
        ],
      },
    );
  }
  if (sourceProfile === view.name) {
    if (own !== undefined) return { assumes: true, source: own };
    throw new CliError('config', `profile ${view.name} is its own source_profile and has no key`, {
      hints: [`store a key with: ${ccvaultCommand('add', { operands: [view.name] })}`],
    });
  }
  const note =
    own?.kind === 'vault'
      ? `profile ${view.name} has a stored key too; source_profile ${sourceProfile} is used instead`
      : undefined;
  return { assumes: true, source: undefined, next: sourceProfile, note };
}

function ownKey(view: ProfileView, storedKeys: StoredKeys): Source | undefined {
  const key = storedKeys.get(view.name);
  if (key !== undefined) return { kind: 'vault', profile: view, key };
  const place = view.staticKeys();
  return place === undefined ? undefined : { kind: 'static', profile: view, place };
}

// A stored key first, then the order of the AWS CLI's providers for a profile.
function terminalSource(view: ProfileView, own: Source | undefined, config: AwsConfig): Source {
  if (own?.kind === 'vault') return own;
  const sso = ssoOf(view, config);
  if (sso !== undefined) return { kind: 'sso', profile: view, sso };
  if (own?.kind === 'static' && own.place === 'credentials') return own;
  const loginSession = view.get('login_session');
  if (loginSession !== undefined) return { kind: 'login', profile: view, loginSession };
  const command = view.get('credential_process');
  if (command !== undefined) return { kind: 'process', profile: view, command };
  if (own !== undefined) return own;
  throw noCredentials(view, config);
}

function ambientSource(credentialSource: string, view: ProfileView, config: AwsConfig): Source {
  // As in botocore, case does not matter.
  switch (credentialSource.toLowerCase()) {
    case 'environment':
      return { kind: 'environment', profile: view };
    case 'ecscontainer':
      return { kind: 'container', profile: view };
    case 'ec2instancemetadata':
      return { kind: 'instance', profile: view };
    default:
      assertUnquoted(credentialSource, placeOf(view, 'credential_source'));
      throw new CliError('config', `profile ${view.name}: credential_source ${credentialSource} is unknown`, {
        hints: [`write Environment, EcsContainer or Ec2InstanceMetadata in ${config.configPath}`],
      });
  }
}

function webIdentityOf(view: ProfileView, roleArn: string): WebIdentity | undefined {
  const file = view.get('web_identity_token_file');
  const process = view.get('web_identity_token_process');
  if (file === undefined && process === undefined) return undefined;
  return {
    roleArn,
    sessionName: view.get('role_session_name'),
    token: file === undefined ? { process: process ?? '' } : { file },
  };
}

function missingSource(name: string, visited: readonly string[], config: AwsConfig): CliError {
  const from = visited.at(-1) ?? '';
  assertUnquoted(name, placeOf(viewProfile(config, from), 'source_profile'));
  const header = config.unreadHeader('profile', name);
  if (header !== undefined) {
    const what = `profile ${from}: source_profile names ${name}, and ${unreadHeaderInWords(header)}`;
    return new CliError('config', what, {
      hints: [`write ${header.right} at ${header.path}:${header.line}`],
    });
  }
  return new CliError('config', `profile ${from}: source_profile names ${name}, which does not exist`, {
    hints: [
      `correct source_profile in ${config.configPath}`,
      `or store its key with: ${ccvaultCommand('add', { operands: [name] })}`,
    ],
  });
}

function known(config: AwsConfig, storedKeys: StoredKeys): readonly string[] {
  return [...config.profileNames(), ...storedKeys.keys()];
}

/**
 * The ambient source, which the SDKs use without a profile: keys in the environment, a web identity, the container's
 * endpoint, the instance metadata service. Undefined if there is none and AWS_EC2_METADATA_DISABLED turns the last off.
 */
export function ambientChain(env: Environment): Chain | undefined {
  const source = ambient(env);
  return source === undefined ? undefined : { source, roles: [], notes: [] };
}

function ambient(env: Environment): Source | undefined {
  if (env['AWS_ACCESS_KEY_ID']) return { kind: 'environment', profile: undefined };
  const file = env['AWS_WEB_IDENTITY_TOKEN_FILE'];
  const roleArn = env['AWS_ROLE_ARN'];
  if (file && roleArn) {
    const identity: WebIdentity = {
      roleArn,
      sessionName: env['AWS_ROLE_SESSION_NAME'] || undefined,
      token: { file },
    };
    return { kind: 'web-identity', profile: undefined, identity };
  }
  if (env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] || env['AWS_CONTAINER_CREDENTIALS_FULL_URI']) {
    return { kind: 'container', profile: undefined };
  }
  if (env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') return undefined;
  return { kind: 'instance', profile: undefined };
}

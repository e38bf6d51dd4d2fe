import type { Credentials } from './credentials.ts';
import type { Environment } from './ports/environment.ts';
import { isoSeconds } from './time.ts';

/** Tells a child the names of the session policies of its credentials. */
export const POLICY_VARIABLE = 'CCVAULT_POLICY';

// Variables that would override the child's credentials or contradict them.
const REPLACED: readonly string[] = [
  POLICY_VARIABLE,
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_CREDENTIAL_FILE',
  'AWS_SDK_LOAD_CONFIG',
  // The SDKs treat both as part of the credentials: another account's values lead to the wrong endpoint.
  'AWS_ACCOUNT_ID',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
];

// Backend secrets of ccvault and of the tools it replaces: no command of `exec` and no browser gets them.
const BACKEND_SECRETS: readonly string[] = [
  'CCVAULT_PASSPHRASE',
  'CCVAULT_PASSPHRASE_COMMAND',
  'AWS_VAULT_FILE_PASSPHRASE',
  'AWS_VAULT_OP_CONNECT_TOKEN',
  'AWS_VAULT_OP_SERVICE_ACCOUNT_TOKEN',
  'PROTON_PASS_PERSONAL_ACCESS_TOKEN',
];

/** The variables that `exec` does not pass on to its child; every `AWS_CONTAINER_*` is another. */
export const REMOVED: ReadonlySet<string> = new Set([...REPLACED, ...BACKEND_SECRETS]);

/** Environment variables, all of them set. */
export type Variables = Record<string, string>;

export interface ChildProfile {
  /** Undefined for ambient credentials without a profile. */
  readonly profile: string | undefined;
  readonly region: string | undefined;
  /** The names of the session policies of its credentials. */
  readonly policy?: string | undefined;
}

/** True for a variable that `exec` does not pass on to its child. */
export function isRemoved(name: string): boolean {
  return REMOVED.has(name) || name.startsWith('AWS_CONTAINER_');
}

/** The parent's environment without the variables that `exec` removes or sets itself. */
export function inheritedEnvironment(parent: Environment): Variables {
  const child: Variables = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value === undefined || isRemoved(name)) continue;
    child[name] = value;
  }
  return child;
}

/** The variables that tell programs, shell prompts and ccvault the region, the profile and its session policies. */
export function profileVariables({ profile, region, policy }: ChildProfile): Variables {
  return {
    ...(region === undefined
      ? {}
      : { AWS_REGION: region, AWS_DEFAULT_REGION: region, CCVAULT_REGION: region }),
    ...(profile === undefined ? {} : { AWS_VAULT: profile, CCVAULT_PROFILE: profile }),
    ...(policy === undefined ? {} : { [POLICY_VARIABLE]: policy }),
  };
}

/** The variables from which the SDKs read credentials. Reveals the secrets. */
export function credentialVariables(credentials: Credentials): Variables {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey.reveal(),
    ...(credentials.sessionToken === undefined
      ? {}
      : { AWS_SESSION_TOKEN: credentials.sessionToken.reveal() }),
    ...(credentials.expiresAt === undefined
      ? {}
      : { AWS_CREDENTIAL_EXPIRATION: isoSeconds(credentials.expiresAt) }),
  };
}

/** The whole environment of a child of `exec`. */
export function childEnvironment(
  parent: Environment,
  child: ChildProfile,
  credentials: Credentials,
): Variables {
  return {
    ...inheritedEnvironment(parent),
    ...profileVariables(child),
    ...credentialVariables(credentials),
  };
}

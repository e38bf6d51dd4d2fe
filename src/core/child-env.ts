import type { Credentials } from './credentials.ts';
import type { Environment } from './ports/environment.ts';
import { isoSeconds } from './time.ts';

/** Tells a child the names of the policies that its credentials are narrowed to. */
export const POLICY_VARIABLE = 'CCVAULT_POLICY';

// What would win over, or mislead, the credentials that the child is given.
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
  // The SDKs treat both as part of the credentials: those of another account lead to the wrong endpoint.
  'AWS_ACCOUNT_ID',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
];

// Backend secrets of ccvault and of the tools it replaces; never passed to a child.
const BACKEND_SECRETS: readonly string[] = [
  'CCVAULT_PASSPHRASE',
  'CCVAULT_PASSPHRASE_COMMAND',
  'AWS_VAULT_FILE_PASSPHRASE',
  'AWS_VAULT_OP_CONNECT_TOKEN',
  'AWS_VAULT_OP_SERVICE_ACCOUNT_TOKEN',
  'PROTON_PASS_PERSONAL_ACCESS_TOKEN',
];

/** The names that a child of `exec` does not have from its parent, beside every `AWS_CONTAINER_*`. */
export const REMOVED: ReadonlySet<string> = new Set([...REPLACED, ...BACKEND_SECRETS]);

/** Names and values without undefined ones. */
export type Variables = Record<string, string>;

export interface ChildProfile {
  /** Undefined for ambient credentials without a profile. */
  readonly profile: string | undefined;
  readonly region: string | undefined;
  /** The names of the policies that its credentials are narrowed to. */
  readonly policy?: string | undefined;
}

/** Whether a child of `exec` sees nothing of this variable of its parent's. */
export function isRemoved(name: string): boolean {
  return REMOVED.has(name) || name.startsWith('AWS_CONTAINER_');
}

/** The parent's environment without the variables that the child must not see or that are set again for it. */
export function inheritedEnvironment(parent: Environment): Variables {
  const child: Variables = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value === undefined || isRemoved(name)) continue;
    child[name] = value;
  }
  return child;
}

/** What tells programs the region, and shell prompts and ccvault itself the profile and what it is narrowed to. */
export function profileVariables({ profile, region, policy }: ChildProfile): Variables {
  return {
    ...(region === undefined
      ? {}
      : { AWS_REGION: region, AWS_DEFAULT_REGION: region, CCVAULT_REGION: region }),
    ...(profile === undefined ? {} : { AWS_VAULT: profile, CCVAULT_PROFILE: profile }),
    ...(policy === undefined ? {} : { [POLICY_VARIABLE]: policy }),
  };
}

/** The variables the SDKs read credentials from. */
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

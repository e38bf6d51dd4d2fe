// A world as JSON: the argument of the stand-in as a program, and what its control port takes.

import type { SsoInstanceInput } from './sso-directory.ts';
import type { RepositoryInput, RoleInput, UserInput, World } from './world.ts';

export type WorldFile = {
  readonly accounts?: readonly { readonly id: string; readonly partition?: string }[];
  readonly users?: readonly UserInput[];
  readonly roles?: readonly RoleInput[];
  readonly repositories?: readonly RepositoryInput[];
  readonly sso?: readonly SsoInstanceInput[];
  readonly webIdentityTokens?: readonly {
    readonly issuer: string;
    readonly subject: string;
    readonly audience: string;
    readonly lifetime?: number;
  }[];
  /** Milliseconds a new access key stays unknown. */
  readonly newKeyDelay?: number;
  /** Whether sessions end with the key they were made with. */
  readonly sessionsEndWithKey?: boolean;
};

/** What was made, in the order of the file. */
export type WorldReport = {
  readonly users: readonly {
    readonly name: string;
    readonly arn: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly mfaSerial: string;
    readonly mfaSecret: string;
  }[];
  readonly roles: readonly { readonly name: string; readonly arn: string }[];
  readonly webIdentityTokens: readonly string[];
};

/** Parses and checks the outline; what is inside the entries is taken as it is. */
export function parseWorldFile(json: string): WorldFile {
  const value: unknown = JSON.parse(json);
  if (!isWorldFile(value)) {
    throw new Error(
      'a world is an object with the lists accounts, users, roles, repositories, sso and webIdentityTokens',
    );
  }
  return value;
}

function isWorldFile(value: unknown): value is WorldFile {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([name, entry]) => {
    if (name === 'newKeyDelay') return typeof entry === 'number';
    if (name === 'sessionsEndWithKey') return typeof entry === 'boolean';
    return (
      ['accounts', 'users', 'roles', 'repositories', 'sso', 'webIdentityTokens'].includes(name) &&
      Array.isArray(entry)
    );
  });
}

/** Adds everything in the file to the world. */
export function applyWorldFile(world: World, file: WorldFile): WorldReport {
  for (const { id, partition } of file.accounts ?? []) world.addAccount(id, partition);
  if (file.newKeyDelay !== undefined) world.newKeyDelay = file.newKeyDelay;
  if (file.sessionsEndWithKey !== undefined) world.sessionsEndWithKey = file.sessionsEndWithKey;
  const users = (file.users ?? []).map((input) => {
    const { user, arn, accessKeyId, secretAccessKey, mfaSerial, mfaSecret } = world.addUser(input);
    return { name: user.name, arn, accessKeyId, secretAccessKey, mfaSerial, mfaSecret };
  });
  const roles = (file.roles ?? []).map((input) => {
    const { name, arn } = world.addRole(input);
    return { name, arn };
  });
  for (const input of file.repositories ?? []) world.addRepository(input);
  for (const input of file.sso ?? []) world.sso.addInstance(input);
  const tokens = (file.webIdentityTokens ?? []).map((input) => world.addWebIdentityToken(input).token);
  return { users, roles, webIdentityTokens: tokens };
}

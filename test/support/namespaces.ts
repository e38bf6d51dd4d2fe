// Commands with mounts or a network of their own, which takes a user namespace of who is not root.

import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { requires } from './requires.ts';

const isRoot = process.geteuid?.() === 0;

/** Goes before a command that may then mount what it likes, for itself alone, as root. */
export const OWN_MOUNTS: readonly string[] = ['unshare', ...(isRoot ? [] : ['--map-root-user']), '--mount'];

/**
 * Goes before a command that then reaches nobody. It stays the same user's, whose name is in a role's session name and so
 * in what a session is cached under; a user namespace has a kernel keyring of its own, without the session key.
 */
export const NO_NETWORK: readonly string[] = ['unshare', ...(isRoot ? [] : ['--map-current-user']), '--net'];

/** What node:test's `skip` wants: containers often forbid it. */
export function cannotMount(): false | string {
  return requires('unshare', 'mount') || forbidden([...OWN_MOUNTS, 'mount', '-t', 'tmpfs', 'none', tmpdir()]);
}

export function cannotLeaveNetwork(): false | string {
  return requires('unshare') || forbidden([...NO_NETWORK, 'true']);
}

function forbidden(command: readonly string[]): false | string {
  const [program = '', ...args] = command;
  return spawnSync(program, args).status === 0 ? false : `not allowed here: ${command.join(' ')}`;
}

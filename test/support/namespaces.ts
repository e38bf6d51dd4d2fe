// Commands with mounts or a network of their own. Who is not root becomes it in a user namespace.

import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { requires } from './requires.ts';

const FLAGS = process.geteuid?.() === 0 ? [] : ['--map-root-user'];

/** Goes before a command that may then mount what it likes, for itself alone. */
export const OWN_MOUNTS: readonly string[] = ['unshare', ...FLAGS, '--mount'];

/** Goes before a command that then reaches nobody. */
export const NO_NETWORK: readonly string[] = ['unshare', ...FLAGS, '--net'];

/** What node:test's `skip` wants: containers often forbid it. */
export function cannotMount(): false | string {
  return requires('unshare', 'mount') || forbidden([...OWN_MOUNTS, 'mount', '-t', 'tmpfs', 'none', tmpdir()]);
}

export function cannotLeaveNetwork(): false | string {
  // A user namespace has a kernel keyring of its own, without the session key.
  if (process.geteuid?.() !== 0) return 'only root keeps its kernel keyring in a network of its own';
  return requires('unshare') || forbidden([...NO_NETWORK, 'true']);
}

function forbidden(command: readonly string[]): false | string {
  const [program = '', ...args] = command;
  return spawnSync(program, args).status === 0 ? false : `not allowed here: ${command.join(' ')}`;
}

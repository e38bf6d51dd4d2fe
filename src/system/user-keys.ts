import { readProc } from './files/proc.ts';

/** A key of the kernel that this user may view. */
export interface UserKey {
  readonly key: number;
  readonly description: string;
  /** The length of its payload. */
  readonly bytes: number;
  /** Whole minutes until the kernel drops it; 0 for less than one, and for an hour or more, shown in other units. */
  readonly minutesLeft: number;
}

/** The keys of type `user` whose description begins with `prefix`; none where /proc/keys cannot be read. */
export function userKeys(prefix: string): UserKey[] {
  const keys: UserKey[] = [];
  for (const line of linesOfKeys()) {
    // proc_keys(5): serial, flags, usage, timeout, permissions, uid, gid, type, description, length of the payload.
    const fields = line.trim().split(/\s+/);
    const [serial = '', flags = '', , timeout = '', , , , type, described = '', length = ''] = fields;
    // Invalidated and expired keys are listed until the kernel collects them.
    const gone = flags.includes('i') || timeout === 'expd';
    if (gone || type !== 'user' || !described.startsWith(prefix)) continue;
    keys.push({
      key: Number.parseInt(serial, 16),
      description: described.replace(/:$/, ''),
      bytes: Number(length) || 0,
      minutesLeft: timeout.endsWith('m') ? Number.parseInt(timeout, 10) : 0,
    });
  }
  return keys;
}

function linesOfKeys(): string[] {
  try {
    return readProc('/proc/keys').split('\n');
  } catch {
    return [];
  }
}

import { readProc } from './files/proc.ts';

/** A key of the kernel that this user may see. */
export interface UserKey {
  readonly key: number;
  readonly description: string;
  /** The length of what is in it. */
  readonly bytes: number;
  /** Until the kernel drops it; 0 for less than an hour told in other units, or more. */
  readonly minutesLeft: number;
}

/** The keys whose description begins so; none where /proc/keys cannot be read. */
export function userKeys(prefix: string): UserKey[] {
  const keys: UserKey[] = [];
  for (const line of linesOfKeys()) {
    // proc_keys(5): serial, flags, usage, timeout, permissions, uid, gid, type, description with the length at its end.
    const fields = line.trim().split(/\s+/);
    const [serial = '', flags = '', , timeout = '', , , , type, described = '', length = ''] = fields;
    // Invalidated and expired keys are shown until the kernel has collected them.
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

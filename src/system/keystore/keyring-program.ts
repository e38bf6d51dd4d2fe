import { readFileSync } from 'node:fs';
import type { DbusConnection } from './dbus/connection.ts';

/** The programs known to provide the Secret Service; each is unlocked in its own way. */
export type KeyringProgram = 'GNOME Keyring' | 'KWallet' | 'KeePassXC';

// The kernel truncates a process's name to 15 bytes.
const PROCESS_NAMES: readonly (readonly [RegExp, KeyringProgram])[] = [
  [/^gnome-keyring/, 'GNOME Keyring'],
  [/^(?:kwalletd|ksecretd)/, 'KWallet'],
  [/^keepassxc/, 'KeePassXC'],
];

/**
 * The program that owns a name on the bus, recognized by its process's name; undefined for any other. Never throws.
 */
export async function keyringProgram(
  bus: Pick<DbusConnection, 'call'>,
  busName: string,
): Promise<KeyringProgram | undefined> {
  try {
    const [pid] = await bus.call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'GetConnectionUnixProcessID',
      signature: 's',
      body: [busName],
    });
    const name = readFileSync(`/proc/${Number(pid)}/comm`, 'utf8');
    return PROCESS_NAMES.find(([pattern]) => pattern.test(name))?.[1];
  } catch {
    // Only the wording of messages depends on it.
    return undefined;
  }
}

import { readFileSync } from 'node:fs';
import type { DbusConnection } from './dbus/connection.ts';

/** The programs known to offer the Secret Service; each has its own way to be unlocked and to ask. */
export type KeyringProgram = 'GNOME Keyring' | 'KWallet' | 'KeePassXC';

// The kernel cuts a process's name after 15 bytes.
const PROCESS_NAMES: readonly (readonly [RegExp, KeyringProgram])[] = [
  [/^gnome-keyring/, 'GNOME Keyring'],
  [/^(?:kwalletd|ksecretd)/, 'KWallet'],
  [/^keepassxc/, 'KeePassXC'],
];

/** Which program owns a name on the bus, told by its process's name; undefined for one that is not known here. */
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
    // Only words depend on it.
    return undefined;
  }
}

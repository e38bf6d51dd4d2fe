import { lstatSync } from 'node:fs';
import type { Environment } from '../../../core/ports/environment.ts';

/**
 * The unix sockets of the session bus, in the order to try them: those of DBUS_SESSION_BUS_ADDRESS where it is set, else
 * `bus` of XDG_RUNTIME_DIR and the user's own bus, which cron, su and some ssh sessions do not name (libsecret and sd-bus
 * look there as well).
 */
export function sessionBusPaths(environment: Environment, userBus: string | undefined): readonly string[] {
  const { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtimeDirectory } = environment;
  if (address !== undefined && address !== '') return parseBusAddress(address);
  const paths = runtimeDirectory === undefined || runtimeDirectory === '' ? [] : [`${runtimeDirectory}/bus`];
  return userBus === undefined || paths.includes(userBus) ? paths : [...paths, userBus];
}

/** The socket of the bus that systemd starts for this user, where there is one; another owner's does not count. */
export function userBusPath(uid: number, runtimeRoot = '/run/user'): string | undefined {
  const path = `${runtimeRoot}/${uid}/bus`;
  try {
    const found = lstatSync(path);
    return found.isSocket() && found.uid === uid ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The unix sockets of a session bus address, in order; an abstract one starts with a NUL byte. Other transports
 * are left out. Source: the D-Bus specification, "Server Addresses".
 */
export function parseBusAddress(address: string): readonly string[] {
  const paths: string[] = [];
  for (const entry of address.split(';')) {
    if (!entry.startsWith('unix:')) continue;
    for (const pair of entry.slice('unix:'.length).split(',')) {
      const [key, value = ''] = pair.split('=', 2);
      const text = value.replaceAll(/%([0-9A-Fa-f]{2})/g, (_match, hex: string) =>
        String.fromCodePoint(Number.parseInt(hex, 16)),
      );
      if (key === 'path') paths.push(text);
      if (key === 'abstract') paths.push(`\0${text}`);
    }
  }
  return paths;
}

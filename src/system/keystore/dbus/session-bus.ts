import { lstatSync } from 'node:fs';
import type { Environment } from '../../../core/ports/environment.ts';

/**
 * The unix sockets of the session bus, in the order to try them: those of DBUS_SESSION_BUS_ADDRESS if it is set, else
 * `bus` in XDG_RUNTIME_DIR and the user's own bus. cron, su and some ssh sessions set neither variable; libsecret and
 * sd-bus try that bus too.
 */
export function sessionBusPaths(environment: Environment, userBus: string | undefined): readonly string[] {
  const { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtimeDirectory } = environment;
  if (address !== undefined && address !== '') return parseBusAddress(address);
  const paths = runtimeDirectory === undefined || runtimeDirectory === '' ? [] : [`${runtimeDirectory}/bus`];
  return userBus === undefined || paths.includes(userBus) ? paths : [...paths, userBus];
}

/** The socket of the bus that systemd starts for this user; undefined if there is none or another user owns it. */
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
 * The unix sockets in a bus address, in order; the name of an abstract socket starts with a NUL byte. Other
 * transports are skipped. Source: the D-Bus specification, "Server Addresses".
 */
export function parseBusAddress(address: string): readonly string[] {
  const paths: string[] = [];
  for (const entry of address.split(';')) {
    if (!entry.startsWith('unix:')) continue;
    for (const pair of entry.slice('unix:'.length).split(',')) {
      const [key, value = ''] = pair.split('=', 2);
      // Each `%XX` is a byte of UTF-8.
      const text = value.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escaped) =>
        Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8'),
      );
      if (key === 'path') paths.push(text);
      if (key === 'abstract') paths.push(`\0${text}`);
    }
  }
  return paths;
}

import { readFileSync } from 'node:fs';
import type { Environment, Host } from '../core/ports/system.ts';
import { os as system, path } from './lazy-builtins.ts';

/** Who and where this process is. `executable` is found by main.ts, which knows how it was started. */
export function createHost(env: Environment, executable: string): Host {
  const os = process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
  const homeDirectory = env['HOME'] || system().homedir();
  return {
    os,
    runtime: process.versions.bun === undefined ? 'node' : 'bun',
    pid: process.pid,
    get userName() {
      return userName(env);
    },
    homeDirectory,
    executable,
    vaultDirectory: vaultDirectory(env, os, homeDirectory),
  };
}

/** The login name of the user who runs the process, as getpwuid(3) would give it. */
function userName(env: Environment): string {
  // Bun's userInfo() takes the name from USER, which need not be set, nor be this user's (sudo -E).
  if (process.versions.bun !== undefined && process.platform !== 'win32') {
    return nameInPasswd(process.getuid?.()) ?? (env['USER'] || env['LOGNAME'] || 'user');
  }
  try {
    return system().userInfo().username;
  } catch {
    // A container may run under a uid that no user has.
    return env['USER'] || 'user';
  }
}

function nameInPasswd(uid: number | undefined): string | undefined {
  try {
    // passwd(5): name:password:uid:gid:gecos:home:shell
    const fields = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':', 3));
    return fields.find((field) => field[2] === String(uid))?.[0];
  } catch {
    return undefined;
  }
}

function vaultDirectory(env: Environment, os: Host['os'], home: string): string {
  const named = env['CCVAULT_HOME'];
  // An absolute one is taken as it is: nothing has to be loaded for that.
  if (named) return named.startsWith('/') ? named : path().resolve(named);
  if (os === 'darwin') return `${home}/Library/Application Support/ccvault`;
  if (os === 'win32')
    return path().join(env['LOCALAPPDATA'] || path().join(home, 'AppData', 'Local'), 'ccvault');
  const data = env['XDG_DATA_HOME'];
  // XDG Base Directory Specification 0.8: a relative path is to be ignored.
  return `${data?.startsWith('/') ? data : `${home}/.local/share`}/ccvault`;
}

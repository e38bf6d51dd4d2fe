import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { Environment, Host } from '../core/ports.ts';

/** Who and where this process is. `executable` is found by main.ts, which knows how it was started. */
export function createHost(env: Environment, executable: string): Host {
  const os = process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
  const homeDirectory = env['HOME'] || homedir();
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

function userName(env: Environment): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a uid that no user has.
    return env['USER'] || 'user';
  }
}

function vaultDirectory(env: Environment, os: Host['os'], home: string): string {
  const named = env['CCVAULT_HOME'];
  if (named) return resolve(named);
  if (os === 'darwin') return join(home, 'Library', 'Application Support', 'ccvault');
  if (os === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'ccvault');
  const data = env['XDG_DATA_HOME'];
  // XDG Base Directory Specification 0.8: a relative path is to be ignored.
  return join(data && isAbsolute(data) ? data : join(home, '.local', 'share'), 'ccvault');
}

import { CliError } from '../core/errors.ts';
import { expandPath } from '../core/expand-path.ts';
import { noHome } from '../core/home-directory.ts';
import type { Environment } from '../core/ports/environment.ts';
import type { Host } from '../core/ports/system.ts';
import { fs, os as system, path } from './lazy-builtins.ts';

/**
 * Who and where this process is; each property is looked up when it is read. `startedAs` depends on the build.
 * `vaultDirectory` throws CliError `config` where it needs a home folder and there is none.
 */
export function createHost(env: Environment, startedAs: () => Host['startedAs']): Host {
  const os = process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
  let home: { readonly directory: string | undefined } | undefined;
  let vault: string | undefined;
  return {
    os,
    runtime: process.versions.bun === undefined ? 'node' : 'bun',
    pid: process.pid,
    get userName() {
      return userName(env);
    },
    get homeDirectory() {
      home ??= { directory: inOneStyle(env['HOME'] || homeInPasswd(), os) };
      return home.directory;
    },
    get startedAs() {
      return startedAs();
    },
    get vaultDirectory() {
      vault ??= inOneStyle(vaultDirectory(env, this), os);
      return vault;
    },
  };
}

/** A folder to which paths are appended with `/`; Windows accepts `/` like its own separator. */
function inOneStyle<Folder extends string | undefined>(folder: Folder, os: Host['os']): Folder | string {
  return os === 'win32' && folder !== undefined ? folder.replaceAll('\\', '/') : folder;
}

function homeInPasswd(): string | undefined {
  try {
    return system().homedir();
  } catch {
    // A container may run under a uid without a passwd entry.
    return undefined;
  }
}

/**
 * The login name of the user who runs the process. On Node as getpwuid(3) returns it; in the standalone build from
 * /etc/passwd alone, so a user of a directory service gets the name in USER.
 */
function userName(env: Environment): string {
  // Bun's userInfo() reads the name from USER, which may be unset or another user's (sudo -E).
  if (process.versions.bun !== undefined && process.platform !== 'win32') {
    return nameInPasswd(process.getuid?.()) ?? (env['USER'] || env['LOGNAME'] || 'user');
  }
  try {
    return system().userInfo().username;
  } catch {
    // A container may run under a uid without a passwd entry.
    return env['USER'] || 'user';
  }
}

function nameInPasswd(uid: number | undefined): string | undefined {
  try {
    // passwd(5): name:password:uid:gid:gecos:home:shell
    const fields = fs()
      .readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':', 3));
    return fields.find((field) => field[2] === String(uid))?.[0];
  } catch {
    return undefined;
  }
}

function vaultDirectory(env: Environment, host: Pick<Host, 'os' | 'homeDirectory'>): string {
  const named = env['CCVAULT_HOME'];
  if (named) return normal(expandPath(named, env, host));
  if (host.os === 'linux') {
    const data = env['XDG_DATA_HOME'];
    // XDG Base Directory Specification 0.8: a relative path is ignored.
    return normal(`${data?.startsWith('/') ? data : `${homeOfVault(host)}/.local/share`}/ccvault`);
  }
  if (host.os === 'darwin') return normal(`${homeOfVault(host)}/Library/Application Support/ccvault`);
  return path().join(env['LOCALAPPDATA'] || path().join(homeOfVault(host), 'AppData', 'Local'), 'ccvault');
}

function homeOfVault({ homeDirectory }: Pick<Host, 'homeDirectory'>): string {
  if (homeDirectory === undefined) throw noHome("ccvault's folder", ['CCVAULT_HOME']);
  return homeDirectory;
}

/**
 * The folder as a normalized absolute path, because paths below it are recognized by their prefix. Most are
 * normalized already, and nothing is loaded for those.
 */
function normal(named: string): string {
  if (/^(?:\/(?!\.{0,2}(?:\/|$))[^/]+)+$/.test(named)) return named;
  try {
    return path().resolve(named);
  } catch {
    throw new CliError('config', `CCVAULT_HOME is relative to a folder that is gone: ${named}`, {
      hints: ['set CCVAULT_HOME to an absolute path, or change to a folder that exists'],
    });
  }
}

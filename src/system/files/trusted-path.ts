import { commandLine } from '../../core/command-line.ts';
import { CliError } from '../../core/errors.ts';
import { fs, path as paths } from '../lazy-builtins.ts';
import { errorCode, explainError } from '../system-errors.ts';
import type { Stats } from 'node:fs';

// The limit of Linux (path_resolution(7), ELOOP).
const MAX_LINKS = 40;
const STICKY = 0o1000;

/**
 * Walks from the root to the absolute `path` as the kernel does, and returns the stat of what is there; undefined if
 * nothing is. Follows the last link only if `link` is true. Whoever can write to a folder on the way can replace what
 * is below it, so each folder must belong to root or this user, and be sticky or not writable by others (a group of
 * this user alone does not count); each link must belong to root or this user. Throws CliError `keystore` with code
 * `not-ours` otherwise. On Windows nothing is checked.
 */
export function walkTrusted(path: string, { link }: { readonly link: boolean }): Stats | undefined {
  // The access lists of Windows are not read.
  if (process.platform === 'win32') return lstat(path);
  const rest = path.split('/').filter((name) => name !== '');
  let folder = '/';
  checkParent(folder, lstat(folder), path);
  for (let links = 0; ;) {
    const name = rest.shift();
    if (name === undefined) return lstat(folder);
    if (name === '.') continue;
    const next = paths().join(folder, name);
    const found = lstat(next);
    if (found === undefined) return undefined;
    if (found.isSymbolicLink()) {
      if (rest.length === 0 && !link) return found;
      if (!isTrusted(found.uid)) {
        throw refusal(next, `is a symbolic link of another user (uid ${found.uid})`, ELSEWHERE);
      }
      links += 1;
      if (links > MAX_LINKS) throw refusal(path, 'is behind too many symbolic links', ELSEWHERE);
      const target = fs().readlinkSync(next);
      if (target.startsWith('/')) folder = '/';
      rest.unshift(...target.split('/').filter((part) => part !== ''));
      continue;
    }
    if (rest.length === 0) return found;
    checkParent(next, found, path);
    folder = next;
  }
}

const ELSEWHERE = 'set CCVAULT_HOME to a folder that only you and root can change';

/** The CliError `keystore`, code `not-ours`, for something that ccvault does not trust: `PATH REASON`. */
export function refusal(path: string, reason: string, hint: string): CliError {
  return new CliError('keystore', `${path} ${reason}`, { code: 'not-ours', hints: [hint] });
}

/**
 * The hint for something in the place of one of ccvault's files, which may be a folder: the command that moves it
 * away.
 */
export function makeRoom(path: string): string {
  return `move it away: ${commandLine('mv', path, `${path}.old`)}`;
}

/** The permission bits of a mode as four octal digits, as in chmod(1). */
export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function checkParent(folder: string, found: Stats | undefined, path: string): void {
  if (found === undefined) return;
  if (!isTrusted(found.uid)) {
    throw refusal(folder, `belongs to another user (uid ${found.uid}), and ${path} is in it`, ELSEWHERE);
  }
  if ((found.mode & STICKY) !== 0) return;
  const open = (found.mode & 0o002) !== 0 || ((found.mode & 0o020) !== 0 && !isOwnGroup(found.gid));
  if (!open) return;
  throw refusal(
    folder,
    `can be written to by others (mode ${octal(found.mode)}), and ${path} is in it`,
    `run: ${commandLine('chmod', 'go-w', folder)}`,
  );
}

function isTrusted(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.() || isUnmappedRoot(uid);
}

/**
 * Whether `uid` stands for root in a namespace that does not map root (user_namespaces(7), "Unmapped user and group
 * IDs").
 */
function isUnmappedRoot(uid: number): boolean {
  const nobody = text('/proc/sys/kernel/overflowuid').trim();
  if (String(uid) !== nobody) return false;
  // Each line: first ID inside, first ID outside, number of IDs.
  const maps = text('/proc/self/uid_map').trim().split('\n');
  return maps.every((map) => map !== '' && Number(map.trim().split(/\s+/)[1]) !== 0);
}

/**
 * Whether a group is this user's own: has the user's name and no other member. Debian, Ubuntu and Fedora create such
 * a group for each user, so that a umask of 002 opens nothing to others.
 */
function isOwnGroup(gid: number): boolean {
  const users = text('/etc/passwd').split('\n').map(fields);
  // passwd(5): name:password:uid:gid; group(5): name:password:gid:members
  const name = users.find((user) => user[2] === String(process.geteuid?.()))?.[0];
  const group = text('/etc/group')
    .split('\n')
    .map(fields)
    .find((one) => one[2] === String(gid));
  if (name === undefined || group?.[0] !== name) return false;
  const members = (group[3] ?? '').split(',').filter((member) => member !== '' && member !== name);
  return members.length === 0 && users.every((user) => user[3] !== String(gid) || user[0] === name);
}

function fields(line: string): string[] {
  return line.split(':');
}

function text(path: string): string {
  try {
    return fs().readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function lstat(path: string): Stats | undefined {
  try {
    return fs().lstatSync(path);
  } catch (error) {
    const code = errorCode(error);
    // ENOTDIR: a part of the path is a file.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError('keystore', `cannot access ${path}: ${explainError(error)}`, { cause: error });
  }
}

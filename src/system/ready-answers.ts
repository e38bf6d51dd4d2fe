import type { Environment } from '../core/ports/environment.ts';
import type { KeptAnswer, QuestionFiles, ReadyAnswer, ReadyAnswers } from '../core/ports/ready-answers.ts';
import { Secret } from '../core/secret.ts';
import { forbidCoreDumps } from './core-dumps.ts';
import { fingerprintOfFile, fingerprintOfFolder, isRacy } from './files/fingerprint.ts';
import type { Fingerprint } from './files/fingerprint.ts';
import { addKey, clearKeyring, dropKey, openKeyring, readKey, searchKey, setTimeout } from './keyctl.ts';
import type { LinuxLibc } from './libc.ts';
import { userKeys } from './user-keys.ts';

// Raise this number with every change to what a question or a stored answer means.
const VERSION = 2;

const KEYRING = 'ccvault:ready';
const PREFIX = 'ccvault:ready:';

// An answer that is not used for this long expires; each use restarts the time. Below an hour, so that /proc/keys
// shows the time left in minutes.
const IDLE_SECONDS = 59 * 60;

// Half of what the kernel grants a user by default for the keys of all programs (/proc/sys/kernel/keys/maxbytes).
const MAX_BYTES = 10_000;

// A session token has a few hundred to two thousand bytes.
const EXPECTED_BYTES = 4096;

// Nothing derived from a passphrase is stored, not even a hash; no cached session depends on it.
const PASSPHRASES = new Set(['CCVAULT_PASSPHRASE', 'CCVAULT_PASSPHRASE_COMMAND']);
const OTHER_VARIABLES = new Set(['HOME', 'XDG_DATA_HOME', 'USER', 'LOGNAME', 'GIT_TERMINAL_PROMPT']);

/**
 * A stored answer, as JSON. The names are short because the kernel counts every byte; times are milliseconds since
 * the epoch.
 */
interface Stored {
  /** Profile, region and session policy. */
  readonly p: string;
  readonly r?: string;
  readonly l?: string;
  /** Access key ID, secret access key and session token. */
  readonly k: string;
  readonly s: string;
  readonly t: string;
  /** When the credentials expire, and until when they may be used. */
  readonly e: number;
  readonly u: number;
  /** When the answer was stored. Not used while the clock shows an earlier time: the clock was set back. */
  readonly n: number;
  /** The messages that the run prints. */
  readonly m?: ReadyAnswer['messages'];
  /** The kernel's name of the session key. */
  readonly y: string;
  /** The session file, and the hash of its fingerprint. */
  readonly f: string;
  readonly h: string;
}

/**
 * Ready answers in the user's kernel keyring, beside the session key and protected like it: what a run with a cached
 * session hands out, stored under the hash of everything that leads to it. A run that finds one parses no
 * configuration and opens no file.
 */
export function createReadyAnswers(libc: LinuxLibc, env: Environment): ReadyAnswers {
  return {
    ask(words, files) {
      forbidCoreDumps(libc);
      const askedAt = Date.now();
      const state = stateOf(libc, files);
      if (state === undefined) return undefined;
      const name = PREFIX + hash([VERSION, process.getuid?.() ?? null, ...words], environmentOf(env), state);
      return {
        answer: find(libc, name, askedAt),
        keep(answer) {
          const after = stateOf(libc, files);
          const session = fingerprintOfFile(libc, answer.sessionFile);
          if (after === undefined || session === undefined) return;
          const racy = [...state.contents, session].some(({ changedAt }) => isRacy(changedAt, askedAt));
          if (racy || hash([], '', after) !== hash([], '', state)) return;
          keep(libc, name, { answer, keptAt: askedAt, session });
        },
      };
    },
    clear: () => forgetReadyAnswers(libc),
  };
}

/** Drops the ready answers of all vaults of this user; without one, a run takes a few milliseconds longer. */
export function forgetReadyAnswers(libc: LinuxLibc): void {
  // A key that is only unlinked can still be read by its serial number until the kernel collects it.
  for (const { key } of userKeys(PREFIX)) dropKey(libc, key);
  const keyring = searchKey(libc, 'keyring', KEYRING);
  if (keyring !== undefined) clearKeyring(libc, keyring);
}

interface State {
  readonly contents: readonly Fingerprint[];
  readonly paths: readonly string[];
  /** One for each path. */
  readonly bytes: readonly Uint8Array[];
}

function stateOf(libc: LinuxLibc, files: QuestionFiles): State | undefined {
  const contents: Fingerprint[] = [];
  const bytes: Uint8Array[] = [];
  for (const path of files.contents) {
    const found = fingerprintOfFile(libc, path);
    if (found === undefined) return undefined;
    contents.push(found);
    bytes.push(found.bytes);
  }
  for (const path of files.folders) {
    const found = fingerprintOfFolder(libc, path);
    if (found === undefined) return undefined;
    bytes.push(found);
  }
  return { contents, paths: [...files.contents, ...files.folders], bytes };
}

function environmentOf(env: Environment): string {
  let text = '';
  for (const name of Object.keys(env)) {
    const counts = name.startsWith('AWS_') || name.startsWith('CCVAULT_') || OTHER_VARIABLES.has(name);
    if (counts && !PASSPHRASES.has(name)) text += `${name}=${env[name]}\0`;
  }
  return text;
}

/** Each part is hashed with its length, so that no two questions have the same hash. */
function hash(words: readonly unknown[], environment: string, state: State): string {
  const texts = [JSON.stringify(words), environment, ...state.paths];
  const hasher = new Bun.CryptoHasher('sha256').update(JSON.stringify(texts));
  for (const bytes of state.bytes) hasher.update(`${bytes.length}:`).update(bytes);
  return hasher.digest('hex');
}

function find(libc: LinuxLibc, name: string, now: number): ReadyAnswer | undefined {
  const key = searchKey(libc, 'user', name);
  const bytes = key === undefined ? undefined : readKey(libc, key, EXPECTED_BYTES);
  const stored = bytes === undefined ? undefined : decode(bytes);
  if (key === undefined || stored === undefined) return undefined;
  if (now < stored.n || now >= stored.u) return undefined;
  if (searchKey(libc, 'user', stored.y) === undefined) return undefined;
  const session = fingerprintOfFile(libc, stored.f);
  if (session === undefined || digest(session.bytes) !== stored.h) return undefined;
  setTimeout(libc, key, Math.min(IDLE_SECONDS, (stored.u - now) / 1000));
  return {
    profile: stored.p,
    region: stored.r,
    credentials: {
      accessKeyId: stored.k,
      secretAccessKey: new Secret(stored.s),
      sessionToken: new Secret(stored.t),
      expiresAt: stored.e,
    },
    policy: stored.l,
    messages: stored.m ?? [],
  };
}

function decode(bytes: Uint8Array): Stored | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this file, under a name that says so
    return JSON.parse(new TextDecoder().decode(bytes)) as Stored;
  } catch {
    return undefined;
  }
}

function keep(
  libc: LinuxLibc,
  name: string,
  kept: { readonly answer: KeptAnswer; readonly keptAt: number; readonly session: Fingerprint },
): void {
  const { answer, keptAt, session } = kept;
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = answer.credentials;
  if (sessionToken === undefined || expiresAt === undefined) return;
  const seconds = Math.min(IDLE_SECONDS, (Math.min(answer.usableUntil, expiresAt) - keptAt) / 1000);
  if (seconds < 1) return;
  const stored: Stored = {
    p: answer.profile,
    ...(answer.region === undefined ? {} : { r: answer.region }),
    ...(answer.policy === undefined ? {} : { l: answer.policy }),
    k: accessKeyId,
    s: secretAccessKey.reveal(),
    t: sessionToken.reveal(),
    e: expiresAt,
    u: Math.min(answer.usableUntil, expiresAt),
    n: keptAt,
    ...(answer.messages.length === 0 ? {} : { m: answer.messages }),
    y: answer.sessionKey,
    f: answer.sessionFile,
    h: digest(session.bytes),
  };
  const bytes = encoded(JSON.stringify(stored));
  const keyring = openKeyring(libc, KEYRING);
  if (keyring === undefined || bytes.length > MAX_BYTES) return;
  makeRoom(libc, bytes.length);
  // Another program's keys may have used up the quota: the other answers are dropped for this one.
  if (addKey(libc, name, bytes, seconds, keyring) !== undefined) return;
  clearKeyring(libc, keyring);
  addKey(libc, name, bytes, seconds, keyring);
}

/**
 * Drops answers, those with the least time left first, until the rest and the new one fit into `MAX_BYTES`. `wanted`
 * is the size of the new one in bytes.
 */
function makeRoom(libc: LinuxLibc, wanted: number): void {
  const kept = userKeys(PREFIX);
  let total = kept.reduce((sum, { bytes }) => sum + bytes, wanted);
  for (const { key, bytes } of kept.sort((a, b) => a.minutesLeft - b.minutesLeft)) {
    if (total <= MAX_BYTES) return;
    dropKey(libc, key);
    total -= bytes;
  }
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function digest(bytes: Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(bytes).digest('hex').slice(0, 32);
}

import type { Environment } from '../core/ports/environment.ts';
import type { KeptAnswer, QuestionFiles, ReadyAnswer, ReadyAnswers } from '../core/ports/ready-answers.ts';
import { Secret } from '../core/secret.ts';
import { forbidCoreDumps } from './core-dumps.ts';
import { fingerprintOfFile, fingerprintOfFolder, isRacy } from './files/fingerprint.ts';
import type { Fingerprint } from './files/fingerprint.ts';
import { addKey, clearKeyring, dropKey, openKeyring, readKey, searchKey, setTimeout } from './keyctl.ts';
import type { LinuxLibc } from './libc.ts';
import { userKeys } from './user-keys.ts';

// Whatever changes the meaning of a question or of a kept answer changes this number.
const VERSION = 2;

const KEYRING = 'ccvault:ready';
const PREFIX = 'ccvault:ready:';

// Answers that nobody asks for go first: each use begins this time again. Below an hour, so that /proc/keys shows it to
// the minute.
const IDLE_SECONDS = 59 * 60;

// The kernel grants a user 20,000 bytes for all keys of all programs (/proc/sys/kernel/keys/maxbytes).
const MAX_BYTES = 10_000;

// A session token has some hundred to two thousand bytes.
const EXPECTED_BYTES = 4096;

// Of a passphrase nothing may be told, not even a hash, and no cached session depends on it.
const PASSPHRASES = new Set(['CCVAULT_PASSPHRASE', 'CCVAULT_PASSPHRASE_COMMAND']);
const OTHER_VARIABLES = new Set(['HOME', 'XDG_DATA_HOME', 'USER', 'LOGNAME', 'GIT_TERMINAL_PROMPT']);

/** What is kept, as JSON: short names, since the kernel counts every byte. */
interface Stored {
  readonly p: string;
  readonly r?: string;
  readonly l?: string;
  readonly k: string;
  readonly s: string;
  readonly t: string;
  /** When the credentials end, and until when they may be used; milliseconds since the epoch. */
  readonly e: number;
  readonly u: number;
  /** When it was kept: with a clock from before, nothing is known. */
  readonly n: number;
  readonly m?: ReadyAnswer['messages'];
  readonly y: string;
  readonly f: string;
  readonly h: string;
}

/**
 * Answers that stand ready in the kernel's keyring of this user, beside the session key and protected as it is: what a
 * run with a cached session would hand out, under the hash of everything that led to it. A run that finds one parses
 * no configuration and opens no file.
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

/** Forgets the ready answers of all vaults of this user; making one again costs a few milliseconds. */
export function forgetReadyAnswers(libc: LinuxLibc): void {
  // One that only left its keyring can still be read by its number, until the kernel's next collection.
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

/** The parts are kept apart by their lengths, so that no two questions have one hash. */
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
  // Another program's keys may have used up the quota: then the answers there are give way to this one.
  if (addKey(libc, name, bytes, seconds, keyring) !== undefined) return;
  clearKeyring(libc, keyring);
  addKey(libc, name, bytes, seconds, keyring);
}

/** Drops the answers that were not used for longest, until those left and the new one keep to their share. */
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

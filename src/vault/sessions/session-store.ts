import { CliError, isCliError, messageOf } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { toHex } from '../../core/bytes.ts';
import type { SessionHeader } from './session-header.ts';
import type { SessionKey } from './session-key.ts';

export interface SessionRecord {
  readonly header: SessionHeader;
  readonly payload: string;
}

export interface ListedSession {
  readonly id: string;
  readonly header: SessionHeader;
}

// What `nameOf` gives.
const FILE_NAME = /^[0-9a-f]{40}$/;
const NONCE_BYTES = 12;
const NEWLINE = 0x0a;
const DAY_MILLISECONDS = 86_400_000;

/**
 * `sessions/`: temporary credentials and sign-in tokens, one sealed file each, named by the hash of the cache key. A
 * file that cannot be read is a miss, one that cannot be written a warning; a file that others may have written throws
 * CliError `keystore`, code `not-ours`.
 */
export class SessionStore {
  readonly #system: Pick<System, 'files' | 'crypto' | 'host' | 'out' | 'clock'>;
  readonly #key: SessionKey;
  #unkept: unknown;

  constructor(system: Pick<System, 'files' | 'crypto' | 'host' | 'out' | 'clock'>, key: SessionKey) {
    this.#system = system;
    this.#key = key;
  }

  /**
   * For commands whose purpose is the cached session. Throws a CliError of the same kind as the failure that kept the
   * first session from being written; `got` begins the message: `profile dev: the credentials were renewed`.
   */
  assertKept(got: string): void {
    const cause = this.#unkept;
    if (cause === undefined) return;
    const { kind, hints } = isCliError(cause) ? cause : { kind: 'failure' as const, hints: [] };
    throw new CliError(kind, `${got}, but could not be kept for later commands`, { hints, cause });
  }

  /** A hash of 40 hex digits: of a cache key for the file's name, of a chain's root for the header. */
  nameOf(text: string): string {
    return toHex(this.#system.crypto.sha256(text)).slice(0, 40);
  }

  /** The path of a step's session file, which may not exist. */
  pathOf(cacheKey: string): string {
    return this.#path(this.nameOf(cacheKey));
  }

  /** The header alone, not authenticated and without opening the backend: for lists and `explain`. */
  header(cacheKey: string): SessionHeader | undefined {
    const bytes = this.#readFile(this.nameOf(cacheKey));
    return bytes === undefined ? undefined : splitFile(bytes)?.header;
  }

  async read(cacheKey: string): Promise<SessionRecord | undefined> {
    const id = this.nameOf(cacheKey);
    const bytes = this.#readFile(id);
    const parts = bytes === undefined ? undefined : splitFile(bytes);
    if (parts === undefined) return undefined;
    const key = await this.#key.get();
    if (key === undefined) return undefined;
    const aad = aadOf(id, parts.headerBytes);
    const plain = await this.#system.crypto.open(key, parts.nonce, parts.sealed, aad);
    if (plain === undefined) return undefined;
    return { header: parts.header, payload: new TextDecoder().decode(plain) };
  }

  /**
   * Best effort: a failure is a warning, because the credentials are good without it. Throws only CliError
   * `interrupted`, when the passphrase prompt is cancelled.
   */
  async write(cacheKey: string, header: SessionHeader, payload: string): Promise<void> {
    try {
      const key = await this.#key.getOrMake();
      const id = this.nameOf(cacheKey);
      const headerBytes = new TextEncoder().encode(JSON.stringify(header));
      const nonce = this.#system.crypto.randomBytes(NONCE_BYTES);
      const plain = new TextEncoder().encode(payload);
      const sealed = await this.#system.crypto.seal(key, nonce, plain, aadOf(id, headerBytes));
      this.#system.files.replace(this.#path(id), concat(headerBytes, Uint8Array.of(NEWLINE), nonce, sealed), {
        mode: 0o600,
      });
    } catch (error) {
      if (isCliError(error) && error.kind === 'interrupted') throw error;
      // A plan may write several sessions: one warning is enough.
      if (this.#unkept === undefined) {
        this.#system.out.warning(`could not cache the session: ${messageOf(error)}`);
      }
      this.#unkept ??= error;
    }
  }

  list(): readonly ListedSession[] {
    return this.#system.files.list(this.#folder()).flatMap((id) => {
      if (!FILE_NAME.test(id)) return [];
      const bytes = this.#readFile(id);
      const header = bytes === undefined ? undefined : splitFile(bytes)?.header;
      return header === undefined ? [] : [{ id, header }];
    });
  }

  /** Removes sessions by id, and the ready answers in the kernel; returns how many there were. */
  remove(ids: Iterable<string>): number {
    this.#key.forgetAnswers();
    return this.#removeFiles(ids);
  }

  #removeFiles(ids: Iterable<string>): number {
    let removed = 0;
    for (const id of ids) {
      if (this.#system.files.remove(this.#path(id))) removed += 1;
    }
    return removed;
  }

  /**
   * Removes every session, readable or not, and half-written files, but no file of others; returns how many sessions.
   */
  removeAll(): number {
    const { files } = this.#system;
    files.dropStaged(this.#folder());
    return this.remove(files.list(this.#folder()).filter((name) => FILE_NAME.test(name)));
  }

  /** Removes the sessions that were made from a key or sign-in, through however many steps; returns how many. */
  removeRoot(rootCacheKey: string): number {
    const root = this.nameOf(rootCacheKey);
    return this.remove(
      this.list()
        .filter(({ header }) => header.root === root)
        .map(({ id }) => id),
    );
  }

  /** Removes what expired more than a day ago, so that the folder stays small. Best effort. */
  prune(): void {
    const limit = this.#system.clock.now() - DAY_MILLISECONDS;
    const old = this.list().filter(
      ({ header }) => header.expiresAt !== null && Date.parse(header.expiresAt) < limit,
    );
    try {
      this.#removeFiles(old.map(({ id }) => id));
    } catch (error) {
      // An expired session grants nothing, and a later run removes it.
      this.#system.out.debug(messageOf(error));
    }
  }

  #readFile(id: string): Uint8Array | undefined {
    try {
      return this.#system.files.read(this.#path(id));
    } catch (error) {
      if (isCliError(error) && error.code === 'not-ours') throw error;
      this.#system.out.warning(`a cached session cannot be read: ${messageOf(error)}`);
      return undefined;
    }
  }

  #folder(): string {
    return `${this.#system.host.vaultDirectory}/sessions`;
  }

  #path(id: string): string {
    return `${this.#folder()}/${id}`;
  }
}

interface FileParts {
  readonly header: SessionHeader;
  readonly headerBytes: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}

function splitFile(bytes: Uint8Array): FileParts | undefined {
  const end = bytes.indexOf(NEWLINE);
  if (end < 0 || bytes.length < end + 1 + NONCE_BYTES) return undefined;
  const headerBytes = bytes.subarray(0, end);
  try {
    const header = JSON.parse(new TextDecoder().decode(headerBytes)) as SessionHeader;
    if (header.version !== 1) return undefined;
    return {
      header,
      headerBytes,
      nonce: bytes.subarray(end + 1, end + 1 + NONCE_BYTES),
      sealed: bytes.subarray(end + 1 + NONCE_BYTES),
    };
  } catch {
    return undefined;
  }
}

// The file name is authenticated with the header: a file copied to another name does not open.
function aadOf(id: string, headerBytes: Uint8Array): Uint8Array {
  return concat(new TextEncoder().encode(`ccvault session 1 ${id}\n`), headerBytes);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

import { CliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { toHex } from '../../core/bytes.ts';
import { parseObject } from '../../core/json.ts';

/** The progress of a rotation: key ids and dates, never a secret. */
export interface RotateJournal {
  readonly version: 1;
  readonly profile: string;
  readonly userName: string;
  /** The step that was about to be carried out. */
  readonly step: string;
  readonly oldKeyId: string;
  /** The generations under which the vault held the old key: they identify the sessions made from it. */
  readonly oldGenerations: readonly string[];
  /** The ids that IAM listed right before CreateAccessKey, and those that the user has since said are not ours. */
  readonly idsBefore: readonly string[];
  /** Known once CreateAccessKey has responded, or the user has said that it created this one. */
  readonly newKeyId?: string;
  /** The time right before CreateAccessKey; ISO 8601 UTC. */
  readonly startedAt: string;
}

/** The lock under which a profile's stored key is replaced or removed. */
export function rotateLockName(profile: string): string {
  return `rotate ${profile}`;
}

type JournalSystem = Pick<System, 'files' | 'host' | 'crypto'>;

/** `rotate-HASH.json` in the vault directory, from which an interrupted rotation is finished: one per profile. */
export class JournalFile {
  readonly #system: JournalSystem;
  readonly #profile: string;
  readonly #path: string;
  #entry: RotateJournal | undefined;

  constructor(system: JournalSystem, profile: string) {
    this.#system = system;
    this.#profile = profile;
    const name = toHex(system.crypto.sha256(profile)).slice(0, 32);
    this.#path = `${system.host.vaultDirectory}/rotate-${name}.json`;
  }

  /** The journal as last read or written. */
  get entry(): RotateJournal | undefined {
    return this.#entry;
  }

  /**
   * Undefined when there is none. Throws CliError `keystore` for a damaged one: going on without it could leave a key
   * behind unnoticed.
   */
  read(): RotateJournal | undefined {
    const text = this.#system.files.readText(this.#path);
    if (text === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      if (isJournal(value) && value.profile === this.#profile) {
        this.#entry = value;
        return value;
      }
    } catch {
      // Reported below.
    }
    throw new CliError('keystore', `the journal of a rotation is damaged: ${this.#path}`, {
      hints: ["remove the file and rotate again, after comparing the user's keys in IAM with: ccvault list"],
    });
  }

  /** Throws CliError `keystore` when it cannot be written: without a journal, nothing may be changed in IAM. */
  write(journal: RotateJournal): void {
    this.#system.files.replace(this.#path, `${JSON.stringify(journal, undefined, 2)}\n`, { mode: 0o600 });
    this.#entry = journal;
  }

  /** Records the step that is about to be carried out; does nothing where no rotation is under way. */
  note(step: string, newKeyId?: string): void {
    if (this.#entry === undefined) return;
    this.write({ ...this.#entry, step, ...(newKeyId === undefined ? {} : { newKeyId }) });
  }

  /** Records that a key is not ours, although our CreateAccessKey could have created it. */
  noteForeign(keyId: string): void {
    if (this.#entry === undefined) return;
    this.write({ ...this.#entry, idsBefore: [...this.#entry.idsBefore, keyId] });
  }

  /** Deletes the journal: the rotation is over. */
  forget(): void {
    this.#system.files.remove(this.#path);
    this.#entry = undefined;
  }
}

/** A rotation that was interrupted, or is running now. */
export interface UnfinishedRotation {
  readonly path: string;
  /** Undefined for a damaged journal. */
  readonly profile: string | undefined;
  /** ISO 8601 UTC; empty for a damaged journal. */
  readonly startedAt: string;
}

/** The rotations of all profiles that have a journal. */
export function unfinishedRotations({
  files,
  host,
}: Pick<System, 'files' | 'host'>): readonly UnfinishedRotation[] {
  return files
    .list(host.vaultDirectory)
    .filter((name) => /^rotate-[0-9a-f]{32}\.json$/.test(name))
    .map((name) => {
      const path = `${host.vaultDirectory}/${name}`;
      const journal = parseObject(files.readText(path) ?? '');
      return isJournal(journal)
        ? { path, profile: journal.profile, startedAt: journal.startedAt }
        : { path, profile: undefined, startedAt: '' };
    });
}

function isJournal(value: unknown): value is RotateJournal {
  if (typeof value !== 'object' || value === null) return false;
  const { version, profile, userName, step, oldKeyId, oldGenerations, idsBefore, newKeyId, startedAt } =
    value as Partial<Record<keyof RotateJournal, unknown>>;
  return (
    version === 1 &&
    [profile, userName, step, oldKeyId].every((text) => typeof text === 'string') &&
    [oldGenerations, idsBefore].every(isTextList) &&
    (newKeyId === undefined || typeof newKeyId === 'string') &&
    typeof startedAt === 'string' &&
    !Number.isNaN(Date.parse(startedAt))
  );
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

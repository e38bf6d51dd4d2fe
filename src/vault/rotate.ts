import { shortKeyId } from '../core/credentials.ts';
import type { Credentials } from '../core/credentials.ts';
import { CliError, isCliError, messageOf } from '../core/errors.ts';
import { rootOfKey } from '../core/cache-key.ts';
import type { Iam, Sts, System } from '../core/ports.ts';
import { UserKeys } from './rotate-iam.ts';
import type { KeyCalls } from './rotate-iam.ts';
import { JournalFile } from './journal.ts';
import type { RotateJournal } from './journal.ts';
import { PendingKey } from './rotate-pending.ts';
import type { NewKeyItem } from './rotate-pending.ts';
import { isUnknownKey, proveKey } from './rotate-proof.ts';
import { refusal } from './rotate-report.ts';
import { nextStep } from './rotate-steps.ts';
import type { RotateState, RotateStep } from './rotate-steps.ts';
import type { SessionStore } from './session-store.ts';
import type { Vault } from './vault.ts';

export interface RotateContext {
  readonly system: Pick<System, 'clock' | 'crypto' | 'files' | 'host' | 'out'>;
  readonly iam: KeyCalls;
  readonly sts: Pick<Sts, 'getCallerIdentity'>;
  readonly vault: Pick<Vault, 'index' | 'read' | 'store' | 'write'>;
  readonly sessions: Pick<SessionStore, 'removeRoot'>;
  /** The profile under which the key is stored. */
  readonly profile: string;
  readonly userName: string;
  /** Who signs the calls to IAM: the stored key itself, or an MFA session made from it. */
  readonly signer: Credentials;
}

/**
 * Replaces a stored key, or finishes what an interrupted rotation began; whoever calls it holds the lock of the
 * profile's rotation. Throws CliError of every kind; where something was begun, with the hint to run it again.
 */
export async function rotateKey(context: RotateContext): Promise<void> {
  await new Rotation(context).run();
}

class Rotation {
  readonly #context: RotateContext;
  readonly #journal: JournalFile;
  readonly #pendingKey: PendingKey;
  readonly #keys: UserKeys;
  /** The stored key when the run began: the one that the signer comes from. */
  #signerKeyId = '';
  #storedKeyId = '';
  #pending: NewKeyItem | undefined;
  #proven: NewKeyItem | undefined;
  #madeHere = false;
  #mayDeactivate = true;

  constructor(context: RotateContext) {
    this.#context = context;
    this.#journal = new JournalFile(context.system, context.profile);
    this.#pendingKey = new PendingKey(context.vault, context.profile);
    this.#keys = new UserKeys(context.iam, context.system, context.userName, context.signer);
  }

  async run(): Promise<void> {
    await this.#look();
    try {
      for (;;) {
        const step = nextStep(await this.#state());
        this.#journal.note(step.kind);
        await this.#perform(step);
        if (step.kind === 'finish') return;
      }
    } catch (error) {
      throw this.#journal.entry === undefined ? error : this.#unfinished(error);
    }
  }

  async #look(): Promise<void> {
    const { profile, vault, system } = this.#context;
    const stored = await vault.read(profile);
    this.#storedKeyId = stored.accessKeyId;
    this.#signerKeyId = this.#storedKeyId;
    const begun = this.#journal.read();
    this.#pending = await this.#pendingKey.read();
    await this.#keys.list();
    const other = this.#pending?.account !== undefined && this.#pending.account !== stored.account;
    if (begun !== undefined && (other || begun.userName !== this.#context.userName)) {
      await this.#leaveToOthers(begun);
    } else if (begun !== undefined) {
      system.out.info(`going on with the rotation begun on ${begun.startedAt.slice(0, 10)}`);
    } else if (this.#pending !== undefined && this.#pending.accessKeyId !== this.#storedKeyId) {
      // The journal was lost, but the new key is there.
      await this.#begin('prove', this.#pending.accessKeyId);
    }
  }

  /** The profile has another user's key by now, which can do nothing about the first one's. */
  async #leaveToOthers({ userName, newKeyId }: RotateJournal): Promise<void> {
    const id = newKeyId === undefined ? 'a new key' : `the new key ${shortKeyId(newKeyId)}`;
    this.#context.system.out.warning(
      `an interrupted rotation may have left ${id} with user ${userName}: delete it in the IAM console`,
    );
    await this.#pendingKey.remove();
    this.#pending = undefined;
    this.#journal.forget();
  }

  async #state(): Promise<RotateState> {
    const { keys } = await this.#context.vault.index();
    const oldKeyId = this.#journal.entry?.oldKeyId;
    // A session may die with the key it was made from: it must not make that key inactive and then sign again.
    const signerDies = this.#keys.signerIsSession && this.#signerKeyId === oldKeyId;
    return {
      journal: this.#journal.entry,
      keys: this.#keys.listed,
      storedKeyId: this.#storedKeyId,
      pendingKeyId: this.#pending?.accessKeyId,
      copies: keys
        .filter((entry) => entry.accessKeyId === oldKeyId && entry.profile !== this.#context.profile)
        .map((entry) => entry.profile),
      vaultKeyIds: [this.#storedKeyId, ...keys.map((entry) => entry.accessKeyId)],
      proven: this.#proven !== undefined,
      mayDeactivate: this.#mayDeactivate && !signerDies,
    };
  }

  async #perform(step: RotateStep): Promise<void> {
    const { profile, userName, system } = this.#context;
    switch (step.kind) {
      case 'refuse':
        this.#journal.forget();
        throw refusal(step.reason, {
          profile,
          userName,
          keys: this.#keys.listed,
          storedKeyId: this.#storedKeyId,
        });
      case 'create':
        return this.#create();
      case 'prove':
        return this.#prove();
      case 'promote':
        return this.#promote();
      case 'drop-pending':
        await this.#pendingKey.remove();
        this.#pending = undefined;
        return undefined;
      case 'discard':
        await this.#keys.delete(step.accessKeyId);
        system.out.info(`deleted the key ${shortKeyId(step.accessKeyId)}, which is not needed any more`);
        await this.#pendingKey.remove();
        this.#pending = undefined;
        this.#journal.forget();
        return undefined;
      case 'delete-orphan': {
        const made = this.#keys.madeOn(step.accessKeyId);
        await this.#keys.delete(step.accessKeyId);
        system.out.info(
          `deleted the key ${shortKeyId(step.accessKeyId)}${made}, left behind by an interrupted rotation`,
        );
        return undefined;
      }
      case 'deactivate':
        try {
          await this.#keys.deactivate(step.accessKeyId);
        } catch (error) {
          // A policy for rotation may well allow to delete keys and nothing else.
          if (!isDenied(error)) throw error;
          system.out.debug(`the old key is deleted without being made inactive first: ${messageOf(error)}`);
          this.#mayDeactivate = false;
        }
        return undefined;
      case 'delete': {
        const made = this.#keys.madeOn(step.accessKeyId);
        await this.#keys.delete(step.accessKeyId);
        system.out.info(`deleted the old key ${shortKeyId(step.accessKeyId)}${made}`);
        return undefined;
      }
      case 'forget':
        this.#journal.forget();
        return undefined;
      case 'finish':
        return this.#finish();
    }
  }

  async #create(): Promise<void> {
    const { userName, profile, system } = this.#context;
    await this.#begin('create');
    system.out.info(
      `replacing the key ${shortKeyId(this.#storedKeyId)}${this.#keys.madeOn(this.#storedKeyId)} of profile ${profile}; ` +
        `if this is interrupted, finish it with: ccvault rotate ${profile}`,
    );
    let made: Awaited<ReturnType<Iam['createAccessKey']>>;
    try {
      made = await this.#keys.create();
    } catch (error) {
      await this.#takeBack(isRefusal(error));
      throw error;
    }
    const { accessKeyId } = made.credentials;
    system.out.info(`made the key ${shortKeyId(accessKeyId)} for user ${userName}`);
    try {
      this.#journal.note('store', accessKeyId);
      const { account, arn } = await this.#context.vault.read(profile);
      this.#pending = await this.#pendingKey.write({
        ...made.credentials,
        createdAt: new Date(made.createdAt).toISOString(),
        ...(account === undefined ? {} : { account }),
        ...(arn === undefined ? {} : { arn }),
      });
      this.#madeHere = true;
    } catch (error) {
      await this.#undoCreate(accessKeyId);
      throw error;
    }
  }

  /**
   * After a CreateAccessKey that failed. Unless AWS refused it, it may have made a key all the same, which IAM may not
   * list yet: the journal stays, so that the next run looks again.
   */
  async #takeBack(refused: boolean): Promise<void> {
    if (refused) return this.#journal.forget();
    try {
      await this.#keys.list();
      for (;;) {
        const step = nextStep(await this.#state());
        if (step.kind !== 'delete-orphan') return undefined;
        await this.#perform(step);
        this.#journal.forget();
      }
    } catch (error) {
      this.#context.system.out.warning(
        `IAM may have made a new key whose answer did not arrive: ${messageOf(error)}`,
      );
    }
  }

  /** A key whose secret could not be kept is worth nothing. */
  async #undoCreate(accessKeyId: string): Promise<void> {
    const { out } = this.#context.system;
    try {
      await this.#keys.delete(accessKeyId);
      await this.#pendingKey.remove().catch(() => {});
      this.#journal.forget();
      out.info(`deleted the key ${shortKeyId(accessKeyId)} again: it could not be stored`);
    } catch (error) {
      out.warning(
        `the new key ${shortKeyId(accessKeyId)} could neither be stored nor deleted: ${messageOf(error)}`,
      );
    }
  }

  async #prove(): Promise<void> {
    const { sts, system } = this.#context;
    const key = this.#pending;
    if (key === undefined) throw new RangeError('there is no new key to prove');
    try {
      const { account, arn } = await proveKey(key, sts, system);
      this.#proven = { ...key, account, arn };
    } catch (error) {
      if (!(await this.#isUseless(error, key.accessKeyId))) throw error;
      this.#journal.note('discard');
    }
  }

  /** The new key was deleted by somebody, or its secret is not the right one: waiting longer does not help. */
  async #isUseless(error: unknown, accessKeyId: string): Promise<boolean> {
    if (isCliError(error) && error.code === 'SignatureDoesNotMatch') return true;
    if (!isUnknownKey(error) || this.#madeHere) return false;
    await this.#keys.list();
    return this.#keys.listed.every((key) => key.accessKeyId !== accessKeyId);
  }

  /** The new key takes the old one's place, in every profile that had it. */
  async #promote(): Promise<void> {
    const { vault, profile, system } = this.#context;
    const key = this.#proven ?? this.#pending;
    if (key === undefined) throw new RangeError('there is no new key to store');
    const { copies } = await this.#state();
    for (const holder of [...copies, profile]) await vault.write({ ...key, profile: holder });
    this.#storedKeyId = key.accessKeyId;
    if (!this.#keys.signerIsSession) this.#keys.signWith(key);
    const others = copies.map((name) => ` and ${name}`).join('');
    system.out.info(
      `AWS accepts the key ${shortKeyId(key.accessKeyId)}: stored for profile ${profile}${others}`,
    );
  }

  #finish(): void {
    const { profile, sessions, system } = this.#context;
    const { oldKeyId: accessKeyId = '', oldGenerations = [] } = this.#journal.entry ?? {};
    let dropped = 0;
    for (const generation of oldGenerations)
      dropped += sessions.removeRoot(rootOfKey({ accessKeyId, generation }));
    this.#journal.forget();
    const session = dropped === 1 ? 'session' : 'sessions';
    system.out.info(
      `profile ${profile} has the key ${shortKeyId(this.#storedKeyId)}${this.#keys.madeOn(this.#storedKeyId)} ` +
        `instead of ${shortKeyId(accessKeyId)}; ${dropped} ${session} of the old key dropped`,
    );
  }

  async #begin(step: string, newKeyId?: string): Promise<void> {
    const { vault, profile, userName, system } = this.#context;
    const { keys } = await vault.index();
    this.#journal.write({
      version: 1,
      profile,
      userName,
      step,
      oldKeyId: this.#storedKeyId,
      oldGenerations: keys
        .filter((entry) => entry.accessKeyId === this.#storedKeyId)
        .map((entry) => entry.generation),
      idsBefore: this.#keys.listed.map((key) => key.accessKeyId).filter((id) => id !== newKeyId),
      ...(newKeyId === undefined ? {} : { newKeyId }),
      startedAt: new Date(system.clock.now()).toISOString(),
    });
  }

  #unfinished(error: unknown): unknown {
    if (!isCliError(error)) return error;
    const { profile, userName } = this.#context;
    const ids = this.#keys.listed.map(
      ({ accessKeyId }) => `${shortKeyId(accessKeyId)}${this.#keys.madeOn(accessKeyId)}`,
    );
    this.#context.system.out.info(
      `the rotation is not finished: user ${userName} has ${ids.join(' and ')}, ` +
        `and profile ${profile} works with ${shortKeyId(this.#storedKeyId)}`,
    );
    return new CliError(error.kind, error.message, {
      ...(error.code === undefined ? {} : { code: error.code }),
      hints: [...error.hints, `finish it with: ccvault rotate ${profile}`],
      cause: error,
    });
  }
}

/** AWS read the request and said no, as against an answer that was lost or came from a service in trouble. */
function isRefusal(error: unknown): boolean {
  const refused = /^(?:AccessDenied|LimitExceeded|NoSuchEntity|InvalidClientTokenId|ExpiredToken|Throttling)/;
  return isCliError(error) && refused.test(error.code ?? '');
}

function isDenied(error: unknown): boolean {
  return isCliError(error) && (error.code ?? '').startsWith('AccessDenied');
}

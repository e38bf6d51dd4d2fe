import { shortKeyId } from '../../core/credentials.ts';
import type { Credentials } from '../../core/credentials.ts';
import type { Sts } from '../../core/ports/aws.ts';
import type { System } from '../../core/ports/system.ts';
import { JournalFile } from './journal.ts';
import type { RotateJournal } from './journal.ts';
import { UserKeys } from './user-keys.ts';
import type { KeyCalls } from './user-keys.ts';
import { PendingKey } from './pending-key.ts';
import type { NewKeyItem } from './pending-key.ts';
import type { RotateState } from './steps.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Vault } from '../keys/vault.ts';

export interface RotateContext {
  readonly system: Pick<System, 'clock' | 'crypto' | 'files' | 'host' | 'out' | 'terminal'>;
  readonly iam: KeyCalls;
  readonly sts: Pick<Sts, 'getCallerIdentity'>;
  readonly vault: Pick<Vault, 'adoptPending' | 'index' | 'read' | 'store' | 'write'>;
  readonly sessions: Pick<SessionStore, 'removeRoot'>;
  /** The profile under which the key is stored. */
  readonly profile: string;
  readonly userName: string;
  /** The account of the stored key's user. */
  readonly account: string | undefined;
  /** What signs the calls to IAM: the stored key itself, or an MFA session made from it. */
  readonly signer: Credentials;
  /**
   * Makes an MFA session from the key that is stored by then, which needs one more MFA code. Undefined where the stored
   * key itself signs.
   */
  readonly newSession: (() => Promise<Credentials>) | undefined;
}

/** The state of one run of a rotation, with its journal, the new key's item and the user's keys in IAM. */
export class RotateWork {
  readonly context: RotateContext;
  readonly journal: JournalFile;
  readonly pendingKey: PendingKey;
  readonly keys: UserKeys;
  /** The id of the profile's stored key. */
  storedKeyId = '';
  /** The new key while it has its own item. */
  pending: NewKeyItem | undefined;
  /** The new key once AWS has accepted it in this run. */
  proven: NewKeyItem | undefined;
  /** Whether the new key was created in this run. */
  madeHere = false;
  /** False once AWS has denied UpdateAccessKey. */
  mayDeactivate = true;
  /** The id of the key that was stored when the run began, and that the signer comes from. */
  #signerKeyId = '';

  constructor(context: RotateContext) {
    this.context = context;
    this.journal = new JournalFile(context.system, context.profile);
    this.pendingKey = new PendingKey(context.vault, context.system.crypto, context.profile);
    this.keys = new UserKeys(context.iam, context.system, context.userName, context.signer);
  }

  /** Reads the state of the rotation: stored keys, journal and the keys in IAM. */
  async look(): Promise<void> {
    const { profile, vault, system, userName, account } = this.context;
    this.storedKeyId = (await vault.read(profile)).accessKeyId;
    this.#signerKeyId = this.storedKeyId;
    const begun = this.journal.read();
    this.pending = await this.pendingKey.read();
    await this.keys.list();
    const other = this.pending?.account !== undefined && this.pending.account !== account;
    if (begun !== undefined && (other || begun.userName !== userName)) {
      await this.#leaveToOthers(begun);
    } else if (begun !== undefined) {
      system.out.info(`resuming the rotation started on ${begun.startedAt.slice(0, 10)}`);
    } else if (this.pending !== undefined && this.pending.accessKeyId !== this.storedKeyId) {
      // The journal was lost, but the new key exists.
      await this.begin('prove', this.pending.accessKeyId);
    }
  }

  /**
   * Gives up another user's rotation: the profile's key is now this user's, and cannot manage the other user's keys.
   */
  async #leaveToOthers({ userName, newKeyId }: RotateJournal): Promise<void> {
    const id = newKeyId === undefined ? 'a new key' : `the new key ${shortKeyId(newKeyId)}`;
    this.context.system.out.warning(
      `an interrupted rotation may have left ${id} with user ${userName}: delete it in the IAM console`,
    );
    await this.dropPending();
    this.journal.forget();
  }

  async state(): Promise<RotateState> {
    const { keys } = await this.context.vault.index();
    const oldKeyId = this.journal.entry?.oldKeyId;
    return {
      journal: this.journal.entry,
      keys: this.keys.listed,
      storedKeyId: this.storedKeyId,
      pendingKeyId: this.pending?.accessKeyId,
      copies: keys
        .filter((entry) => entry.accessKeyId === oldKeyId && entry.profile !== this.context.profile)
        .map((entry) => entry.profile),
      vaultKeyIds: [this.storedKeyId, ...keys.map((entry) => entry.accessKeyId)],
      proven: this.proven !== undefined,
      mayDeactivate: this.mayDeactivate,
    };
  }

  /** Opens the journal. */
  async begin(step: string, newKeyId?: string): Promise<void> {
    const { vault, profile, userName, system } = this.context;
    const { keys } = await vault.index();
    this.journal.write({
      version: 1,
      profile,
      userName,
      step,
      oldKeyId: this.storedKeyId,
      oldGenerations: keys
        .filter((entry) => entry.accessKeyId === this.storedKeyId)
        .map((entry) => entry.generation),
      idsBefore: this.keys.listed.map((key) => key.accessKeyId).filter((id) => id !== newKeyId),
      ...(newKeyId === undefined ? {} : { newKeyId }),
      startedAt: new Date(system.clock.now()).toISOString(),
    });
  }

  /** Records the new key as the profile's; from here on it signs what the old signer cannot. */
  install(newKey: NewKeyItem): void {
    this.storedKeyId = newKey.accessKeyId;
    if (this.#signerKeyId === newKey.accessKeyId) return;
    this.keys.useSigners({ newKey, newSession: this.context.newSession });
  }

  async dropPending(): Promise<void> {
    await this.pendingKey.remove();
    this.pending = undefined;
  }
}

import type { Credentials } from '../core/credentials.ts';
import { isCliError } from '../core/errors.ts';
import type { AccessKeyInfo, Iam, System } from '../core/ports.ts';
import { untilKnown } from './rotate-proof.ts';
import { madeOn } from './rotate-report.ts';

export type KeyCalls = Pick<
  Iam,
  'listAccessKeys' | 'createAccessKey' | 'setAccessKeyActive' | 'deleteAccessKey'
>;

/** A user's keys in IAM: as listed last, changed by what was done since. Listing anew may lag behind. */
export class UserKeys {
  readonly #iam: KeyCalls;
  readonly #system: Pick<System, 'clock' | 'out'>;
  readonly #userName: string;
  #signer: Credentials;
  /** The signer is a key that was made in this run. */
  #signerIsNew = false;
  #listed: readonly AccessKeyInfo[] = [];

  constructor(iam: KeyCalls, system: Pick<System, 'clock' | 'out'>, userName: string, signer: Credentials) {
    this.#iam = iam;
    this.#system = system;
    this.#userName = userName;
    this.#signer = signer;
  }

  get listed(): readonly AccessKeyInfo[] {
    return this.#listed;
  }

  get signerIsSession(): boolean {
    return this.#signer.sessionToken !== undefined;
  }

  /** A key that signs for itself cannot sign its own end: its successor takes over. */
  signWith(newKey: Credentials): void {
    this.#signer = newKey;
    this.#signerIsNew = true;
  }

  async list(): Promise<void> {
    this.#listed = await this.#signed((signer) => this.#iam.listAccessKeys(signer, this.#userName));
  }

  async create(): ReturnType<Iam['createAccessKey']> {
    const made = await this.#iam.createAccessKey(this.#signer, this.#userName);
    const { accessKeyId } = made.credentials;
    this.#listed = [...this.#listed, { accessKeyId, active: true, createdAt: made.createdAt }];
    return made;
  }

  async deactivate(accessKeyId: string): Promise<void> {
    await this.#signed((signer) => this.#iam.setAccessKeyActive(signer, this.#userName, accessKeyId, false));
    this.#listed = this.#listed.map((key) =>
      key.accessKeyId === accessKeyId ? { ...key, active: false } : key,
    );
  }

  /** A key that is gone already is no error: an earlier call may have done it, its answer lost. */
  async delete(accessKeyId: string): Promise<void> {
    try {
      await this.#signed((signer) => this.#iam.deleteAccessKey(signer, this.#userName, accessKeyId));
    } catch (error) {
      if (!isCliError(error) || !(error.code ?? '').startsWith('NoSuchEntity')) throw error;
    }
    this.#listed = this.#listed.filter((key) => key.accessKeyId !== accessKeyId);
  }

  madeOn(accessKeyId: string): string {
    return madeOn(accessKeyId, this.#listed);
  }

  /** Not every part of IAM knows a new key at once. */
  #signed<T>(call: (signer: Credentials) => Promise<T>): Promise<T> {
    const signer = this.#signer;
    return this.#signerIsNew ? untilKnown(this.#system, () => call(signer)) : call(signer);
  }
}

import type { Credentials } from '../../core/credentials.ts';
import { isCliError, messageOf } from '../../core/errors.ts';
import type { AccessKeyInfo, Iam } from '../../core/ports/aws.ts';
import type { System } from '../../core/ports/system.ts';
import { untilKnown } from './proof.ts';
import { madeOn } from './report.ts';

export type KeyCalls = Pick<
  Iam,
  'listAccessKeys' | 'createAccessKey' | 'setAccessKeyActive' | 'deleteAccessKey'
>;

/** Who signs after the old key has given way to a new one. */
export interface NextSigners {
  /** AWS has accepted it. */
  readonly newKey: Credentials;
  /** Makes an MFA session from the new key, which needs a code; undefined where MFA is not used. */
  readonly newSession: (() => Promise<Credentials>) | undefined;
}

type Signing = 'as-given' | 'with-new-key' | 'with-new-session';

/** A user's keys in IAM: as listed last, changed by what was done since. Another listing may lag behind. */
export class UserKeys {
  readonly #iam: KeyCalls;
  readonly #system: Pick<System, 'clock' | 'out'>;
  readonly #userName: string;
  #signer: Credentials;
  #signing: Signing = 'as-given';
  #next: NextSigners | undefined;
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

  /**
   * Sets the signers to fall back to. A key cannot deactivate or delete itself, so the new key signs at once; a session
   * of the old key goes on signing until AWS refuses it.
   */
  useSigners(next: NextSigners): void {
    this.#next = next;
    if (this.#signer.sessionToken === undefined) this.#signWith(next.newKey, 'with-new-key');
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

  /** A key that is gone already is not an error: an earlier call may have deleted it and its response been lost. */
  async delete(accessKeyId: string): Promise<void> {
    const inactive = this.#listed.some((key) => key.accessKeyId === accessKeyId && !key.active);
    try {
      await this.#signed(
        (signer) => this.#iam.deleteAccessKey(signer, this.#userName, accessKeyId),
        inactive,
      );
    } catch (error) {
      if (!isCliError(error) || !(error.awsCode ?? '').startsWith('NoSuchEntity')) throw error;
    }
    this.#listed = this.#listed.filter((key) => key.accessKeyId !== accessKeyId);
  }

  madeOn(accessKeyId: string): string {
    return madeOn(accessKeyId, this.#listed);
  }

  async #signed<T>(call: (signer: Credentials) => Promise<T>, oldIsInactive = false): Promise<T> {
    for (;;) {
      const signer = this.#signer;
      try {
        // Not every part of IAM knows a new key at once.
        return this.#signing === 'as-given'
          ? await call(signer)
          : await untilKnown(this.#system, () => call(signer));
      } catch (error) {
        if (!(await this.#handOver(error, oldIsInactive))) throw error;
      }
    }
  }

  /**
   * Temporary credentials are valid until they expire (IAM User Guide, Disabling permissions for temporary security
   * credentials), so a session of the old key should see the end of that key. Should AWS refuse it all the same, the
   * new key takes over, and where that is denied without MFA, a session of the new key. False when no signer is left, or
   * the refusal has nothing to do with who signs.
   */
  async #handOver(error: unknown, oldIsInactive: boolean): Promise<boolean> {
    const { newKey, newSession } = this.#next ?? {};
    if (newKey === undefined) return false;
    if (this.#signing === 'as-given') {
      // A denial before the key is inactive comes from the user's policy, which holds for every signer.
      if (!isEndOfSession(error) && !(oldIsInactive && isDenied(error))) return false;
      this.#system.out.debug(`the new key signs in place of the old one's session: ${messageOf(error)}`);
      this.#signWith(newKey, 'with-new-key');
      return true;
    }
    if (this.#signing !== 'with-new-key' || newSession === undefined || !isDenied(error)) return false;
    this.#system.out.info(
      'the MFA session of the old key is no longer accepted: ' +
        'enter one more MFA code to finish with the new key',
    );
    this.#signWith(await newSession(), 'with-new-session');
    return true;
  }

  #signWith(signer: Credentials, signing: Signing): void {
    this.#signer = signer;
    this.#signing = signing;
  }
}

/** AWS denies this to the signer, by policy or for want of MFA. */
export function isDenied(error: unknown): boolean {
  return isCliError(error) && (error.awsCode ?? '').startsWith('AccessDenied');
}

function isEndOfSession(error: unknown): boolean {
  const refused = /^(?:InvalidClientTokenId|UnrecognizedClient|ExpiredToken|InvalidToken)/;
  return isCliError(error) && refused.test(error.awsCode ?? '');
}

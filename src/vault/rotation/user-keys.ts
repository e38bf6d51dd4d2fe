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

/** The signers to fall back to after the old key is replaced. */
export interface NextSigners {
  /** A key that AWS has accepted. */
  readonly newKey: Credentials;
  /** Makes an MFA session from the new key, which needs a code; undefined where MFA is not used. */
  readonly newSession: (() => Promise<Credentials>) | undefined;
}

type Signing = 'as-given' | 'with-new-key' | 'with-new-session';

/** A user's keys in IAM: the last listing with every change since, because a new listing may lag behind. */
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
   * Sets the signers to fall back to. An inactive key cannot sign its own deletion, so the new key replaces the old key
   * at once; a session of the old key goes on signing until AWS refuses it.
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

  /** A key that is already gone is not an error: the response to an earlier call that deleted it may have been lost. */
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
        // IAM does not know a new key everywhere at once.
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
   * credentials), so a session of the old key should outlive that key. If AWS refuses it nevertheless, the new key
   * takes over, and where that is denied without MFA, a session of the new key. Returns false when no signer is left,
   * or the error is not about the signer.
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

/** Whether AWS denies the call to the signer, by a policy or because MFA is missing. */
export function isDenied(error: unknown): boolean {
  return isCliError(error) && (error.awsCode ?? '').startsWith('AccessDenied');
}

function isEndOfSession(error: unknown): boolean {
  const refused = /^(?:InvalidClientTokenId|UnrecognizedClient|ExpiredToken|InvalidToken)/;
  return isCliError(error) && refused.test(error.awsCode ?? '');
}

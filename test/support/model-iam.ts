// One user's keys in IAM as a model, with the sessions made from them.
import type { Credentials } from '../../src/core/credentials.ts';
import { CliError } from '../../src/core/errors.ts';
import type { AccessKeyInfo } from '../../src/core/ports/aws.ts';
import { Secret } from '../../src/core/secret.ts';
import type { rotateKey } from '../../src/vault/rotation/rotate.ts';

/** How AWS and the user's policy are. */
export interface Rules {
  /** Who signs to begin with. */
  readonly signer: 'key' | 'session';
  /** The code with which a session is refused once its key is inactive or gone; undefined where it lives on. */
  readonly endOfSession?: 'InvalidClientTokenId' | 'AccessDenied';
  /** IAM takes sessions made with MFA only. */
  readonly mfaDemanded?: boolean;
  /** The backend can give an item another name. */
  readonly renames?: boolean;
  /** The key was stored without asking AWS whose it is. */
  readonly unverified?: boolean;
}

/** Carries out one call, unless a fault befalls it. */
export type Act = <T>(effect: () => T) => T;

interface ModelKey {
  readonly secret: string;
  readonly createdAt: number;
  readonly knownFrom: number;
  active: boolean;
}

type Ports = Pick<Parameters<typeof rotateKey>[0], 'iam' | 'sts'>;

export class ModelIam {
  readonly keys = new Map<string, ModelKey>();
  /** Keys that were deleted without being made inactive first. */
  readonly deletedActive: string[] = [];
  /** How many sessions were made, each for an MFA code. */
  sessionsMade = 0;
  /** Calls that were not refused, in order. */
  done: string[] = [];
  readonly #rules: Rules;
  readonly #now: () => number;
  readonly #newKeyDelay: number;
  readonly #sessions = new Map<string, string>();
  #made = 0;

  /** `newKeyDelay`: for how long AWS does not know a new key, in milliseconds. */
  constructor(rules: Rules, now: () => number, newKeyDelay: number) {
    this.#rules = rules;
    this.#now = now;
    this.#newKeyDelay = newKeyDelay;
  }

  /** Gives the user a key more and returns its id. */
  makeKey(createdAt: number, knownFrom = createdAt): string {
    this.#made += 1;
    const accessKeyId = `AKIATEST${String(this.#made).padStart(12, '0')}`;
    this.keys.set(accessKeyId, { secret: `secret-of-${this.#made}`, createdAt, knownFrom, active: true });
    return accessKeyId;
  }

  /** A session with MFA. Throws as AWS would for a key that it does not take. */
  makeSession(key: Credentials): Credentials {
    this.#authenticate(key);
    this.sessionsMade += 1;
    const id = `ASIA-${key.accessKeyId}`;
    this.#sessions.set(id, key.secretAccessKey.reveal());
    return { ...key, accessKeyId: id, sessionToken: key.secretAccessKey };
  }

  /** Whether AWS takes this key now. */
  works(accessKeyId: string, secret: string | undefined): boolean {
    const key = this.keys.get(accessKeyId);
    return key !== undefined && key.active && key.secret === secret && key.knownFrom <= this.#now();
  }

  ports(arn: () => string, act: Act): Ports {
    const call = <T>(operation: string, signer: Credentials, effect: () => T): T =>
      act(() => {
        this.#authenticate(signer);
        const bare = signer.sessionToken === undefined && operation !== 'GetCallerIdentity';
        if (bare && this.#rules.mfaDemanded === true) {
          throw new CliError('aws', 'not without MFA', { awsCode: 'AccessDenied' });
        }
        const result = effect();
        this.done.push(operation);
        return result;
      });
    return {
      iam: {
        listAccessKeys: async (signer) => call('ListAccessKeys', signer, () => this.#list()),
        createAccessKey: async (signer) => call('CreateAccessKey', signer, () => this.#create()),
        setAccessKeyActive: async (signer, _userName, accessKeyId, active) =>
          call('UpdateAccessKey', signer, () => {
            this.#key(accessKeyId).active = active;
          }),
        deleteAccessKey: async (signer, _userName, accessKeyId) =>
          call('DeleteAccessKey', signer, () => {
            if (this.#key(accessKeyId).active) this.deletedActive.push(accessKeyId);
            this.keys.delete(accessKeyId);
          }),
      },
      sts: {
        getCallerIdentity: async (signer) =>
          call('GetCallerIdentity', signer, () => ({
            account: '111122223333',
            arn: arn(),
            userId: 'AIDATEST',
          })),
      },
    };
  }

  #authenticate({ accessKeyId, secretAccessKey, sessionToken }: Credentials): void {
    const key = this.keys.get(accessKeyId.replace(/^ASIA-/, ''));
    const session = sessionToken === undefined ? undefined : this.#sessions.get(accessKeyId);
    const code = session === undefined ? 'InvalidClientTokenId' : this.#rules.endOfSession;
    if ((key?.active !== true && code !== undefined) || (key !== undefined && key.knownFrom > this.#now())) {
      throw new CliError('aws', 'AWS does not take this', { awsCode: code ?? 'InvalidClientTokenId' });
    }
    if ((session ?? key?.secret) !== secretAccessKey.reveal()) {
      throw new CliError('aws', 'the secret does not match', { awsCode: 'SignatureDoesNotMatch' });
    }
  }

  #list(): AccessKeyInfo[] {
    return [...this.keys].map(([accessKeyId, { active, createdAt }]) => ({ accessKeyId, active, createdAt }));
  }

  #create(): { credentials: Credentials; createdAt: number } {
    if (this.keys.size >= 2) throw new CliError('aws', 'two keys', { awsCode: 'LimitExceeded' });
    const createdAt = this.#now();
    const accessKeyId = this.makeKey(createdAt, createdAt + this.#newKeyDelay);
    const secretAccessKey = new Secret(this.#key(accessKeyId).secret);
    return { credentials: { accessKeyId, secretAccessKey }, createdAt };
  }

  #key(accessKeyId: string): ModelKey {
    const key = this.keys.get(accessKeyId);
    if (key === undefined) throw new CliError('aws', 'no such key', { awsCode: 'NoSuchEntity' });
    return key;
  }
}

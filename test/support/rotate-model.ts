// A user's keys in IAM as a model, a backend in memory, and a schedule of faults over every call that leaves the
// process: for tests of the rotation, which itself is the real one over real files.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../../src/core/credentials.ts';
import { CliError, isCliError } from '../../src/core/errors.ts';
import type { AccessKeyInfo, Clock, Files, KeyStore, Output } from '../../src/core/ports.ts';
import { Secret } from '../../src/core/secret.ts';
import { createCrypto } from '../../src/system/crypto.ts';
import { systemFiles } from '../../src/system/files.ts';
import { rotateKey } from '../../src/vault/rotate.ts';
import { Vault } from '../../src/vault/vault.ts';
import type { VaultSystem } from '../../src/vault/vault.ts';

/** `fail` and `kill` before a call has an effect, or after it: the answer is lost. A killed process calls no more. */
export type Fault = 'fail-before' | 'fail-after' | 'kill-before' | 'kill-after';

class Killed extends Error {}

/** How AWS and the user's policy are. */
export interface Rules {
  /** Who signs to begin with. */
  readonly signer: 'key' | 'session';
  /** The code with which a session is refused once its key is inactive or gone; undefined where it lives on. */
  readonly endOfSession?: 'InvalidClientTokenId' | 'ExpiredToken' | 'AccessDenied';
  /** IAM takes sessions made with MFA only. */
  readonly mfaDemanded?: boolean;
}

interface ModelKey {
  readonly secret: string;
  readonly createdAt: number;
  readonly knownFrom: number;
  active: boolean;
}

export interface Run {
  /** Undefined for a run that went through; `killed` for one that did not live to tell. */
  readonly error: CliError | 'killed' | undefined;
  /** All that a person got to see. */
  readonly said: string;
  /** How many calls it made that a fault could have befallen. */
  readonly calls: number;
  /** What AWS has done, in order. */
  readonly done: readonly string[];
}

const PROFILE = 'dev';
const ACCOUNT = 'arn:aws:iam::111122223333:user/';
const START = Date.UTC(2026, 0, 1);

export class RotateModel {
  readonly iamKeys = new Map<string, ModelKey>();
  readonly items = new Map<string, string>();
  readonly directory = mkdtempSync(join(tmpdir(), 'ccvault-rotate-'));
  /** Keys that were deleted without being made inactive first. */
  readonly deletedActive: string[] = [];
  /** How many MFA codes were asked for by the rotations themselves. */
  codes = 0;
  #user = 'dana';
  readonly #rules: Rules;
  readonly #sessions = new Map<string, string>();
  readonly #newKeyDelay: number;
  #made = 0;
  #time = START;
  #faults: ReadonlyMap<number, Fault> = new Map();
  #calls = 0;
  #killed = false;
  #said: string[] = [];
  #done: string[] = [];

  constructor(rules: Rules, newKeyDelay = 3000) {
    this.#rules = rules;
    this.#newKeyDelay = newKeyDelay;
  }

  /** Puts a first key into IAM and the vault, made a year ago. */
  async begin(): Promise<string> {
    const accessKeyId = this.makeKey(START - 365 * 86_400_000);
    await this.#vault().write({
      profile: PROFILE,
      accessKeyId,
      secretAccessKey: new Secret(this.iamKeys.get(accessKeyId)?.secret ?? ''),
      arn: ACCOUNT + this.#user,
    });
    return accessKeyId;
  }

  makeKey(createdAt: number, knownFrom = createdAt): string {
    this.#made += 1;
    const accessKeyId = `AKIATEST${String(this.#made).padStart(12, '0')}`;
    this.iamKeys.set(accessKeyId, { secret: `secret-of-${this.#made}`, createdAt, knownFrom, active: true });
    return accessKeyId;
  }

  /** From now on there is another user with one key, and its keys are all that IAM tells of. */
  becomeUser(name: string): void {
    this.#user = name;
    this.iamKeys.clear();
    this.makeKey(this.#time);
    const [[accessKeyId, { secret }] = ['', { secret: '' }]] = this.iamKeys;
    const key = {
      profile: PROFILE,
      accessKeyId,
      secretAccessKey: secret,
      generation: 'other',
      arn: ACCOUNT + name,
    };
    this.items.set(`key/${PROFILE}`, JSON.stringify(key));
  }

  get now(): number {
    return this.#time;
  }

  pass(milliseconds: number): void {
    this.#time += milliseconds;
  }

  /** One `rotate`, with faults at the calls of these numbers, 0 being the first. */
  async run(faults: ReadonlyMap<number, Fault> = new Map()): Promise<Run> {
    this.#faults = faults;
    this.#calls = 0;
    this.#killed = false;
    this.#said = [];
    this.#done = [];
    this.#time += 60_000;
    let error: Run['error'];
    try {
      const vault = this.#vault();
      const key = await vault.read(PROFILE);
      await rotateKey({
        system: this.#system(),
        iam: this.#iam(),
        sts: this.#sts(),
        vault,
        sessions: { removeRoot: () => 0 },
        profile: PROFILE,
        userName: this.#user,
        signer: this.#rules.signer === 'key' ? key : this.#session(key),
        newSession: this.#rules.signer === 'key' ? undefined : async () => this.#newSession(vault),
      });
    } catch (thrown) {
      if (thrown instanceof Killed || this.#killed) error = 'killed';
      else if (isCliError(thrown)) error = thrown;
      else throw thrown;
    }
    if (isCliError(error)) this.#said.push(error.message, ...error.hints);
    this.#faults = new Map();
    this.#killed = false;
    return { error, said: this.#said.join('\n'), calls: this.#calls, done: this.#done };
  }

  /** The id of the profile's stored key; fails when AWS would not take it. */
  workingKey(): string {
    const text = this.items.get(`key/${PROFILE}`) ?? '{}';
    const { accessKeyId, secretAccessKey } = JSON.parse(text) as Record<string, string>;
    const key = this.iamKeys.get(accessKeyId ?? '');
    if (key === undefined || !key.active || key.secret !== secretAccessKey || key.knownFrom > this.#time) {
      throw new Error(`the stored key ${accessKeyId} does not work`);
    }
    return accessKeyId ?? '';
  }

  /** Names of the vault directory's files. */
  files(): readonly string[] {
    return systemFiles.list(this.directory);
  }

  end(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #act<T>(effect: () => T): T {
    if (this.#killed) throw new Killed();
    const fault = this.#faults.get(this.#calls);
    this.#calls += 1;
    if (fault === undefined) return effect();
    if (fault.endsWith('after')) effect();
    if (fault.startsWith('fail')) throw new CliError('aws', 'the connection broke', { code: 'network' });
    this.#killed = true;
    throw new Killed();
  }

  #session({ accessKeyId, secretAccessKey }: Credentials): Credentials {
    const id = `ASIA-${accessKeyId}`;
    this.#sessions.set(id, secretAccessKey.reveal());
    return { accessKeyId: id, secretAccessKey, sessionToken: secretAccessKey };
  }

  async #newSession(vault: Vault): Promise<Credentials> {
    const key = await vault.read(PROFILE);
    return this.#act(() => {
      this.#authenticate(key);
      this.codes += 1;
      return this.#session(key);
    });
  }

  #authenticate({ accessKeyId, secretAccessKey, sessionToken }: Credentials): void {
    const key = this.iamKeys.get(accessKeyId.replace(/^ASIA-/, ''));
    const session = sessionToken === undefined ? undefined : this.#sessions.get(accessKeyId);
    const dead = key === undefined || !key.active;
    const code = session === undefined ? 'InvalidClientTokenId' : this.#rules.endOfSession;
    if ((dead && code !== undefined) || (key !== undefined && key.knownFrom > this.#time)) {
      throw new CliError('aws', 'AWS does not take this', { code: code ?? 'InvalidClientTokenId' });
    }
    if ((session ?? key?.secret) !== secretAccessKey.reveal()) {
      throw new CliError('aws', 'the secret does not match', { code: 'SignatureDoesNotMatch' });
    }
  }

  /** One call to IAM. */
  #iamCall<T>(operation: string, signer: Credentials, effect: () => T): T {
    return this.#act(() => {
      this.#authenticate(signer);
      if (this.#rules.mfaDemanded === true && signer.sessionToken === undefined) {
        throw new CliError('aws', 'not without MFA', { code: 'AccessDenied' });
      }
      const result = effect();
      this.#done.push(operation);
      return result;
    });
  }

  #iam(): Parameters<typeof rotateKey>[0]['iam'] {
    return {
      listAccessKeys: async (signer) =>
        this.#iamCall('ListAccessKeys', signer, () =>
          [...this.iamKeys].map(([accessKeyId, { active, createdAt }]): AccessKeyInfo => ({
            accessKeyId,
            active,
            createdAt,
          })),
        ),
      createAccessKey: async (signer) =>
        this.#iamCall('CreateAccessKey', signer, () => {
          if (this.iamKeys.size >= 2) throw new CliError('aws', 'two keys', { code: 'LimitExceeded' });
          const createdAt = this.#time;
          const accessKeyId = this.makeKey(createdAt, createdAt + this.#newKeyDelay);
          const secretAccessKey = new Secret(this.iamKeys.get(accessKeyId)?.secret ?? '');
          return { credentials: { accessKeyId, secretAccessKey }, createdAt };
        }),
      setAccessKeyActive: async (signer, _userName, accessKeyId, active) =>
        this.#iamCall('UpdateAccessKey', signer, () => {
          this.#key(accessKeyId).active = active;
        }),
      deleteAccessKey: async (signer, _userName, accessKeyId) =>
        this.#iamCall('DeleteAccessKey', signer, () => {
          if (this.#key(accessKeyId).active) this.deletedActive.push(accessKeyId);
          this.iamKeys.delete(accessKeyId);
        }),
    };
  }

  #key(accessKeyId: string): ModelKey {
    const key = this.iamKeys.get(accessKeyId);
    if (key === undefined) throw new CliError('aws', 'no such key', { code: 'NoSuchEntity' });
    return key;
  }

  #sts(): Parameters<typeof rotateKey>[0]['sts'] {
    return {
      getCallerIdentity: async (credentials) =>
        this.#act(() => {
          this.#authenticate(credentials);
          this.#done.push('GetCallerIdentity');
          return { account: '111122223333', arn: ACCOUNT + this.#user, userId: 'AIDATEST' };
        }),
    };
  }

  #vault(): Vault {
    return new Vault(this.#system(), 'file');
  }

  #system(): VaultSystem {
    const say = (message: string): void => void (this.#killed || this.#said.push(message));
    const out: Output = {
      data: say,
      info: say,
      plain: say,
      warning: say,
      error: say,
      hint: say,
      debug() {},
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      progress() {},
      clearProgress() {},
    };
    const clock: Clock = {
      now: () => this.#time,
      sleep: async (milliseconds) => this.pass(milliseconds),
    };
    const files: Files = {
      ...systemFiles,
      replace: (path, bytes, options) => this.#act(() => systemFiles.replace(path, bytes, options)),
      remove: (path) => this.#act(() => systemFiles.remove(path)),
    };
    return {
      env: {},
      out,
      clock,
      files,
      crypto: createCrypto(),
      host: {
        os: 'linux',
        runtime: 'node',
        pid: process.pid,
        userName: 'me',
        homeDirectory: this.directory,
        executable: '',
        vaultDirectory: this.directory,
      },
      locks: {
        withLock: (_name, _options, work) => work({ waited: false, failure: undefined, reportFailure() {} }),
      },
      keyStore: async () => this.#store(),
      keyringAnswers: async () => false,
    };
  }

  #store(): KeyStore {
    return {
      name: 'file',
      read: async (item) => this.#act(() => this.items.get(item)),
      write: async (item, value) => this.#act(() => void this.items.set(item, value)),
      remove: async (item) => this.#act(() => this.items.delete(item)),
      list: async () => this.#act(() => [...this.items.keys()].sort()),
    };
  }
}

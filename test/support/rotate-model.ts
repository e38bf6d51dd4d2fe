// A user's keys in a model of IAM, a backend in memory, and a schedule of faults over every call that leaves the
// process: for tests of the rotation, which itself is the real one over real files.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../../src/core/credentials.ts';
import { CliError, isCliError } from '../../src/core/errors.ts';
import type { Files } from '../../src/core/ports/files.ts';
import type { KeyStore } from '../../src/core/ports/keystore.ts';
import type { Clock } from '../../src/core/ports/system.ts';
import type { Output, Terminal } from '../../src/core/ports/terminal.ts';
import { Secret } from '../../src/core/secret.ts';
import { createCrypto } from '../../src/system/crypto.ts';
import { filesOf } from './files.ts';
import { rotateKey } from '../../src/vault/rotation/rotate.ts';
import { Vault } from '../../src/vault/keys/vault.ts';
import type { VaultSystem } from '../../src/vault/keys/vault.ts';
import { ModelIam } from './model-iam.ts';
import type { Rules } from './model-iam.ts';
import { silentTerminal } from './silent-terminal.ts';

/** `fail` and `kill` before a call has an effect, or after it: the answer is lost. A killed process calls no more. */
export type Fault = 'fail-before' | 'fail-after' | 'kill-before' | 'kill-after';

class Killed extends Error {}

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
  readonly iam: ModelIam;
  readonly items = new Map<string, string>();
  readonly directory = mkdtempSync(join(tmpdir(), 'ccvault-rotate-'));
  /** Ids of keys that the person made without ccvault; asked about one, the person says so. */
  readonly madeByHand = new Set<string>();
  /** False while nobody can be asked. */
  isAttended = true;
  #user = 'dana';
  readonly #rules: Rules;
  #time = START;
  #faults: ReadonlyMap<number, Fault> = new Map();
  #calls = 0;
  #killed = false;
  #said: string[] = [];

  constructor(rules: Rules) {
    this.#rules = rules;
    this.iam = new ModelIam(rules, () => this.#time, 3000);
  }

  /** Puts a first key into IAM and the vault, made a year ago. */
  async begin(): Promise<string> {
    const accessKeyId = this.iam.makeKey(START - 365 * 86_400_000);
    await this.#vault().write({
      profile: PROFILE,
      accessKeyId,
      secretAccessKey: new Secret(this.iam.keys.get(accessKeyId)?.secret ?? ''),
      ...(this.#rules.unverified === true ? {} : { arn: ACCOUNT + this.#user }),
    });
    return accessKeyId;
  }

  /** From now on there is another user with one key, and its keys are all that IAM tells of. */
  becomeUser(name: string): void {
    this.#user = name;
    this.iam.keys.clear();
    this.iam.makeKey(this.#time);
    const [[accessKeyId, { secret }] = ['', { secret: '' }]] = this.iam.keys;
    const key = {
      profile: PROFILE,
      accessKeyId,
      secretAccessKey: secret,
      generation: 'other',
      arn: ACCOUNT + name,
    };
    this.items.set(`key/${PROFILE}`, JSON.stringify(key));
  }

  /** The person makes a key by hand, where IAM still allows one; its id. */
  makeByHand(): string | undefined {
    if (this.iam.keys.size >= 2) return undefined;
    const id = this.iam.makeKey(this.#time);
    this.madeByHand.add(id);
    return id;
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
    this.iam.done = [];
    this.#time += 60_000;
    let error: Run['error'];
    try {
      const vault = this.#vault();
      const key = await vault.read(PROFILE);
      const newSession = async (): Promise<Credentials> => {
        const newKey = await vault.read(PROFILE);
        return this.#act(() => this.iam.makeSession(newKey));
      };
      await rotateKey({
        system: this.#system(),
        ...this.iam.ports(
          () => ACCOUNT + this.#user,
          (effect) => this.#act(effect),
        ),
        vault,
        sessions: { removeRoot: () => 0 },
        profile: PROFILE,
        userName: this.#user,
        account: '111122223333',
        signer: this.#rules.signer === 'key' ? key : this.iam.makeSession(key),
        newSession: this.#rules.signer === 'key' ? undefined : newSession,
      });
    } catch (thrown) {
      if (thrown instanceof Killed || this.#killed) error = 'killed';
      else if (isCliError(thrown)) error = thrown;
      else throw thrown;
    }
    if (isCliError(error)) this.#said.push(error.message, ...error.hints);
    this.#faults = new Map();
    this.#killed = false;
    return { error, said: this.#said.join('\n'), calls: this.#calls, done: this.iam.done };
  }

  /** The id of the profile's stored key; fails when AWS would not take it. */
  workingKey(): string {
    const text = this.items.get(`key/${PROFILE}`) ?? '{}';
    const { accessKeyId, secretAccessKey } = JSON.parse(text) as Record<string, string>;
    if (!this.iam.works(accessKeyId ?? '', secretAccessKey)) {
      throw new Error(`the stored key ${accessKeyId} does not work`);
    }
    return accessKeyId ?? '';
  }

  /** Names of the vault directory's files. */
  files(): readonly string[] {
    return readdirSync(this.directory).sort();
  }

  /** Whether the journal has the id of the key that CreateAccessKey made. */
  isNewKeyNoted(): boolean {
    const journal = this.files().find((name) => name.startsWith('rotate-'));
    if (journal === undefined) return false;
    return readFileSync(join(this.directory, journal), 'utf8').includes('"newKeyId"');
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
      colours: () => false,
      isUnicode: true,
      columns: () => 80,
      progress() {},
      clearProgress() {},
    };
    const clock: Clock = {
      now: () => this.#time,
      sleep: async (milliseconds) => this.pass(milliseconds),
    };
    const real = filesOf(this.directory);
    const files: Files = {
      ...real,
      replace: (path, bytes, options) => this.#act(() => real.replace(path, bytes, options)),
      remove: (path) => this.#act(() => real.remove(path)),
    };
    return {
      env: {},
      out,
      terminal: this.#terminal(),
      clock,
      files,
      crypto: createCrypto(),
      host: {
        os: 'linux',
        runtime: 'node',
        pid: process.pid,
        userName: 'me',
        homeDirectory: this.directory,
        startedAs: [''],
        vaultDirectory: this.directory,
      },
      locks: {
        withLock: (_name, _options, work) => work({ waited: false, failure: undefined, reportFailure() {} }),
      },
      keyStore: async () => this.#store(),
      keyringAnswers: async () => false,
    };
  }

  #terminal(): Terminal {
    const silent = silentTerminal();
    if (!this.isAttended) return silent;
    return {
      ...silent,
      unavailable: async () => undefined,
      confirm: async (question) => {
        this.#said.push(question);
        const id = [...this.iam.keys.keys()].find((one) => question.includes(`****${one.slice(-4)}`));
        if (id === undefined) throw new Error(`the question names no key: ${question}`);
        return !this.madeByHand.has(id);
      },
    };
  }

  #store(): KeyStore {
    return {
      name: 'file',
      read: async (item) => this.#act(() => this.items.get(item)),
      write: async (item, value) => this.#act(() => void this.items.set(item, value)),
      remove: async (item) => this.#act(() => this.items.delete(item)),
      list: async () => this.#act(() => [...this.items.keys()].sort()),
      ...(this.#rules.renames ? { rename: async (from, to) => this.#act(() => this.#rename(from, to)) } : {}),
    };
  }

  #rename(from: string, to: string): void {
    const value = this.items.get(from);
    if (value === undefined) return;
    this.items.delete(from);
    this.items.set(to, value);
  }
}

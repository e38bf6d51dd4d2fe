// A vault, real files, locks, cipher and AWS clients against the stand-in, in this process. Only the backend, the
// kernel's keyring and the person are simple objects, and time can be moved for ccvault and AWS alike.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAwsConfig } from '../../src/core/config/aws-config.ts';
import type { Credentials } from '../../src/core/credentials.ts';
import { CliError } from '../../src/core/errors.ts';
import { planFor } from '../../src/core/plan/plan.ts';
import type { PlanOptions } from '../../src/core/plan/facts.ts';
import type { Plan } from '../../src/core/plan/steps.ts';
import type { Aws as AwsPort, Sts } from '../../src/core/ports/aws.ts';
import type { Environment } from '../../src/core/ports/environment.ts';
import type { KeyStore } from '../../src/core/ports/keystore.ts';
import type { System } from '../../src/core/ports/system.ts';
import type { Output } from '../../src/core/ports/terminal.ts';
import { Secret } from '../../src/core/secret.ts';
import { createAws } from '../../src/system/aws/client-factory.ts';
import { createOutput } from '../../src/system/terminal/output.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createCrypto } from '../../src/system/crypto.ts';
import { filesOf } from './files.ts';
import { createLocks } from '../../src/system/files/locks.ts';
import { createPrograms } from '../../src/system/process/programs.ts';
import { PlainKeyHint } from '../../src/vault/plain-key-hint.ts';
import { Resolver } from '../../src/vault/resolve.ts';
import type { ResolveOptions } from '../../src/vault/resolve.ts';
import { SessionKey } from '../../src/vault/sessions/session-key.ts';
import { SessionStore } from '../../src/vault/sessions/session-store.ts';
import type { ListedSession } from '../../src/vault/sessions/session-store.ts';
import { Vault } from '../../src/vault/keys/vault.ts';
import { startAws } from '../aws/server.ts';
import type { Aws } from '../aws/server.ts';
import type { UserHandle } from '../aws/world.ts';
import { profileOfCommand } from '../../src/commands/shared/profile-of-command.ts';

export interface Resolved {
  readonly credentials: Credentials;
  /** The operations AWS was asked for meanwhile. */
  readonly calls: readonly string[];
  readonly plan: Plan;
}

export type AskOptions = ResolveOptions & PlanOptions & { readonly env?: Environment };

export class ResolveBench {
  readonly aws: Aws;
  readonly folder = mkdtempSync(join(tmpdir(), 'ccvault-resolve-'));
  readonly items = new Map<string, string>();
  /** Everything a person got to read, and every question asked. */
  readonly said: string[] = [];
  /** What the person answers; a question without an answer left is Ctrl-C. */
  answers: (string | (() => string))[] = [];
  terminal = true;
  readonly #kernel = new Map<string, Uint8Array>();
  #ahead = 0;

  private constructor(aws: Aws) {
    this.aws = aws;
  }

  static async start(): Promise<ResolveBench> {
    return new ResolveBench(await startAws());
  }

  async end(): Promise<void> {
    await this.aws.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The time here, ms since the epoch. */
  now(): number {
    return systemClock.now() + this.#ahead;
  }

  /** Time passes, here and at AWS. */
  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
    this.aws.advance(milliseconds);
  }

  /** Puts a user's key in the vault, as `add` does. */
  async store(profile: string, user: Pick<UserHandle, 'accessKeyId' | 'secretAccessKey'>): Promise<void> {
    const { accessKeyId, secretAccessKey } = user;
    await this.#open({}).vault.write({
      profile,
      accessKeyId,
      secretAccessKey: new Secret(secretAccessKey),
    });
  }

  /** Carries a profile's plan out as a process of its own would. */
  async resolve(profile: string, config: string, options: AskOptions = {}): Promise<Resolved> {
    const { env = {}, durationSeconds, region, noSession, role, narrowing, ...resolveOptions } = options;
    const { system, vault, sessions } = this.#open(env);
    const awsConfig = parseAwsConfig({
      config,
      credentials: '',
      configPath: 'config',
      credentialsPath: 'credentials',
    });
    const plan = planFor(
      profile,
      {
        config: awsConfig,
        env: system.env,
        storedKeys: await vault.storedKeys(),
        userName: 'me',
        profileOfCommand,
      },
      {
        ...(durationSeconds === undefined ? {} : { durationSeconds }),
        ...(region === undefined ? {} : { region }),
        ...(noSession === undefined ? {} : { noSession }),
        ...(role === undefined ? {} : { role }),
        ...(narrowing === undefined ? {} : { narrowing }),
      },
    );
    const before = this.aws.calls.log.length;
    const resolver = new Resolver(
      system,
      vault,
      sessions,
      awsConfig,
      resolveOptions,
      new PlainKeyHint(system.out),
    );
    const credentials = await resolver.credentials(plan);
    const calls = this.aws.calls.log.slice(before).map((call) => call.operation);
    return { credentials, calls, plan };
  }

  /** The headers of what is cached. */
  sessions(): readonly ListedSession[] {
    return this.#open({}).sessions.list();
  }

  kinds(): readonly string[] {
    return this.sessions()
      .map(({ header }) => header.kind)
      .sort();
  }

  /** The system's parts for tests that go below the resolver. */
  system(env: Environment = {}): System {
    return this.#open(env).system;
  }

  #open(extra: Environment): { system: System; vault: Vault; sessions: SessionStore } {
    const env = { PATH: process.env['PATH'], ...this.aws.env, AWS_REGION: 'eu-west-1', ...extra };
    const out = collect(this.said);
    const clock = { ...systemClock, now: () => this.now() };
    const host: System['host'] = {
      os: 'linux',
      runtime: 'node',
      pid: process.pid,
      userName: 'me',
      homeDirectory: this.folder,
      startedAs: ['/nowhere/ccvault'],
      vaultDirectory: join(this.folder, 'vault'),
    };
    const system: Partial<System> = {
      env,
      host,
      out,
      clock,
      files: filesOf(host.vaultDirectory),
      crypto: createCrypto(),
      locks: createLocks({
        directory: join(host.vaultDirectory, 'locks'),
        pid: process.pid,
        command: 'ccvault',
        clock,
        out,
      }),
      programs: createPrograms('linux'),
      aws: this.#aging(
        createAws({
          env,
          files: filesOf(host.vaultDirectory),
          clock: systemClock,
          host,
          out: createOutput(env),
        }),
      ),
      terminal: this.#person(),
      kernelKeyring: {
        read: async (description) => this.#kernel.get(description),
        store: async (description, bytes) => this.#kernel.set(description, bytes) !== undefined,
        drop: async (description) => void this.#kernel.delete(description),
        names: async (prefix) => [...this.#kernel.keys()].filter((name) => name.startsWith(prefix)),
      },
      keyStore: async () => memoryStore(this.items),
      keyringAnswers: async () => true,
    };
    const vault = new Vault(system as System, undefined);
    const sessions = new SessionStore(system as System, new SessionKey(system as System, vault));
    return { system: system as System, vault, sessions };
  }

  // The stand-in ages what it issued and leaves its wall clock, for the signatures' sake; our clock went ahead.
  #aging(aws: AwsPort): AwsPort {
    const later = async (made: Promise<Credentials>): Promise<Credentials> => {
      const credentials = await made;
      const { expiresAt } = credentials;
      return expiresAt === undefined ? credentials : { ...credentials, expiresAt: expiresAt + this.#ahead };
    };
    return {
      ...aws,
      sso: async (settings) => {
        const portal = await aws.sso(settings);
        return { ...portal, getRoleCredentials: (...args) => later(portal.getRoleCredentials(...args)) };
      },
      sts: async (settings): Promise<Sts> => {
        const sts = await aws.sts(settings);
        return {
          ...sts,
          getSessionToken: (...args) => later(sts.getSessionToken(...args)),
          assumeRole: (...args) => later(sts.assumeRole(...args)),
          assumeRoleWithWebIdentity: (...args) => later(sts.assumeRoleWithWebIdentity(...args)),
        };
      },
    };
  }

  #person(): System['terminal'] {
    const refuse = (): never => {
      throw new Error('not asked for here');
    };
    return {
      prompt: () => 'auto',
      unavailable: async () => (this.terminal ? undefined : 'no terminal is available'),
      ask: async (question) => {
        this.said.push(question);
        const answer = this.answers.shift();
        if (answer === undefined) throw new CliError('interrupted', 'interrupted');
        return typeof answer === 'string' ? answer : answer();
      },
      askHidden: refuse,
      confirm: refuse,
      choose: refuse,
    };
  }
}

/** A backend that keeps its items in a map. */
export function memoryStore(items: Map<string, string>): KeyStore {
  return {
    name: 'keyring',
    read: async (item) => items.get(item),
    write: async (item, value) => void items.set(item, value),
    remove: async (item) => items.delete(item),
    list: async () => [...items.keys()].sort(),
  };
}

/** An output that keeps every line under its kind. */
export function collect(said: string[]): Output {
  const say =
    (kind: string) =>
    (message: string): void =>
      void said.push(`${kind}: ${message}`);
  return {
    data: () => {
      throw new Error('data was printed');
    },
    info: say('info'),
    plain: say('plain'),
    warning: say('warning'),
    error: say('error'),
    hint: say('hint'),
    debug: () => {},
    stdoutIsTerminal: false,
    stderrIsTerminal: true,
    colours: () => false,
    isUnicode: true,
    columns: () => 80,
    progress: () => {},
    clearProgress: () => {},
  };
}

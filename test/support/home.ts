// A home folder with a build of ccvault on its PATH, a user with an MFA device, a role that demands it, and the
// stand-in: for tests of what the whole program promises.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startAws } from '../aws/server.ts';
import type { Aws } from '../aws/server.ts';
import type { Role } from '../aws/entities.ts';
import type { UserHandle } from '../aws/world.ts';
import { findBuild, findNode, PROGRAM_NAMES } from './builds.ts';
import type { BuildName } from './builds.ts';
import { Pty, quote } from './pty.ts';

export interface Ended {
  /** 128+n for signal n, as a shell has it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly cwd?: string;
  /** What to put before the command, such as strace and its options. */
  readonly under?: readonly string[];
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has said on standard error so far. */
  said(): string;
  readonly ended: Promise<Ended>;
}

interface HomeSetup {
  readonly build?: BuildName;
  /** The folder to make the home in. */
  readonly parent?: string;
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGTERM: 15,
};

export class Home {
  readonly root: string;
  readonly home: string;
  readonly vault: string;
  readonly cwd: string;
  readonly config: string;
  readonly build: BuildName;
  readonly aws: Aws;
  readonly user: UserHandle;
  readonly role: Role;
  readonly passphrase = randomBytes(12).toString('hex');
  readonly env: Readonly<Record<string, string>>;
  readonly #children = new Set<ChildProcess>();
  readonly #terminals: Pty[] = [];

  private constructor(aws: Aws, setup: HomeSetup) {
    this.aws = aws;
    this.build = setup.build ?? 'standalone';
    this.root = mkdtempSync(join(setup.parent ?? tmpdir(), 'ccvault-home-'));
    this.home = join(this.root, 'home');
    this.vault = join(this.root, 'vault');
    this.cwd = join(this.root, 'work');
    this.config = join(this.home, '.aws/config');
    const bin = join(this.root, 'bin');
    for (const folder of [this.home, this.cwd, bin, join(this.root, 'tmp')]) mkdirSync(folder);
    const build = findBuild(this.build);
    for (const name of PROGRAM_NAMES) symlinkSync(build.program, join(bin, name));
    if (build.node !== undefined) symlinkSync(build.node, join(bin, 'node'));
    this.env = {
      PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
      HOME: this.home,
      TMPDIR: join(this.root, 'tmp'),
      CCVAULT_HOME: this.vault,
      CCVAULT_BACKEND: 'file',
      CCVAULT_PASSPHRASE: this.passphrase,
      CCVAULT_UNLOCK_TTL: '5m',
      SHELL: '/bin/sh',
      TERM: 'xterm-256color',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      GIT_CONFIG_NOSYSTEM: '1',
      ...aws.env,
    };
    this.user = aws.world.addUser({ account: '111122223333', name: 'dana', mfa: true });
    this.role = aws.world.addRole({
      account: '444455556666',
      name: 'deploy',
      trust: { principals: [this.user.arn], mfa: true },
    });
    this.configure('');
  }

  static async create(setup: HomeSetup = {}): Promise<Home> {
    return new Home(await startAws(), setup);
  }

  /** With the key of profile `dev` stored. */
  static async withKey(setup: HomeSetup = {}): Promise<Home> {
    const home = await Home.create(setup);
    await home.ok(['add', 'dev', '--stdin', '--no-config'], { input: home.keyJson() });
    return home;
  }

  /** With sessions of the role profile `prod` cached as well. */
  static async warm(setup: HomeSetup = {}): Promise<Home> {
    const home = await Home.withKey(setup);
    await home.ok(['refresh', 'prod', '--mfa-token', home.user.totp()]);
    return home;
  }

  async end(): Promise<void> {
    for (const { pid } of this.#children) endGroup(pid);
    for (const terminal of this.#terminals) await terminal.hangUp();
    // The kernel would keep this vault's key until its time is over.
    await this.run(['lock']).catch(() => undefined);
    await this.aws.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Writes the config file: profiles `dev` and `prod` and what else is given. */
  configure(more: string, keys = ''): void {
    mkdirSync(join(this.home, '.aws'), { recursive: true, mode: 0o700 });
    writeFileSync(
      this.config,
      `[profile dev]\nmfa_serial = ${this.user.mfaSerial}\nregion = eu-west-1\n${keys}
[profile prod]\nrole_arn = ${this.role.arn}\nsource_profile = dev\nmfa_serial = ${this.user.mfaSerial}\nregion = eu-west-1\n
${more}`,
    );
  }

  /** A shell command for mfa_process that counts its runs in a file of the root folder. */
  countingMfaProcess(before = ''): string {
    const path = join(this.root, 'mfa-process');
    const totp = join(import.meta.dirname, '../aws/totp.ts');
    writeFileSync(
      path,
      `#!/bin/sh\necho run >> ${quote(this.countFile)}\n${before}\nexec ${quote(findNode() ?? '')} ${quote(totp)} ${this.user.mfaSecret}\n`,
      { mode: 0o755 },
    );
    return quote(path);
  }

  /** A browser that signs in to IAM Identity Center, by its name on the PATH: BROWSER splits at blanks. */
  browser(): { readonly BROWSER: string } {
    const program = join(import.meta.dirname, '../script/browser.ts');
    writeFileSync(
      join(this.root, 'bin/browser'),
      `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(program)} "$@"\n`,
      { mode: 0o755 },
    );
    return { BROWSER: 'browser' };
  }

  get countFile(): string {
    return join(this.root, 'mfa-count');
  }

  keyJson(key: { accessKeyId: string; secretAccessKey: string } = this.user): string {
    return JSON.stringify({ AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey });
  }

  start(args: readonly string[], options: RunOptions = {}): Running {
    const [program = '', ...rest] = [...(options.under ?? []), ...args];
    const child = spawn(program, rest, {
      cwd: options.cwd ?? this.cwd,
      env: { ...this.env, ...options.env },
      // A session of its own has no terminal, whatever the tests run on.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.stdin.on('error', () => {}).end(options.input ?? '');
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        this.#children.delete(child);
        resolve({ code: code ?? 128 + (SIGNALS[signal ?? ''] ?? 0), stdout, stderr });
      });
    });
    return { child, said: () => stderr, ended };
  }

  /** Runs `ccvault ARGS`. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.start(['ccvault', ...args], options).ended;
  }

  /** The same, and fails when it does. */
  async ok(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const result = await this.run(args, options);
    if (result.code !== 0) {
      throw new Error(`ccvault ${args.join(' ')} ended with ${result.code}: ${result.stderr}`);
    }
    return result;
  }

  /** Whether the kernel holds this vault's session key, as it does where containers do not forbid it. */
  async isUnlocked(): Promise<boolean> {
    const { code } = await this.run(['export', 'prod'], { env: { CCVAULT_PASSPHRASE: 'wrong' } });
    return code === 0;
  }

  terminal(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Pty {
    const terminal = Pty.spawn('ccvault', args, { env: { ...this.env, ...env }, cwd: this.cwd });
    this.#terminals.push(terminal);
    return terminal;
  }
}

/** Ends a program and what it started. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Waits for something to happen outside; throws after half a minute. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 3000; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not happen');
}

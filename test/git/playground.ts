// A person's machine for git: a home folder, ccvault of one build on the PATH, and AWS behind a proxy.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startAws, type Aws } from '../aws/server.ts';
import type { UserHandle } from '../aws/world.ts';
import { PROGRAM_NAMES, type Build } from '../support/builds.ts';
import { Pty } from '../support/pty.ts';

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Playground {
  readonly aws: Aws;
  readonly home: string;
  /** The variables every command gets; add to them at will. */
  readonly env: Record<string, string>;
  /** Runs a line of the shell in the home folder, without a terminal. */
  run(line: string): Promise<Result>;
  /** The same, and throws unless it ends with 0. Gives what it printed, standard error behind standard output. */
  ok(line: string): Promise<string>;
  /** Runs a line of the shell on a terminal of its own. */
  onTerminal(line: string): Pty;
  read(path: string): string;
  write(path: string, content: string): void;
  /** Stores a user's key under a profile. */
  add(profile: string, user: UserHandle, options?: string): Promise<void>;
  stop(): Promise<void>;
}

const TIME_LIMIT_MS = 60_000;

/** Starts a playground. The vault is the file backend under a passphrase that comes from the environment. */
export async function startPlayground(build: Build): Promise<Playground> {
  const aws = await startAws();
  const home = mkdtempSync(join(tmpdir(), 'ccvault-git-'));
  // A blank in its path: what names ccvault for the shell has to quote it.
  const bin = join(home, 'programs of mine');
  mkdirSync(bin);
  for (const name of PROGRAM_NAMES) symlinkSync(build.program, join(bin, name));
  if (build.node !== undefined) symlinkSync(build.node, join(bin, 'node'));
  const env: Record<string, string> = {
    HOME: home,
    PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
    TERM: 'dumb',
    HTTPS_PROXY: aws.env.HTTPS_PROXY,
    AWS_CA_BUNDLE: aws.env.AWS_CA_BUNDLE,
    GIT_SSL_CAINFO: aws.env.AWS_CA_BUNDLE,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Made Up',
    GIT_AUTHOR_EMAIL: 'made.up@example.com',
    GIT_COMMITTER_NAME: 'Made Up',
    GIT_COMMITTER_EMAIL: 'made.up@example.com',
    CCVAULT_BACKEND: 'file',
    CCVAULT_PASSPHRASE: 'correct horse',
    CCVAULT_UNLOCK_TTL: '10m',
    AWS_EC2_METADATA_DISABLED: 'true',
  };

  const terminals: Pty[] = [];

  async function run(line: string, input = ''): Promise<Result> {
    // In a session of its own it has no terminal, whoever runs the tests.
    const child = spawn('/bin/sh', ['-c', line], { cwd: home, env, detached: true });
    child.stdin.on('error', () => child.stdin.destroy());
    child.stdin.end(input);
    const ended = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(signal === null ? (code ?? 0) : 255));
    });
    // What hangs ends with its whole group, and fails by its code.
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), TIME_LIMIT_MS);
    try {
      const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      return { code, stdout, stderr };
    } finally {
      clearTimeout(timer);
    }
  }

  async function ok(line: string, input?: string): Promise<string> {
    const { code, stdout, stderr } = await run(line, input);
    if (code !== 0) throw new Error(`${line}\nended with ${code}:\n${stdout}${stderr}`);
    return `${stdout}${stderr}`;
  }

  return {
    aws,
    home,
    env,
    run: (line) => run(line),
    ok: (line) => ok(line),
    onTerminal(line) {
      const terminal = Pty.spawn('/bin/sh', ['-c', line], { cwd: home, env });
      terminals.push(terminal);
      return terminal;
    },
    read: (path) => readFileSync(join(home, path), 'utf8'),
    write(path, content) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), content);
    },
    async add(profile, user, options = '') {
      const key = JSON.stringify({ AccessKeyId: user.accessKeyId, SecretAccessKey: user.secretAccessKey });
      await ok(`ccvault add ${profile} --stdin ${options}`, key);
    },
    async stop() {
      // A prompt that nobody answered holds a lock.
      for (const terminal of terminals) await terminal.hangUp();
      await run('ccvault lock');
      await aws.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The https URL of a repository in the region most tests use. */
export function repositoryUrl(name: string, region = 'eu-west-1'): string {
  return `https://git-codecommit.${region}.amazonaws.com/v1/repos/${name}`;
}

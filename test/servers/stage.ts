// A home with profiles, the stand-in, and a clock that can be moved for ccvault and all it starts.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAws, type Aws } from '../aws/server.ts';
import type { UserHandle } from '../aws/world.ts';
import { findBuild, type BuildName } from '../support/builds.ts';
import { clockVariables, setAhead } from '../support/faketime.ts';
import { createLightVault } from '../support/light-vault.ts';

export interface Stage {
  readonly aws: Aws;
  readonly home: string;
  readonly user: UserHandle;
  readonly roleArn: string;
  readonly env: Record<string, string>;
  /** Moves the clocks of AWS and of all that ran under this stage. */
  passTime(ms: number): void;
  start(args: readonly string[], env?: Record<string, string>): Running;
  dispose(): Promise<void>;
}

// What never comes must not be waited for without end.
const PATIENCE_MS = 60_000;

export interface Running {
  readonly child: ChildProcess;
  output(): string;
  errors(): string;
  /** Waits until standard output matches. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<number>;
}

/**
 * Profile `work` has a key in the credentials file, `prod` a role of it without MFA. Time passes through libfaketime;
 * the monotonic clock, and with it every timer, stays real.
 */
export async function createStage(build: BuildName): Promise<Stage> {
  const { program, node } = findBuild(build);
  const command = node === undefined ? [program] : [node, program];
  const aws = await startAws();
  const home = mkdtempSync(join(tmpdir(), 'ccvault-servers-'));
  const user = aws.world.addUser({ account: '111122223333', name: 'alice' });
  const role = aws.world.addRole({
    account: '444455556666',
    name: 'deploy',
    trust: { principals: [user.arn] },
  });
  const vault = join(home, 'vault');
  const passphrase = crypto.randomUUID();
  await createLightVault(vault, passphrase);
  mkdirSync(join(home, '.aws'), { mode: 0o700 });
  writeFileSync(
    join(home, '.aws/config'),
    `[profile work]\nregion = eu-west-1\n\n[profile prod]\nrole_arn = ${role.arn}\nsource_profile = work\nregion = eu-central-1\n`,
  );
  writeFileSync(
    join(home, '.aws/credentials'),
    `[work]\naws_access_key_id = ${user.accessKeyId}\naws_secret_access_key = ${user.secretAccessKey}\n`,
    { mode: 0o600 },
  );
  const clock = join(home, 'clock');
  const env: Record<string, string> = {
    HOME: home,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    CCVAULT_HOME: vault,
    CCVAULT_BACKEND: 'file',
    CCVAULT_PASSPHRASE: passphrase,
    CCVAULT_UNLOCK_TTL: '0',
    ...aws.env,
    ...clockVariables(clock),
  };
  const running = new Set<ChildProcess>();
  let passed = 0;
  return {
    aws,
    home,
    user,
    roleArn: role.arn,
    env,
    passTime(ms) {
      passed += ms;
      aws.clock.skew(passed);
      setAhead(clock, passed);
    },
    start(args, extra = {}) {
      const [first = '', ...rest] = command;
      const child = spawn(first, [...rest, ...args], {
        env: { ...env, ...extra },
        cwd: home,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      running.add(child);
      return follow(child);
    },
    async dispose() {
      for (const child of running) child.kill('SIGKILL');
      await aws.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function follow(child: ChildProcess): Running {
  let output = '';
  let errors = '';
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    const all = waiting;
    waiting = [];
    for (const one of all) one();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    wake();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  let over = false;
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      over = true;
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
      wake();
    });
  });
  return {
    child,
    output: () => output,
    errors: () => errors,
    ended,
    async until(pattern) {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        wake();
      }, PATIENCE_MS);
      try {
        for (;;) {
          const match = pattern.exec(output);
          if (match !== null) return match;
          if (over || late) throw new Error(`no ${String(pattern)} in:\n${output}${errors}`);
          await new Promise<void>((resolve) => waiting.push(resolve));
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

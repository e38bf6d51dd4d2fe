// `make bench`: the budgets of the warm paths, as ratios within one run. Exit 1 only beyond twice a budget.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBuild, findBun, findNode } from '../support/builds.ts';
import { findProgram } from '../support/requires.ts';
import { configText, createFixture } from './fixture.ts';
import type { Fixture } from './fixture.ts';
import { allAtOnce, bestOf } from './measure.ts';
import type { Command, Measured } from './measure.ts';
import { report } from './report.ts';
import type { Line } from './report.ts';

const ROUNDS = 40;
const AT_ONCE = 200;
const FIRST_SESSIONS = 8;
const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';
const OTHER_HOST = 'protocol=https\nhost=github.com\npath=a/b\n\n';

const missing = ['dbus-daemon', 'gnome-keyring-daemon', 'gdbus', 'secret-tool'].filter(
  (name) => !findProgram(name),
);
if (missing.length > 0) {
  console.log(`not measured: not installed: ${missing.join(', ')}`);
  process.exit(process.env['CCVAULT_TEST_REQUIRE_ALL'] === '1' ? 1 : 0);
}
process.exitCode = await bench();

async function bench(): Promise<number> {
  const ccvault = findBuild('standalone').program;
  const { program, node = 'node' } = findBuild('npm');
  const npm = [node, program] as const;
  const scratch = mkdtempSync(join(tmpdir(), 'ccvault-bench-programs-'));
  const fixture = await createFixture(ccvault);
  try {
    const { env } = fixture;
    const withoutKernel = { ...env, CCVAULT_UNLOCK_TTL: '0' };
    const command = (argv: readonly [string, ...string[]], rest: Partial<Command> = {}): Command => ({
      argv,
      env,
      ...rest,
    });
    const empty = emptyPrograms(scratch);
    const big = bigConfig(fixture.home);
    const bigEnv = { ...env, AWS_CONFIG_FILE: big };
    const helper = [ccvault, 'credential-helper'] as const;

    const measured = await bestOf(ROUNDS, {
      secretTool: command(['secret-tool', 'lookup', 'purpose', 'bench']),
      emptyStandalone: command([empty.standalone]),
      emptyNode: command(empty.node),
      exec: command([ccvault, 'exec', 'prod', '--', 'true']),
      // Another variable that counts is another question, for which no answer stands ready.
      execNotReady: command([ccvault, 'exec', 'prod', '--', 'true'], { changing: 'AWS_BENCH_ROUND' }),
      execWithoutKernel: command([ccvault, 'exec', 'prod', '--', 'true'], { env: withoutKernel }),
      execBig: command([ccvault, 'exec', 'prod', '--', 'true'], { env: bigEnv }),
      export: command([ccvault, 'export', 'prod']),
      listBig: command([ccvault, 'list'], { env: bigEnv }),
      completeBig: command([ccvault, '__complete', 'profiles'], { env: bigEnv }),
      helperGet: command([...helper, '--profile', 'prod', 'get'], { input: GET }),
      helperAsksGit: command([...helper, 'get'], { input: GET, env: { ...env, AWS_PROFILE: 'prod' } }),
      helperOther: command([...helper, 'get'], { input: OTHER_HOST }),
      helperStore: command([...helper, 'store'], { input: GET }),
      npmExport: command([...npm, 'export', 'prod']),
      awsCli: awsCliHelper(env) ?? command(['/bin/true']),
    });
    const best = timesOf(measured);
    const burst = await allAtOnce(AT_ONCE, { exec: command([ccvault, 'exec', 'prod', '--', 'true']) });
    const first = await firstSession(fixture, ccvault);
    const ratio = (what: string, value: number, to: number, against: string, budget?: number): Line => ({
      what,
      milliseconds: value,
      figure: value / to,
      unit: 'x',
      against,
      budget,
    });
    const memory = (what: string, { megabytes }: Measured, budget: number): Line => ({
      what: `${what}: memory`,
      milliseconds: undefined,
      figure: megabytes,
      unit: 'MB',
      against: 'at most',
      budget,
    });
    const more = (what: string, value: number, than: number, against: string, budget: number): Line => ({
      what,
      milliseconds: value,
      figure: value - than,
      unit: 'ms more',
      against: `than ${against}`,
      budget,
    });
    const one = 'secret-tool lookup';
    const lines: Line[] = [
      ratio(one, best.secretTool, best.secretTool, one),
      ratio('empty program, standalone', best.emptyStandalone, best.secretTool, one),
      ratio('exec, answer ready', best.exec, best.secretTool, one, 0.55),
      ratio('export, answer ready', best.export, best.secretTool, one, 0.5),
      ratio('credential-helper get, answer ready', best.helperGet, best.secretTool, one, 0.55),
      ratio('exec, session cached', best.execNotReady, best.secretTool, one, 1),
      more(
        'credential-helper get, profile from git',
        best.helperAsksGit,
        best.helperGet,
        'with --profile',
        3,
      ),
      ratio('exec, without the kernel keyring', best.execWithoutKernel, best.secretTool, one, 1.5),
      more('exec, 10,000 other profiles', best.execBig, best.exec, 'with two', 20),
      {
        what: `exec, ${AT_ONCE} at once`,
        milliseconds: burst.exec,
        figure: burst.exec / ((AT_ONCE * best.exec) / availableParallelism()),
        unit: 'x',
        against: `${AT_ONCE} in turn, by cores`,
        budget: 1.3,
      },
      memory('exec, answer ready', measured.exec, 40),
      {
        what: 'list, 10,000 profiles',
        milliseconds: best.listBig,
        figure: best.listBig,
        unit: 'ms',
        against: '',
        budget: 60,
      },
      {
        what: 'completion, 10,000 profiles',
        milliseconds: best.completeBig,
        figure: best.completeBig,
        unit: 'ms',
        against: '',
        budget: 60,
      },
      ratio('credential-helper, other host', best.helperOther, best.emptyStandalone, 'empty program', 2),
      ratio('credential-helper store', best.helperStore, best.emptyStandalone, 'empty program', 2),
      ratio('npm build: export, session cached', best.npmExport, best.emptyNode, 'empty program', 2),
      more('first session: two calls of AWS STS', first, best.exec, 'cached', 60),
    ];
    if (findProgram('aws') !== undefined)
      lines.push(ratio("the AWS CLI's credential helper", best.awsCli, best.helperGet, 'ours'));
    return report(lines);
  } finally {
    await fixture.end();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function timesOf<Name extends string>(measured: Record<Name, Measured>): Record<Name, number> {
  const times = Object.entries<Measured>(measured).map(([name, { milliseconds }]) => [name, milliseconds]);
  return Object.fromEntries(times) as Record<Name, number>;
}

/** Programs that do nothing, for what a runtime costs by itself. */
function emptyPrograms(scratch: string): {
  readonly standalone: string;
  readonly node: readonly [string, ...string[]];
} {
  const bun = findBun();
  const node = findNode();
  if (bun === undefined || node === undefined) throw new Error('Bun and Node 24 are needed: run npm ci');
  const source = join(scratch, 'empty.mjs');
  const standalone = join(scratch, 'empty');
  writeFileSync(source, '');
  const flags = ['--compile', '--minify', '--bytecode', '--format=esm'];
  const { status, stderr } = spawnSync(bun, ['build', source, ...flags, '--outfile', standalone], {
    cwd: scratch,
  });
  if (status !== 0) throw new Error(`no empty program: ${stderr.toString()}`);
  return { standalone, node: [node, source] };
}

function bigConfig(home: string): string {
  const config = readFileSync(join(home, '.aws/config'), 'utf8');
  const [, mfaSerial = ''] = /mfa_serial = (.*)/.exec(config) ?? [];
  const [, roleArn = ''] = /role_arn = (.*)/.exec(config) ?? [];
  const path = join(home, 'big-config');
  writeFileSync(path, configText(mfaSerial, roleArn, 10_000));
  return path;
}

/** The AWS CLI's own helper with keys in the environment, which spares it every file and call. */
function awsCliHelper(env: Readonly<Record<string, string>>): Command | undefined {
  const aws = findProgram('aws');
  if (aws === undefined) return undefined;
  const keys = { AWS_ACCESS_KEY_ID: `AKIA${'Q'.repeat(16)}`, AWS_SECRET_ACCESS_KEY: 'q'.repeat(40) };
  return {
    argv: [aws, 'codecommit', 'credential-helper', 'get'],
    env: {
      PATH: env['PATH'] ?? '',
      HOME: env['HOME'] ?? '',
      LC_ALL: 'C.UTF-8',
      AWS_DEFAULT_REGION: 'eu-west-1',
      ...keys,
    },
    input: GET,
  };
}

/** The best time of a run that has to make two sessions: a chain of two roles, so that no code has to be waited for. */
async function firstSession(fixture: Fixture, ccvault: string): Promise<number> {
  const { aws, env, home } = fixture;
  const first = aws.world.addRole({
    account: '444455556666',
    name: 'first',
    trust: { principals: [fixture.userArn] },
  });
  const second = aws.world.addRole({
    account: '444455556666',
    name: 'second',
    trust: { principals: [first.arn] },
  });
  const path = join(home, 'chain-config');
  writeFileSync(
    path,
    `[profile dev]\nregion = eu-west-1\n
[profile first]\nrole_arn = ${first.arn}\nsource_profile = dev\n
[profile second]\nrole_arn = ${second.arn}\nsource_profile = first\nregion = eu-west-1\n`,
  );
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < FIRST_SESSIONS; round++) {
    await fixture.run([ccvault, 'clear']);
    const start = performance.now();
    await fixture.run([ccvault, 'exec', 'second', '--', 'true'], { ...env, AWS_CONFIG_FILE: path });
    best = Math.min(best, performance.now() - start);
  }
  if (aws.calls.count('AssumeRole') < 2 * FIRST_SESSIONS) throw new Error('the first sessions were not made');
  return best;
}

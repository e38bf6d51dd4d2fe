// `make bench`: the budgets of the warm paths, as ratios within one run. Exit 1 only beyond twice a budget.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBuild, findBun, findNode } from '../support/builds.ts';
import { findProgram } from '../support/requires.ts';
import { firstScreen } from './first-screen.ts';
import { firstSessionOfSso, firstSessionOfSts } from './first-sessions.ts';
import { configText, createFixture } from './fixture.ts';
import { allAtOnce, bestOf } from './measure.ts';
import type { Command, Measured } from './measure.ts';
import { awsCliHelper, warmAwsVault } from './peers.ts';
import { report, reportParts } from './report.ts';
import type { Line } from './report.ts';

const ROUNDS = 40;
const AT_ONCE = 200;
// The budgets in milliseconds are for a machine on which an empty program takes this long.
const EMPTY_MILLISECONDS = 2.7;
// From this ratio of the median to the best time of a short program on, others are taken to use the machine.
const BUSY = 1.4;
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
    const nothing = command(['/bin/true']);
    const awsCli = awsCliHelper(env, GET);
    const awsVault = await warmAwsVault(fixture);

    const measured = await bestOf(ROUNDS, {
      secretTool: command(['secret-tool', 'lookup', 'purpose', 'bench']),
      nothing,
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
      awsCli: awsCli ?? nothing,
      awsVault: awsVault ?? nothing,
    });
    const best = timesOf(measured);
    const burst = await allAtOnce(AT_ONCE, { exec: command([ccvault, 'exec', 'prod', '--', 'true']) });
    const firstOfSts = await firstSessionOfSts(fixture, ccvault);
    const firstOfSso = await firstSessionOfSso(fixture, ccvault);
    const screen = await firstScreen(ccvault, bigEnv);
    const ratio = (what: string, value: number, to: number, against: string, budget?: number): Line => ({
      what,
      milliseconds: value,
      figure: value / to,
      unit: 'x',
      against,
      budget,
    });
    const memory = (what: string, { megabytes }: Measured, budget?: number): Line => ({
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
    const milliseconds = (what: string, value: number, budget: number): Line => ({
      what,
      milliseconds: value,
      figure: value,
      unit: 'ms',
      against: '',
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
      memory('exec, session cached', measured.execNotReady),
      milliseconds('list, 10,000 profiles', best.listBig, 60),
      milliseconds('completion, 10,000 profiles', best.completeBig, 60),
      ratio('credential-helper, other host', best.helperOther, best.emptyStandalone, 'empty program', 2),
      ratio('credential-helper store', best.helperStore, best.emptyStandalone, 'empty program', 2),
      ratio('npm build: export, session cached', best.npmExport, best.emptyNode, 'empty program', 1.5),
      more('first session: two calls of AWS STS', firstOfSts, best.exec, 'cached', 40),
      more('first session: one call of IAM Identity Center', firstOfSso, best.exec, 'cached', 40),
    ];
    if (screen !== undefined) lines.push(milliseconds('picker, 10,000 profiles: first screen', screen, 150));
    if (awsCli !== undefined)
      lines.push(ratio("the AWS CLI's credential helper", best.awsCli, best.helperGet, 'ours'));
    if (awsVault !== undefined)
      lines.push(ratio('exec, answer ready', best.exec, best.awsVault, 'aws-vault, file backend', 0.65));
    const { milliseconds: quickest, median } = measured.emptyStandalone;
    const status = report(lines, {
      slower: quickest / EMPTY_MILLISECONDS,
      busy: median / quickest > BUSY,
    });
    console.log('\nwhere the time of exec goes, each line a program that does more than the one before');
    reportParts([
      ['a program of C starts and ends', best.nothing],
      ["Bun's runtime: an empty program", best.emptyStandalone],
      ['our code loaded, arguments read: credential-helper store', best.helperStore],
      ['the ready answer found and written: export', best.export],
      ['the command found, started and ended: exec', best.exec],
      ['the configuration, the plan, the session file: exec, no answer ready', best.execNotReady],
      ['the keyring over D-Bus: exec, without the kernel keyring', best.execWithoutKernel],
    ]);
    return status;
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

// `make fuzz`: the property tests of README.md, round after round, each with a seed of its own, for FUZZ_MINUTES (1) or
// until FUZZ_INPUTS inputs were tried, and before them READY_SEQUENCES sequences of what may happen to a ready answer. Prints
// the seeds and how many inputs each file had; ends with 1 at the first failure.

import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
// A round of more would keep a failure, and the end, waiting for long.
const MAX_TIMES = 200;

const minutes = Number(process.env['FUZZ_MINUTES'] ?? 1);
const wanted = process.env['FUZZ_INPUTS'] === undefined ? Infinity : Number(process.env['FUZZ_INPUTS']);
const deadline = wanted === Infinity ? Date.now() + minutes * 60_000 : Infinity;

// Beside this folder, the properties of what strangers can write: the subjects of README.md.
const FILES = [
  'test/fuzz/*.test.ts',
  'test/rotation/model.test.ts',
  'test/unit/core/config/{aws-config,edit}.test.ts',
  'test/processes/core/config/botocore.test.ts',
  'test/unit/core/{credential-faults,printable}.test.ts',
  'test/unit/git/{malformed-url,protocol}.test.ts',
  'test/unit/servers/guard.test.ts',
];

// They run whole commands, hundreds a minute.
const sequences = Number(process.env['READY_SEQUENCES'] ?? (wanted === Infinity ? 100 * minutes : 10_000));

const inputs = new Map<string, number>();
const folder = mkdtempSync(join(tmpdir(), 'ccvault-fuzz-'));
try {
  process.exitCode = readySequences() || rounds();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function readySequences(): number {
  const file = 'test/promises/ready-answers.test.ts';
  const began = Date.now();
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--test', '--test-name-pattern=never differs', file],
    { cwd: ROOT, env: { ...process.env, READY_SEQUENCES: String(sequences) }, encoding: 'utf8' },
  );
  const seed = /READY_SEED=\d+/.exec(stdout)?.[0];
  if (status !== 0) console.log(stdout);
  else if (seed === undefined) console.log('ready answers: not tried, there is no kernel keyring here');
  else
    console.log(
      `ready answers: ${seed}, ${sequences} sequences, ${Math.round((Date.now() - began) / 1000)} s`,
    );
  return status ?? 1;
}

function rounds(): number {
  let done = 0;
  for (let times = 1, round = 1; ; round++) {
    const seed = randomInt(2 ** 31);
    const began = Date.now();
    const status = runRound(seed, times);
    done += times;
    const total = [...inputs.values()].reduce((sum, count) => sum + count, 0);
    const took = Date.now() - began;
    console.log(
      `round ${round}: FUZZ_SEED=${seed} FUZZ_TIMES=${times}, ${total} inputs so far, ${Math.round(took / 1000)} s`,
    );
    const inTime = Math.floor((deadline - Date.now()) / (took / times));
    const toTheCount = Math.ceil((wanted - total) / (total / done));
    const left = Math.min(inTime, toTheCount, MAX_TIMES);
    if (status !== 0 || left < 1) {
      for (const [file, count] of [...inputs].sort(([a], [b]) => a.localeCompare(b)))
        console.log(`${String(count).padStart(9)}  ${file}`);
      console.log(`${String(total).padStart(9)}  inputs in all, ${status === 0 ? 'no' : 'a'} failure`);
      return status;
    }
    times = left;
  }
}

function runRound(seed: number, times: number): number {
  const report = join(folder, 'report');
  writeFileSync(report, '');
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', join(ROOT, 'test/support/fuzz.ts'), '--test', '--test-concurrency=2', ...FILES],
    {
      cwd: ROOT,
      env: { ...process.env, FUZZ_SEED: String(seed), FUZZ_TIMES: String(times), FUZZ_REPORT: report },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1024 * 1024 * 1024,
    },
  );
  if (status !== 0) console.log(stdout);
  for (const line of readFileSync(report, 'utf8').split('\n').filter(Boolean)) {
    const [file = '', count = '0'] = line.split(' ');
    inputs.set(file, (inputs.get(file) ?? 0) + Number(count));
  }
  return status ?? 1;
}

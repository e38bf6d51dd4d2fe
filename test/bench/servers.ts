// The container endpoint under load: 200 requests a second from four processes, with an expiry in the middle. With
// BENCH_LONG=1 also what the server of `exec --server` holds at rest, after so many requests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askForSeconds } from '../servers/load.ts';
import { exported } from '../servers/raw-http.ts';
import { createStage } from '../servers/stage.ts';
import { requiresFaketime } from '../support/faketime.ts';
import { BUILDS } from '../support/builds.ts';
import type { BuildName } from '../support/builds.ts';

const PROCESSES = 4;
const RATE = 50;
const SECONDS = 10;
const REQUESTS = 20_000;
const TIMES = 5;
// Long enough for the runtime to give back what it does when idle.
const REST_MILLISECONDS = 3000;

const missing = requiresFaketime();
if (missing !== false) console.log(`credential server under load: not measured: ${missing}`);
else {
  for (const build of BUILDS) await measure(build);
  if (process.env['BENCH_LONG'] === '1') for (const build of BUILDS) await measureAtRest(build);
}

async function measure(build: BuildName): Promise<void> {
  const stage = await createStage(build);
  try {
    const server = stage.start(['serve', 'prod']);
    await server.until(/TOKEN='.*\n/);
    const variables = exported(server.output());
    // What the runtime loads and reserves with the first requests is no growth.
    await askForSeconds(1, RATE, variables);
    const before = residentMegabytes(server.child.pid);
    const asking = Array.from({ length: PROCESSES }, () => askForSeconds(SECONDS, RATE, variables));
    await sleep((SECONDS * 1000) / 2);
    const middle = residentMegabytes(server.child.pid);
    stage.passTime(65 * 60_000);
    const answers = (await Promise.all(asking)).flat();
    const end = residentMegabytes(server.child.pid);
    const valid = answers.filter(({ status }) => status === 200).length;
    const renewals = stage.aws.calls.count('AssumeRole') - 1;
    console.log(
      `credential server under load, ${build}: ${valid} of ${answers.length} answers valid in ${SECONDS} s, ` +
        `${renewals} renewal; memory ${before}, ${middle}, ${end} MB`,
    );
    if (valid !== answers.length || renewals !== 1) process.exitCode = 1;
    server.child.kill('SIGINT');
    await server.ended;
  } finally {
    await stage.dispose();
  }
}

/** The child makes the requests; after each lot of them it waits for a line. */
async function measureAtRest(build: BuildName): Promise<void> {
  const stage = await createStage(build);
  try {
    const child = [process.execPath, join(import.meta.dirname, 'requests.ts'), String(REQUESTS)];
    const server = stage.start(['exec', '--server', 'prod', '--', ...child]);
    const memory: string[] = [];
    for (let time = 1; time <= TIMES; time++) {
      await server.until(new RegExp(`^${time * REQUESTS} answered$`, 'm'));
      await sleep(REST_MILLISECONDS);
      memory.push(ownMegabytes(server.child.pid));
      server.child.stdin?.write('\n');
    }
    server.child.stdin?.end();
    await server.ended;
    console.log(
      `exec --server at rest, ${build}: ${memory.join(', ')} MB, after each ${REQUESTS} requests (goal: at most 60, flat)`,
    );
  } finally {
    await stage.dispose();
  }
}

/** What belongs to the process, and of the program's file what is mapped, which every run of it shares. */
function ownMegabytes(pid: number | undefined): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [own, file] = ['RssAnon', 'RssFile'].map((name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]),
  );
  return `${((own ?? 0) / 1024).toFixed(0)} + ${((file ?? 0) / 1024).toFixed(0)} of the file`;
}

function residentMegabytes(pid: number | undefined): string {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) / 1024).toFixed(0);
}

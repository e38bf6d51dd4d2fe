// The container endpoint under load: 200 requests a second from four processes, with an expiry in the middle.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { askForSeconds } from '../servers/load.ts';
import { exported } from '../servers/raw-http.ts';
import { createStage } from '../servers/stage.ts';
import { requiresFaketime } from '../support/faketime.ts';
import { BUILDS } from '../support/builds.ts';

const PROCESSES = 4;
const RATE = 50;
const SECONDS = 10;

const missing = requiresFaketime();
if (missing !== false) console.log(`credential server under load: not measured: ${missing}`);
else for (const build of BUILDS) await measure(build);

async function measure(build: 'standalone' | 'npm'): Promise<void> {
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

function residentMegabytes(pid: number | undefined): string {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) / 1024).toFixed(0);
}

// The stand-in as a program: `node test/aws/main.ts [WORLD.json]`.
// Prints one line of JSON (the environment to use, the control port, what is in the world), then serves until
// standard input closes or SIGTERM or SIGINT comes.

import { readFileSync } from 'node:fs';
import { startControl } from './control.ts';
import { startAws } from './server.ts';
import { applyWorldFile, parseWorldFile } from './world-file.ts';

const file = process.argv[2];
const worldFile = parseWorldFile(file === undefined ? '{}' : readFileSync(file, 'utf8'));
const aws = await startAws();
const control = await startControl(aws);
const world = applyWorldFile(aws.world, worldFile);
process.stdout.write(`${JSON.stringify({ env: aws.env, control: control.url, ...world })}\n`);

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  process.stdin.destroy();
  Promise.all([control.stop(), aws.stop()]).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });
}
process.stdin.on('end', stop).on('error', stop).resume();
process.on('SIGTERM', stop).on('SIGINT', stop);

// `make torture`: every test of this folder in full, and the sum of what they did.

import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { SEED } from './extent.ts';
import { parseFigures } from './figures.ts';

process.env['CCVAULT_TORTURE'] ??= 'full';
process.env['CCVAULT_TORTURE_SEED'] = String(SEED);

const sums = new Map<string, number>();
const events = run({
  files: globSync('*.test.ts', { cwd: import.meta.dirname }).map((name) => join(import.meta.dirname, name)),
  concurrency: 2,
  timeout: 3_600_000,
});
events.on('test:fail', () => (process.exitCode = 1));
events.on('test:diagnostic', ({ message }) => {
  for (const [figure, count] of parseFigures(message) ?? [])
    sums.set(figure, (sums.get(figure) ?? 0) + count);
});
const reported = events.compose(new spec());
reported.pipe(process.stdout);
await once(reported, 'end');

const figures = [...sums].map(([figure, count]) => `${count} ${figure}`).join(', ');
process.stdout.write(`torture: ${figures} (to have the same choices again: CCVAULT_TORTURE_SEED=${SEED})\n`);

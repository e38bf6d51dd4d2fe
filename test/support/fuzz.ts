// How many inputs a property gets: few in `make test`, as many times more as `make fuzz` asks for (test/fuzz/README.md).
// Loaded by itself (`node --import`) it scales the properties of any test file and reports what they ran.

import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as fc from 'fast-check';
import type { RunDetails } from 'fast-check';

const DEFAULT_COUNT = 100;
const times = Number(process.env['FUZZ_TIMES'] ?? 1);
const seed = process.env['FUZZ_SEED'];
const report = process.env['FUZZ_REPORT'];

/** Runs for a property that has `count` of them in `make test`. */
export function runs(count: number = DEFAULT_COUNT): { readonly numRuns: number } {
  return { numRuns: Math.ceil(count * times) };
}

fc.configureGlobal({
  ...runs(),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(report === undefined ? {} : { reporter: (details) => note(details, report) }),
});

/** A line a property, `FILE RUNS SEED`, then what fast-check does without a reporter. */
function note(details: RunDetails<unknown>, path: string): void {
  appendFileSync(path, `${basename(process.argv[1] ?? '')} ${details.numRuns} ${details.seed}\n`);
  if (details.failed) throw new Error(fc.defaultReportMessage(details) ?? 'failed');
}

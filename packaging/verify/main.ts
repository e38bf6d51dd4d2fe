// Looks at what `make dist` made and runs what this machine can run: `make verify-dist`. Writes VERIFIED.md, which says
// what was done and what was not. Exit code 1 when something is wrong, or, with CCVAULT_TEST_REQUIRE_ALL, skipped.
// Words behind it choose checks by their subject.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RELEASE } from '../release.ts';
import { TARGETS } from '../targets.ts';
import { carryOut } from './check.ts';
import type { Check, Outcome } from './check.ts';
import { LINUX } from './linux.ts';
import { NPM } from './npm.ts';
import { PACKAGES } from './packages.ts';
import { report } from './report.ts';
import { SAME } from './same.ts';
import { TWICE } from './twice.ts';
import { WINDOWS } from './windows.ts';

if (!existsSync(join(RELEASE, 'SHA256SUMS'))) {
  console.error('dist/release is not complete: run make dist first');
  process.exit(1);
}

const chosen = process.argv.slice(2);
const checks = [...SAME, ...LINUX, ...PACKAGES, ...NPM, ...WINDOWS, ...TWICE].filter(
  ({ subject, target }) =>
    (target === undefined || TARGETS.includes(target)) &&
    (chosen.length === 0 || chosen.some((word) => subject.includes(word))),
);

const outcomes: [Check, Outcome][] = [];
for (const check of checks) {
  const outcome = await carryOut(check);
  outcomes.push([check, outcome]);
  console.log(`${outcome.kind}: ${check.subject}: ${check.does}`);
  if (outcome.kind !== 'passed') console.log(`  ${outcome.why}`);
}
writeFileSync(join(RELEASE, 'VERIFIED.md'), await report(outcomes));

const bad = process.env['CCVAULT_TEST_REQUIRE_ALL'] === undefined ? ['failed'] : ['failed', 'skipped'];
if (outcomes.some(([, { kind }]) => bad.includes(kind))) process.exitCode = 1;

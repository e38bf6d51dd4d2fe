// `mends`: that doctor's own command takes its finding away.

import assert from 'node:assert/strict';
import type { Finding } from '../../src/commands/doctor/finding.ts';
import { run } from './run-command.ts';
import { checkPrinted } from './secrets.ts';
import type { ScriptState } from './state.ts';

const BAD_FIX = 99;
// In one shell: the fix may change variables. What it prints is no finding.
const FIX_AND_LOOK = `eval "$1" >&2 || exit ${BAD_FIX}; shift; ccvault doctor --json "$@"`;

/**
 * `mends RE [DOCTOR-ARGUMENT...]`: of what doctor finds one thing fits, as `SEVERITY: MESSAGE`; a shell runs the `fix` of
 * it, and doctor there finds it no more.
 */
export async function mends(state: ScriptState, [pattern = '', ...args]: readonly string[]): Promise<void> {
  await run(state, ['ccvault', 'doctor', '--json', ...args]);
  const before = fitting(state, pattern);
  const [finding] = before;
  assert.ok(
    finding !== undefined && before.length === 1,
    `doctor finds ${before.length} that fit ${pattern}`,
  );
  const code = await run(state, ['sh', '-c', FIX_AND_LOOK, 'sh', finding.fix, ...args]);
  checkPrinted(state, state.last, false);
  assert.notEqual(code, BAD_FIX, `the fix failed: ${finding.fix}`);
  assert.deepEqual(fitting(state, pattern), [], `still found after: ${finding.fix}`);
}

function fitting({ last }: ScriptState, pattern: string): readonly Finding[] {
  const findings = JSON.parse(last.stdout) as Finding[];
  return findings.filter(({ severity, message }) => new RegExp(pattern).test(`${severity}: ${message}`));
}

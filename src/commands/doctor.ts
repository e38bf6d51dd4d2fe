import { jsonDocument, printable } from '../core/printable.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { gatherFacts } from './doctor/gather/facts.ts';
import { judge } from './doctor/judge.ts';
import type { Finding } from './doctor/finding.ts';

/**
 * `ccvault doctor`: finds problems and how to fix them. Changes nothing, prompts for nothing; returns 1 for an error.
 */
export async function run(input: CommandInput<'doctor'>, system: System, globals: Globals): Promise<number> {
  const { json, online } = input.options;
  system.files.leaveModes();
  const findings = judge(await gatherFacts(system, globals, { profile: input.arguments.profile, online }));
  system.out.data(json ? jsonDocument(findings) : inLines(findings));
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function inLines(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing is wrong\n';
  return findings
    .map(({ severity, message, fix }) => `${printable(`${severity}: ${message}; fix: ${fix}`)}\n`)
    .join('');
}

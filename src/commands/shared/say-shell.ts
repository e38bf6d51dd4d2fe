import { localEnd } from '../../core/local-time.ts';
import { shortPolicyNames } from '../../core/plan/narrowing.ts';
import type { System } from '../../core/ports/system.ts';

/** Whose credentials a shell gets, and when they expire: in milliseconds since the epoch, or renewed by a server. */
export interface ShellCredentials {
  readonly profile: string | undefined;
  /** The names of the policies that they are narrowed to. */
  readonly policy: string | undefined;
  readonly end: number | 'renewed' | undefined;
}

/** Says that `exec` starts a shell because no command was given. */
export function sayShell(
  [shell]: readonly [string, ...string[]],
  { profile, policy, end }: ShellCredentials,
  { out, clock }: Pick<System, 'out' | 'clock'>,
): void {
  const whose = profile === undefined ? '' : ` as ${profile}`;
  const less = policy === undefined ? '' : `, narrowed to ${shortPolicyNames(policy)}`;
  out.info(`started ${shell}${whose}${less}${lasting(end, clock.now())}; type exit to leave`);
}

function lasting(end: ShellCredentials['end'], now: number): string {
  if (end === undefined) return '';
  return end === 'renewed' ? ', its credentials renewed while it runs' : `, good until ${localEnd(end, now)}`;
}

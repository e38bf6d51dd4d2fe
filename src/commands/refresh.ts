import { CliError, isCliError } from '../core/errors.ts';
import { localEnd } from '../core/local-time.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { choosePlan, requireProfile } from './shared/choose-plan.ts';
import { resolveOptionsOf, Workspace } from './shared/workspace.ts';

/**
 * `ccvault refresh` renews every session of the plan, so that no prompt interrupts the work later. Elsewhere a session
 * that cannot be kept is a warning, as the credentials serve all the same; here nothing else was asked for.
 */
export async function run(input: CommandInput<'refresh'>, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const profile = await requireProfile(workspace, input.arguments.profile);
  const plan = await choosePlan(workspace, profile, input.options);
  const options = { ...resolveOptionsOf(input.options, system), renew: 'all' as const };
  const { expiresAt } = await workspace.resolver(options).credentials(plan);
  const { unkept } = workspace.sessions;
  if (unkept !== undefined) {
    const { kind, hints } = isCliError(unkept) ? unkept : { kind: 'failure' as const, hints: [] };
    const message = `profile ${profile}: the credentials were renewed, but could not be kept for later commands`;
    throw new CliError(kind, message, { hints, cause: unkept });
  }
  system.out.data(
    expiresAt === undefined
      ? `profile ${profile}: credentials that do not expire\n`
      : `profile ${profile}: good until ${localEnd(expiresAt, system.clock.now())}\n`,
  );
  return 0;
}

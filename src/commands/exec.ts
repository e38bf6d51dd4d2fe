import { childEnvironment } from '../core/child-env.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { choosePlan } from './shared/choose-plan.ts';
import { run as runExport } from './export.ts';
import { resolveOptionsOf, Workspace } from './shared/workspace.ts';

/** `ccvault exec`: credentials first, then the command in its own right. Gives the command's exit code. */
export async function run(input: CommandInput<'exec'>, system: System, globals: Globals): Promise<number> {
  system.process.prepare();
  if (input.options.json) {
    return runExport({ ...input, options: { ...input.options, format: 'json' } }, system, globals);
  }
  const workspace = new Workspace(system, globals);
  const plan = await choosePlan(workspace, input.arguments.profile, input.options);
  if (input.options.server || input.options.imds) {
    const { runServed } = await import('./shared/exec-server.ts');
    return runServed(input, plan, workspace, () => commandOf(input.tail, system, plan.profile));
  }
  const credentials = await workspace.resolver(resolveOptionsOf(input.options, system)).credentials(plan);
  if (credentials.sessionToken === undefined && input.options.noSession) {
    system.out.warning(
      `the command gets the long-lived key of profile ${plan.profile} itself, as -n asks for`,
    );
  }
  const environment = childEnvironment(system.env, plan, credentials);
  const command = commandOf(input.tail, system, plan.profile);
  return system.process.become(command, environment);
}

function commandOf(
  tail: readonly string[],
  system: Pick<System, 'env' | 'host' | 'out'>,
  profile: string | undefined,
): readonly [string, ...string[]] {
  const [program, ...rest] = tail;
  if (program !== undefined) return [program, ...rest];
  const windows = system.host.os === 'win32';
  const shell = windows ? system.env['ComSpec'] || 'cmd.exe' : system.env['SHELL'] || '/bin/sh';
  system.out.info(
    `starting ${shell}${profile === undefined ? '' : ` with the credentials of profile ${profile}`}; leave it with exit`,
  );
  return [shell];
}

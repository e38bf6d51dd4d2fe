import type { System } from '../core/ports/system.ts';
import { jsonDocument } from '../core/printable.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { choosePlan } from './shared/choose-plan.ts';
import { stsSettingsOf } from './shared/sts-settings.ts';
import { resolveOptionsOf, Workspace } from './shared/workspace.ts';

/** `ccvault whoami`: prints the identity behind credentials, from GetCallerIdentity. */
export async function run(input: CommandInput<'whoami'>, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const plan = await choosePlan(workspace, input.arguments.profile, input.options);
  const credentials = await workspace.resolver(resolveOptionsOf(input.options, system)).credentials(plan);
  const settings = stsSettingsOf(plan, workspace);
  const sts = await system.aws.sts(settings);
  const identity = await sts.getCallerIdentity(credentials);
  system.out.data(
    input.options.json
      ? jsonDocument(identity)
      : `account  ${identity.account}\narn      ${identity.arn}\nuser id  ${identity.userId}\n`,
  );
  return 0;
}

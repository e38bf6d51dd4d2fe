import { ccvaultCommand } from '../../core/command-line.ts';
import { localEnd } from '../../core/local-time.ts';
import { printable } from '../../core/printable.ts';
import type { System } from '../../core/ports/system.ts';
import { signInAnew } from '../../sources/sso-token.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { Workspace } from '../shared/workspace.ts';
import { chooseSession } from './choose-session.ts';

/** `ccvault sso login`: signs the user in ahead of time. */
export async function run(
  input: CommandInput<'sso login'>,
  system: System,
  globals: Globals,
): Promise<number> {
  const workspace = new Workspace(system, globals);
  const chosen = await chooseSession(workspace, input.arguments.session, input.options.noBrowser);
  const { session } = chosen.session;
  const endsAt = await signInAnew(chosen.access, chosen.context);
  workspace.sessions.assertKept(`session ${session}: the sign-in succeeded`);
  system.out.data(`session ${printable(session)}: signed in until ${localEnd(endsAt, system.clock.now())}\n`);
  system.out.hint(`see your accounts and roles with: ${ccvaultCommand('sso list', { operands: [session] })}`);
  return 0;
}

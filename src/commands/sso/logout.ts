import { CliError, isCliError, messageOf } from '../../core/errors.ts';
import { ssoTokenName } from '../../core/plan/sso-token-name.ts';
import type { System } from '../../core/ports/system.ts';
import { tokenOfAwsCli } from '../../sources/sso-aws-cli.ts';
import { signOut } from '../../sources/sso-token.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { Workspace } from '../shared/workspace.ts';
import { chooseSession } from './choose-session.ts';

/** `ccvault sso logout`: ends a sign-in here and at AWS. */
export async function run(
  input: CommandInput<'sso logout'>,
  system: System,
  globals: Globals,
): Promise<number> {
  const workspace = new Workspace(system, globals);
  const { session, access, context } = await chooseSession(workspace, input.arguments.session);
  const name = session.session;
  let dropped = 0;
  const forget = (): void => {
    dropped += workspace.sessions.removeRoot(ssoTokenName(session));
  };
  try {
    const wasSignedIn = await signOut(access, context, forget);
    // Again, for a session made meanwhile.
    forget();
    system.out.info(
      wasSignedIn
        ? `signed out of session ${name}; dropped ${dropped} cached ${dropped === 1 ? 'entry' : 'entries'}`
        : `session ${name} was not signed in`,
    );
  } catch (error) {
    if (!isCliError(error) || error.kind !== 'aws') throw error;
    throw new CliError('aws', `signed out of session ${name} here, but not at AWS: ${messageOf(error)}`, {
      ...error.codes,
      hints: [`end it in the browser: sign out at ${session.startUrl}`],
      cause: error,
    });
  } finally {
    const cli = tokenOfAwsCli(session, system);
    if (cli !== undefined && cli.expiresAt > system.clock.now()) {
      system.out.warning(
        `the AWS CLI is signed in to ${session.startUrl} too, and ccvault may use its token`,
      );
      system.out.hint('end that sign-in with: aws sso logout');
    }
  }
  return 0;
}

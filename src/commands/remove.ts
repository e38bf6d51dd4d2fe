import { CliError } from '../core/errors.ts';
import type { System } from '../core/ports.ts';
import { shortKeyId } from '../core/credentials.ts';
import { closest } from '../core/suggest.ts';
import { rootOfKey } from '../core/cache-key.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { requireProfile } from './choose-plan.ts';
import { Workspace } from './workspace.ts';

/** `ccvault remove`: deletes a stored key and all that was made of it; asks first. */
export async function run(input: CommandInput<'remove'>, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const profile = await requireProfile(workspace, input.arguments.profile);
  const stored = await workspace.vault.storedKeys();
  const key = stored.get(profile);
  if (key === undefined) {
    const near = closest(profile, stored.keys());
    throw new CliError('config', `there is no stored key for profile ${profile}`, {
      hints: [
        ...(near === undefined ? [] : [`did you mean ${near}?`]),
        'see the stored keys with: ccvault list',
      ],
    });
  }
  const sessionsOnly = input.options.sessionsOnly;
  const what = sessionsOnly ? 'the sessions' : `the key ${shortKeyId(key.accessKeyId)} and the sessions`;
  // A profile that AWS_PROFILE happens to name is confirmed even with --force.
  if (!input.options.force || input.arguments.profile === undefined) {
    if (!system.terminal.available()) {
      throw new CliError(
        'usage',
        `removing ${what} of profile ${profile} needs a yes, and there is no terminal to ask on`,
        {
          hints: [`give it beforehand: ccvault remove --force ${profile}`],
        },
      );
    }
    if (!(await system.terminal.confirm(`Remove ${what} of profile ${profile}?`))) {
      system.out.info('nothing was removed');
      return 0;
    }
  }
  if (!sessionsOnly) await workspace.vault.remove(profile);
  const sessions = workspace.sessions.removeRoot(rootOfKey(key));
  const counted = sessions === 1 ? '1 session' : `${sessions} sessions`;
  system.out.info(
    sessionsOnly
      ? `removed ${counted} of profile ${profile}`
      : `removed the key ${shortKeyId(key.accessKeyId)} of profile ${profile} and ${counted}; it still exists in IAM`,
  );
  return 0;
}

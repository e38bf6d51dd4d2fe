import { ccvaultCommand } from '../core/command-line.ts';
import { credentialProcessLine } from '../core/config/sdk-line.ts';
import { CliError } from '../core/errors.ts';
import type { StoredKey } from '../core/plan/chain.ts';
import type { System } from '../core/ports/system.ts';
import { shortKeyId } from '../core/credentials.ts';
import { closest } from '../core/suggest.ts';
import { rootOfKey } from '../core/plan/cache-key.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { takeSdkLinesBack } from './sdk/lines.ts';
import { requireProfile } from './shared/choose-plan.ts';
import { JournalFile, rotateLockName } from '../vault/rotation/journal.ts';
import { leftInIam } from '../vault/rotation/report.ts';
import { Workspace } from './shared/workspace.ts';

/** `ccvault remove`: deletes a stored key and every session made from it; asks first. */
export async function run(input: CommandInput<'remove'>, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const profile = await requireProfile(workspace, input.arguments.profile, 'keys');
  const stored = await workspace.vault.storedKeys();
  const key = stored.get(profile);
  if (key === undefined) {
    const near = closest(profile, stored.keys());
    throw new CliError('config', `there is no stored key for profile ${profile}`, {
      hints: [
        ...(near === undefined ? [] : [`did you mean ${near}?`]),
        // An interrupted removal may have left it.
        ...(workspace.config().profile(profile)?.get('credential_process') === credentialProcessLine(profile)
          ? [
              `remove its credential_process: ${ccvaultCommand('sdk', { options: ['--undo'], operands: [profile] })}`,
            ]
          : []),
        'see the stored keys with: ccvault list',
      ],
    });
  }
  const sessionsOnly = input.options.sessionsOnly;
  const what = sessionsOnly ? 'the sessions' : `the key ${shortKeyId(key.accessKeyId)} and the sessions`;
  // A profile that AWS_PROFILE happens to name is confirmed even with --force.
  if (!input.options.force || input.arguments.profile === undefined) {
    const unavailable = await system.terminal.unavailable();
    if (unavailable !== undefined) {
      throw new CliError(
        'usage',
        `removing ${what} of profile ${profile} requires confirmation, but ${unavailable}`,
        {
          hints: [
            `confirm in advance with: ${ccvaultCommand('remove', { options: ['--force'], operands: [profile] })}`,
          ],
        },
      );
    }
    if (!(await system.terminal.confirm(`Remove ${what} of profile ${profile}?`))) {
      system.out.info('nothing was removed');
      return 0;
    }
  }
  await system.locks.withLock(
    rotateLockName(profile),
    { purpose: `removing the key of profile ${profile}` },
    () => remove(profile, key, sessionsOnly, new Workspace(system, globals)),
  );
  return 0;
}

async function remove(
  profile: string,
  asked: StoredKey,
  sessionsOnly: boolean,
  workspace: Workspace,
): Promise<void> {
  const { system, vault, sessions } = workspace;
  // If the lock waited for a rotation, the vault has another key now.
  const key = (await vault.storedKeys()).get(profile) ?? asked;
  if (sessionsOnly) {
    const dropped = sessions.removeRoot(rootOfKey(key));
    system.out.info(`removed ${counted(dropped)} of profile ${profile}`);
    return;
  }
  const journal = new JournalFile(system, profile);
  const begun = journal.read();
  const { oldKeyId: accessKeyId = '', oldGenerations = [] } = begun ?? {};
  const roots = [key, ...oldGenerations.map((generation) => ({ accessKeyId, generation }))].map(rootOfKey);
  const dropSessions = (): number => roots.reduce((count, root) => count + sessions.removeRoot(root), 0);
  // Before the key, because an interrupted removal can be repeated only while there is a key; and after it, for a
  // session made meanwhile.
  let dropped = dropSessions();
  const waitingKeyId = await vault.remove(profile);
  dropped += dropSessions();
  journal.forget();
  system.out.info(
    `removed the key ${shortKeyId(key.accessKeyId)} of profile ${profile} and ${counted(dropped)}; it still exists in IAM`,
  );
  if (begun !== undefined || waitingKeyId !== undefined) {
    const left = leftInIam(begun, waitingKeyId, key.accessKeyId);
    system.out.warning(`the rotation of this key was not finished: ${left}`);
    system.out.hint('delete the unused key in the IAM console');
  }
  const otherwise = `the key of profile ${profile} is removed`;
  for (const { path } of await takeSdkLinesBack([profile], workspace, { otherwise })) {
    system.out.info(`also removed its credential_process from ${path}`);
  }
}

function counted(sessions: number): string {
  return sessions === 1 ? '1 session' : `${sessions} sessions`;
}

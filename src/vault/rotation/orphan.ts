import { shortKeyId } from '../../core/credentials.ts';
import { CliError } from '../../core/errors.ts';
import { createdAtMinute } from './report.ts';
import type { RotateWork } from './state.ts';

/** Deletes a key that our interrupted CreateAccessKey left behind; its secret is lost. */
export async function deleteOrphan({ keys, context }: RotateWork, accessKeyId: string): Promise<void> {
  const made = keys.madeOn(accessKeyId);
  await keys.delete(accessKeyId);
  context.system.out.info(
    `deleted the key ${shortKeyId(accessKeyId)}${made}, left behind by an interrupted rotation`,
  );
}

/**
 * Asks whether to delete a key that was created either by an interrupted CreateAccessKey or by hand. The journal
 * records the reply, from which the next step follows. Throws CliError `aws`, code `prompt-impossible`, where no prompt
 * is possible.
 */
export async function askAboutOrphan(
  { keys, context, journal }: RotateWork,
  accessKeyId: string,
): Promise<void> {
  const { userName, system } = context;
  const key = `the key ${shortKeyId(accessKeyId)} of user ${userName}`;
  const made = createdAtMinute(accessKeyId, keys.listed);
  const reason = await system.terminal.unavailable();
  if (reason !== undefined) {
    throw new CliError(
      'aws',
      `${key}${made} was left as it is: the interrupted rotation may have created it, or somebody by hand, and ${reason}`,
      { code: 'prompt-impossible', hints: ['to be asked whether to delete it, use a terminal'] },
    );
  }
  system.out.info(`the interrupted rotation may have created ${key}${made}, or somebody by hand`);
  if (await system.terminal.confirm(`Delete ${key}?`)) journal.note('delete-orphan', accessKeyId);
  else journal.noteForeign(accessKeyId);
  // While the prompt was open, keys may have been created or deleted.
  await keys.list();
}

import { shortKeyId } from '../../core/credentials.ts';
import { CliError } from '../../core/errors.ts';
import { createdAtMinute } from './report.ts';
import type { RotateWork } from './state.ts';

/** Deletes a key that an interrupted CreateAccessKey of ours left behind, its secret lost. */
export async function deleteOrphan({ keys, context }: RotateWork, accessKeyId: string): Promise<void> {
  const made = keys.madeOn(accessKeyId);
  await keys.delete(accessKeyId);
  context.system.out.info(
    `deleted the key ${shortKeyId(accessKeyId)}${made}, left behind by an interrupted rotation`,
  );
}

/**
 * Asks whose a key is that an interrupted CreateAccessKey may have made, or someone by hand, and notes the answer in
 * the journal: the next step follows from it. Throws CliError `aws`, code `prompt-impossible`, where no prompt is possible.
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
  // Time has passed, in which the person may have deleted or created one.
  await keys.list();
}

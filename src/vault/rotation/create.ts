import { ccvaultCommand } from '../../core/command-line.ts';
import { shortKeyId } from '../../core/credentials.ts';
import { isCliError, messageOf } from '../../core/errors.ts';
import type { Iam } from '../../core/ports/aws.ts';
import { askAboutOrphan, deleteOrphan } from './orphan.ts';
import { nextStep } from './steps.ts';
import type { RotateWork } from './state.ts';

/** Creates a new key in IAM and sets it aside in the backend; on failure, undoes what can be undone and throws. */
export async function createKey(work: RotateWork): Promise<void> {
  const { userName, profile, system, vault } = work.context;
  await work.begin('create');
  system.out.info(
    `replacing the key ${shortKeyId(work.storedKeyId)}${work.keys.madeOn(work.storedKeyId)} of profile ${profile}; ` +
      `if this is interrupted, finish it with: ${ccvaultCommand('rotate', { operands: [profile] })}`,
  );
  let made: Awaited<ReturnType<Iam['createAccessKey']>>;
  try {
    made = await work.keys.create();
  } catch (error) {
    await takeBack(work, isRefusal(error));
    throw error;
  }
  const { accessKeyId } = made.credentials;
  system.out.info(`created the key ${shortKeyId(accessKeyId)} for user ${userName}`);
  try {
    work.journal.note('store', accessKeyId);
    const { account, arn } = await vault.read(profile);
    work.pending = await work.pendingKey.write({
      ...made.credentials,
      createdAt: new Date(made.createdAt).toISOString(),
      ...(account === undefined ? {} : { account }),
      ...(arn === undefined ? {} : { arn }),
    });
    work.madeHere = true;
  } catch (error) {
    await undoCreate(work, accessKeyId);
    throw error;
  }
}

/**
 * Cleans up after a CreateAccessKey that failed. Unless AWS refused the call, it may still have created a key, which
 * IAM may not list yet: the journal stays, so that the next run looks again.
 */
async function takeBack(work: RotateWork, refused: boolean): Promise<void> {
  if (refused) return work.journal.forget();
  const { out, terminal } = work.context.system;
  try {
    await work.keys.list();
    for (;;) {
      const step = nextStep(await work.state());
      if (step.kind === 'ask-about-orphan' && (await terminal.unavailable()) === undefined) {
        await askAboutOrphan(work, step.accessKeyId);
      } else if (step.kind === 'ask-about-orphan') {
        // It did not exist right before the call, it does right after, and nobody can be asked: it counts as ours.
        work.journal.note('delete-orphan', step.accessKeyId);
      } else if (step.kind === 'delete-orphan') {
        await deleteOrphan(work, step.accessKeyId);
        return work.journal.forget();
      } else {
        return undefined;
      }
    }
  } catch (error) {
    if (isCliError(error) && error.kind === 'interrupted') throw error;
    out.warning(`IAM may have created a key, but the response was lost: ${messageOf(error)}`);
  }
}

/** Deletes a key whose secret could not be stored: nobody can use it. */
async function undoCreate(work: RotateWork, accessKeyId: string): Promise<void> {
  const { out } = work.context.system;
  try {
    await work.keys.delete(accessKeyId);
    await work.pendingKey.remove().catch(() => {});
    work.journal.forget();
    out.info(`deleted the key ${shortKeyId(accessKeyId)} again: it could not be stored`);
  } catch (error) {
    out.warning(
      `the new key ${shortKeyId(accessKeyId)} could neither be stored nor deleted: ${messageOf(error)}`,
    );
  }
}

/** Whether AWS read the request and refused it, as opposed to a response that was lost or a service in trouble. */
function isRefusal(error: unknown): boolean {
  const refused = /^(?:AccessDenied|LimitExceeded|NoSuchEntity|InvalidClientTokenId|ExpiredToken|Throttling)/;
  return isCliError(error) && refused.test(error.awsCode ?? '');
}

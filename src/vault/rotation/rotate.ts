import { ccvaultCommand } from '../../core/command-line.ts';
import { rootOfKey } from '../../core/plan/cache-key.ts';
import { shortKeyId } from '../../core/credentials.ts';
import { isCliError, messageOf } from '../../core/errors.ts';
import { createKey } from './create.ts';
import { askAboutOrphan, deleteOrphan } from './orphan.ts';
import { isDenied } from './user-keys.ts';
import { promoteNewKey, proveNewKey } from './promote.ts';
import { refusal } from './report.ts';
import { nextStep } from './steps.ts';
import type { RotateStep } from './steps.ts';
import { RotateWork } from './state.ts';
import type { RotateContext } from './state.ts';

/**
 * Replaces a stored key, or finishes an interrupted rotation; the caller holds the lock of the profile's rotation.
 * Throws CliError of every kind, with a hint to run it again once the rotation has begun.
 */
export async function rotateKey(context: RotateContext): Promise<void> {
  const work = new RotateWork(context);
  await work.look();
  try {
    for (;;) {
      const step = nextStep(await work.state());
      work.journal.note(step.kind);
      await perform(step, work);
      if (step.kind === 'finish') return;
    }
  } catch (error) {
    throw work.journal.entry === undefined ? error : unfinished(error, work);
  }
}

async function perform(step: RotateStep, work: RotateWork): Promise<void> {
  const { context, journal, keys, storedKeyId } = work;
  const { profile, userName, system } = context;
  switch (step.kind) {
    case 'refuse':
      journal.forget();
      throw refusal(step.reason, { profile, userName, keys: keys.listed, storedKeyId });
    case 'create':
      return createKey(work);
    case 'prove':
      return proveNewKey(work);
    case 'promote':
      return promoteNewKey(work);
    case 'drop-pending':
      return work.dropPending();
    case 'discard':
      await keys.delete(step.accessKeyId);
      system.out.info(`deleted the key ${shortKeyId(step.accessKeyId)}, which is no longer needed`);
      await work.dropPending();
      journal.forget();
      return undefined;
    case 'delete-orphan':
      return deleteOrphan(work, step.accessKeyId);
    case 'ask-about-orphan':
      return askAboutOrphan(work, step.accessKeyId);
    case 'deactivate':
      return deactivate(work, step.accessKeyId);
    case 'delete': {
      const made = keys.madeOn(step.accessKeyId);
      await keys.delete(step.accessKeyId);
      system.out.info(`deleted the old key ${shortKeyId(step.accessKeyId)}${made}`);
      return undefined;
    }
    case 'forget':
      journal.forget();
      return undefined;
    case 'finish':
      return finish(work);
  }
}

async function deactivate(work: RotateWork, accessKeyId: string): Promise<void> {
  try {
    await work.keys.deactivate(accessKeyId);
  } catch (error) {
    // A policy may allow DeleteAccessKey without UpdateAccessKey.
    if (!isDenied(error)) throw error;
    work.context.system.out.debug(
      `the old key is deleted without being deactivated first: ${messageOf(error)}`,
    );
    work.mayDeactivate = false;
  }
}

function finish({ context, journal, keys, storedKeyId }: RotateWork): void {
  const { profile, sessions, system } = context;
  const { oldKeyId: accessKeyId = '', oldGenerations = [] } = journal.entry ?? {};
  let dropped = 0;
  for (const generation of oldGenerations)
    dropped += sessions.removeRoot(rootOfKey({ accessKeyId, generation }));
  journal.forget();
  const session = dropped === 1 ? 'session' : 'sessions';
  system.out.info(
    `profile ${profile} has the key ${shortKeyId(storedKeyId)}${keys.madeOn(storedKeyId)} ` +
      `instead of ${shortKeyId(accessKeyId)}; ${dropped} ${session} of the old key dropped`,
  );
}

function unfinished(error: unknown, { context, keys, storedKeyId }: RotateWork): unknown {
  if (!isCliError(error)) return error;
  const { profile, userName, system } = context;
  const ids = keys.listed.map(({ accessKeyId }) => `${shortKeyId(accessKeyId)}${keys.madeOn(accessKeyId)}`);
  system.out.info(
    `rotation incomplete: user ${userName} has keys ${ids.join(' and ')}; ` +
      `profile ${profile} uses ${shortKeyId(storedKeyId)}`,
  );
  return error.withHints(`finish it with: ${ccvaultCommand('rotate', { operands: [profile] })}`);
}

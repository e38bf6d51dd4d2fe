import { shortKeyId } from '../../core/credentials.ts';
import { isCliError } from '../../core/errors.ts';
import { isUnknownKey, proveKey } from './proof.ts';
import type { RotateWork } from './state.ts';

/** Proves the new key with GetCallerIdentity; the journal marks a key that AWS can never accept as one to discard. */
export async function proveNewKey(work: RotateWork): Promise<void> {
  const { sts, system } = work.context;
  const key = work.pending;
  if (key === undefined) throw new RangeError('there is no new key to prove');
  try {
    const { account, arn } = await proveKey(key, sts, system);
    work.proven = { ...key, account, arn };
  } catch (error) {
    if (!(await isUseless(work, error, key.accessKeyId))) throw error;
    work.journal.note('discard');
  }
}

/** Whether the new key was deleted or its secret is wrong: waiting longer does not help. */
async function isUseless(work: RotateWork, error: unknown, accessKeyId: string): Promise<boolean> {
  if (isCliError(error) && error.awsCode === 'SignatureDoesNotMatch') return true;
  if (!isUnknownKey(error) || work.madeHere) return false;
  await work.keys.list();
  return work.keys.listed.every((key) => key.accessKeyId !== accessKeyId);
}

/** Replaces the old key with the new one in every profile that holds it. */
export async function promoteNewKey(work: RotateWork): Promise<void> {
  const { vault, profile, system } = work.context;
  const key = work.proven ?? work.pending;
  if (key === undefined) throw new RangeError('there is no new key to store');
  const { copies } = await work.state();
  for (const holder of copies) await vault.write({ ...key, profile: holder });
  // The item set aside gets account and ARN too, as it may become the profile's own.
  if (work.pending?.arn === undefined && key.arn !== undefined) await work.pendingKey.write(key);
  if (await vault.adoptPending(profile)) work.pending = undefined;
  else await vault.write({ ...key, profile });
  work.install(key);
  const others = copies.map((name) => ` and ${name}`).join('');
  system.out.info(
    `AWS accepts the key ${shortKeyId(key.accessKeyId)}: stored for profile ${profile}${others}`,
  );
}

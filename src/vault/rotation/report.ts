import { ccvaultCommand } from '../../core/command-line.ts';
import { shortKeyId } from '../../core/credentials.ts';
import { CliError } from '../../core/errors.ts';
import type { AccessKeyInfo } from '../../core/ports/aws.ts';
import type { RotateJournal } from './journal.ts';

/** ` (created on 2026-01-31)`, the UTC day; nothing for a key that IAM did not list. */
export function madeOn(accessKeyId: string, keys: readonly AccessKeyInfo[]): string {
  const key = keys.find((one) => one.accessKeyId === accessKeyId);
  return key === undefined ? '' : ` (created on ${new Date(key.createdAt).toISOString().slice(0, 10)})`;
}

/** ` (created on 2026-01-31 at 09:30 UTC)`: for telling keys of one day apart. */
export function createdAtMinute(accessKeyId: string, keys: readonly AccessKeyInfo[]): string {
  const key = keys.find((one) => one.accessKeyId === accessKeyId);
  if (key === undefined) return '';
  const [day = '', time = ''] = new Date(key.createdAt).toISOString().split('T');
  return ` (created on ${day} at ${time.slice(0, 5)} UTC)`;
}

export interface RefusedRotation {
  readonly profile: string;
  readonly userName: string;
  readonly keys: readonly AccessKeyInfo[];
  readonly storedKeyId: string;
}

/** The error of a rotation that cannot begin. */
export function refusal(reason: 'two-keys' | 'not-listed', rotation: RefusedRotation): CliError {
  const { profile, userName, keys, storedKeyId } = rotation;
  if (reason === 'not-listed') {
    return new CliError(
      'aws',
      `the key ${shortKeyId(storedKeyId)} of profile ${profile} is not among the keys of user ${userName}`,
      { code: reason, hints: [`store a key that is: ${ccvaultCommand('add', { operands: [profile] })}`] },
    );
  }
  const listed = keys.map(({ accessKeyId, active }) => {
    const stored = accessKeyId === storedKeyId ? ', stored here,' : '';
    return `${shortKeyId(accessKeyId)}${stored}${madeOn(accessKeyId, keys)}${active ? '' : ', inactive'}`;
  });
  return new CliError(
    'aws',
    `user ${userName} already has two keys, the most that IAM allows: ${listed.join(' and ')}; nothing was changed`,
    {
      code: reason,
      hints: ['delete the one that is not used: aws iam delete-access-key --access-key-id ID'],
    },
  );
}

/**
 * The keys that a rotation leaves in IAM when it is given up: `user dana may still have ****A1B2 and ****C3D4 in IAM`.
 * AWS is not asked, so one or the other may be gone.
 */
export function leftInIam(
  journal: RotateJournal | undefined,
  waitingKeyId: string | undefined,
  storedKeyId: string,
): string {
  const { userName, oldKeyId, newKeyId, step, startedAt } = journal ?? {};
  const known = [step === 'finish' ? undefined : oldKeyId, newKeyId, waitingKeyId, storedKeyId];
  const ids = new Set(known.filter((id) => id !== undefined).map(shortKeyId));
  const lost =
    startedAt !== undefined && newKeyId === undefined
      ? `, and perhaps one created on ${startedAt.slice(0, 10)} whose id is not known`
      : '';
  const user = userName === undefined ? 'the user' : `user ${userName}`;
  return `${user} may still have ${[...ids].join(' and ')} in IAM${lost}`;
}

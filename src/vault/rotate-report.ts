import { shortKeyId } from '../core/credentials.ts';
import { CliError } from '../core/errors.ts';
import type { AccessKeyInfo } from '../core/ports.ts';

/** ` (made on 2026-01-31)`, the UTC day; nothing for a key that IAM did not list. */
export function madeOn(accessKeyId: string, keys: readonly AccessKeyInfo[]): string {
  const key = keys.find((one) => one.accessKeyId === accessKeyId);
  return key === undefined ? '' : ` (made on ${new Date(key.createdAt).toISOString().slice(0, 10)})`;
}

export interface RefusedRotation {
  readonly profile: string;
  readonly userName: string;
  readonly keys: readonly AccessKeyInfo[];
  readonly storedKeyId: string;
}

/** Why a rotation is not begun. */
export function refusal(reason: 'two-keys' | 'not-listed', rotation: RefusedRotation): CliError {
  const { profile, userName, keys, storedKeyId } = rotation;
  if (reason === 'not-listed') {
    return new CliError(
      'aws',
      `the key ${shortKeyId(storedKeyId)} of profile ${profile} is not among the keys of user ${userName}`,
      { code: reason, hints: [`store a key that is: ccvault add ${profile}`] },
    );
  }
  const listed = keys.map(({ accessKeyId, active }) => {
    const stored = accessKeyId === storedKeyId ? ', stored here,' : '';
    return `${shortKeyId(accessKeyId)}${stored}${madeOn(accessKeyId, keys)}${active ? '' : ', inactive'}`;
  });
  return new CliError(
    'aws',
    `user ${userName} has two keys already, the most that IAM allows: ${listed.join(' and ')}; nothing was changed`,
    {
      code: reason,
      hints: ['delete the one that is not used: aws iam delete-access-key --access-key-id ID'],
    },
  );
}

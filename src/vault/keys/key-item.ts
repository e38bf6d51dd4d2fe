import { credentialFault } from '../../core/credential-faults.ts';
import { parseObject, stringField } from '../../core/json.ts';
import { Secret } from '../../core/secret.ts';
import type { IndexEntry } from './index-file.ts';

/** A long-lived key as the backend holds it, with what is needed to rebuild the index from it. */
export interface KeyItem extends IndexEntry {
  readonly secretAccessKey: Secret;
}

const PREFIX = 'key/';

/** The item that holds a profile's key. */
export function keyItemName(profile: string): string {
  return `${PREFIX}${profile}`;
}

/** The item that holds a rotation's new key until it replaces the profile's key. */
export function pendingItemName(profile: string): string {
  return `rotating/${profile}`;
}

/** The profile in the name of a key's item; undefined for other items. */
export function profileOfItem(name: string): string | undefined {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
}

/** The text of an item for the backend, secret included. */
export function encodeKeyItem(item: KeyItem): string {
  return JSON.stringify({ version: 1, ...item, secretAccessKey: item.secretAccessKey.reveal() });
}

/** Undefined when the text is not a key that ccvault wrote. */
export function decodeKeyItem(text: string): KeyItem | undefined {
  const fields = parseObject(text);
  const take = (name: string): string | undefined => stringField(fields, name);
  const [profile, accessKeyId, secret, generation] = [
    take('profile'),
    take('accessKeyId'),
    take('secretAccessKey'),
    take('generation'),
  ];
  if (
    profile === undefined ||
    accessKeyId === undefined ||
    secret === undefined ||
    generation === undefined
  ) {
    return undefined;
  }
  const secretAccessKey = new Secret(secret);
  if (credentialFault({ accessKeyId, secretAccessKey }, 0) !== undefined) return undefined;
  const account = take('account');
  const arn = take('arn');
  const createdAt = take('createdAt');
  return {
    profile,
    accessKeyId,
    secretAccessKey,
    generation,
    ...(account === undefined ? {} : { account }),
    ...(arn === undefined ? {} : { arn }),
    ...(createdAt === undefined ? {} : { createdAt }),
    storedAt: take('storedAt') ?? new Date(0).toISOString(),
  };
}

/** An item without its secret, for the index. */
export function entryOf(item: KeyItem): IndexEntry {
  const { secretAccessKey: _secret, ...entry } = item;
  return entry;
}

import type * as Keyring from '@napi-rs/keyring';
import { CliError, messageOf } from '../../core/errors.ts';
import type { KeyStore } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';
import { ItemNames } from './item-names.ts';

/**
 * The keyring backend on macOS and Windows, through the native addon `@napi-rs/keyring`. Values are stored as UTF-8
 * bytes; the Credential Manager accepts at most 2,560 of them. There is no time limit, because the Keychain may show
 * the user a dialog. Methods throw CliError `keystore` with code `locked` or `denied`.
 *
 * The addon's list function is not used: on Windows it reads every value as UTF-16 and fails for an odd number of
 * bytes; on macOS it opens a dialog for each item and leaves out those refused. `ItemNames` keeps the names instead.
 */
export function openNativeKeyring(
  service: string,
  { AsyncEntry }: Pick<typeof Keyring, 'AsyncEntry'>,
  { locks }: Pick<System, 'locks'>,
): KeyStore {
  // Not `getPassword`, which returns null for every failure: a locked keyring must not look empty.
  const read = (item: string): Promise<string | undefined> =>
    attempt(async () => {
      const bytes = await new AsyncEntry(service, item).getSecret();
      return bytes === null || bytes === undefined
        ? undefined
        : new TextDecoder().decode(Uint8Array.from(bytes));
    });
  const write = (item: string, value: string): Promise<void> =>
    attempt(() => new AsyncEntry(service, item).setSecret(new TextEncoder().encode(value)));
  const remove = (item: string): Promise<boolean> =>
    attempt(() => new AsyncEntry(service, item).deleteCredential());
  const names = new ItemNames({ read, write, remove }, locks);

  return {
    name: 'keyring',
    read,
    // The name is written first: a name without an item is harmless, but an item without a name is never listed.
    async write(item, value) {
      await names.add(item);
      await write(item, value);
    },
    async remove(item) {
      const removed = await remove(item);
      await names.delete(item);
      return removed;
    },
    list: () => names.all(),
  };
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CliError('keystore', `the system keyring refused: ${messageOf(error)}`, {
      code: /lock/i.test(messageOf(error)) ? 'locked' : 'denied',
      hints: ['unlock it, allow ccvault in its dialog, and run the command again'],
      cause: error,
    });
  }
}

import type * as Keyring from '@napi-rs/keyring';
import { CliError, messageOf } from '../../core/errors.ts';
import type { KeyStore } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';
import { ItemNames } from './item-names.ts';

/**
 * The keyring backend on macOS and Windows, through the native addon `@napi-rs/keyring`. Values are kept as UTF-8
 * bytes; the Credential Manager accepts at most 2,560 of them. The Keychain may ask the user, for as long as they
 * take: there is no time limit here.
 *
 * The addon's own list is never asked for: on Windows it reads every value as UTF-16 and fails for an odd number of
 * bytes, on macOS it opens a dialog an item and leaves out those refused. The names are in separate items.
 */
export function openNativeKeyring(
  service: string,
  { AsyncEntry }: Pick<typeof Keyring, 'AsyncEntry'>,
  { locks }: Pick<System, 'locks'>,
): KeyStore {
  // Not getPassword: it gives null for every failure, and a locked keyring is not an empty one.
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
    // The name first: one without an item is harmless, an item without a name is lost to every list.
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

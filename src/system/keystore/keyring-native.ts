import { CliError, messageOf } from '../../core/errors.ts';
import type { KeyStore, System } from '../../core/ports/system.ts';
import { loadKeyringAddon } from './keyring-addon.ts';

/**
 * The keyring backend on macOS and Windows, through the native addon `@napi-rs/keyring`. Values are kept as UTF-8
 * bytes; the Credential Manager takes at most 2,560 of them. The Keychain may ask the person, for as long as they
 * take: there is no time limit here.
 */
export async function openNativeKeyring(
  service: string,
  system: Pick<System, 'files' | 'host'>,
): Promise<KeyStore> {
  const { AsyncEntry, findCredentialsAsync } = await loadKeyringAddon(system);

  return {
    name: 'keyring',
    // Not getPassword: it gives null for every failure, and a locked keyring is not an empty one.
    read: (item) =>
      attempt(async () => {
        const bytes = await new AsyncEntry(service, item).getSecret();
        return bytes === null ? undefined : new TextDecoder().decode(Uint8Array.from(bytes));
      }),
    write: (item, value) =>
      attempt(() => new AsyncEntry(service, item).setSecret(new TextEncoder().encode(value))),
    remove: (item) => attempt(() => new AsyncEntry(service, item).deleteCredential()),
    list: () =>
      attempt(async () => (await findCredentialsAsync(service)).map(({ account }) => account).sort()),
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

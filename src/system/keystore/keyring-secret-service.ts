import type { KeyStore } from '../../core/ports/system.ts';
import { noCollectionError, withSecretService } from './secret-service.ts';
import type { Attributes, SecretService, SecretServiceOptions } from './secret-service.ts';

/**
 * The keyring backend on Linux: items of the Secret Service (GNOME Keyring, KWallet, KeePassXC) with the two
 * attributes that keyring libraries give them, so that `secret-tool lookup service ccvault username ITEM` finds
 * them too. No password is ever held: each method opens a connection and closes it.
 */
export function openSecretServiceKeyring(service: string, options: SecretServiceOptions): KeyStore {
  return {
    name: 'keyring',
    read: (item) => withSecretService(options, (secrets) => readItem(secrets, { service, username: item })),
    write: (item, value) =>
      withSecretService(options, (secrets) => writeItem(secrets, { service, username: item }, value)),
    remove: (item) =>
      withSecretService(options, (secrets) => removeItem(secrets, { service, username: item })),
    list: () => withSecretService(options, (secrets) => listItems(secrets, { service })),
  };
}

/** Whether a Secret Service answers that has, or can be given, a place for items; locked ones count. */
export function secretServiceAnswers(options: SecretServiceOptions): Promise<boolean> {
  return withSecretService(
    options,
    async (secrets) => (await secrets.defaultCollection()) !== undefined || secrets.canPrompt,
  );
}

async function readItem(secrets: SecretService, attributes: Attributes): Promise<string | undefined> {
  const [session, item] = await Promise.all([secrets.openSession(), findForReading(secrets, attributes)]);
  return item === undefined ? undefined : await secrets.secret(item, session);
}

async function writeItem(secrets: SecretService, attributes: Attributes, value: string): Promise<void> {
  const [session, existing] = await Promise.all([secrets.openSession(), secrets.defaultCollection()]);
  if (existing === undefined && !secrets.canPrompt) throw noCollectionError();
  const collection = existing ?? (await secrets.createDefaultCollection());
  if (await secrets.isLocked(collection)) await secrets.unlock([collection]);
  const label = `${attributes['service']} ${attributes['username']}`;
  const stored = await secrets.store(collection, session, { label, attributes, value });
  // A copy elsewhere could be read instead of this one.
  for (const item of await findAll(secrets, attributes)) {
    if (item !== stored) await secrets.delete(item);
  }
}

async function removeItem(secrets: SecretService, attributes: Attributes): Promise<boolean> {
  const items = await findAll(secrets, attributes);
  for (const item of items) await secrets.delete(item);
  return items.length > 0;
}

async function listItems(secrets: SecretService, attributes: Attributes): Promise<readonly string[]> {
  const items = await findAll(secrets, attributes);
  const found = await Promise.all(items.map((item) => secrets.attributes(item)));
  const names = found.map(({ username }) => username).filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

async function findForReading(secrets: SecretService, attributes: Attributes): Promise<string | undefined> {
  const [found, collection] = await Promise.all([secrets.search(attributes), secrets.defaultCollection()]);
  if (found.unlocked.length === 0) return (await findAll(secrets, attributes))[0];
  return found.unlocked.find((item) => item.startsWith(`${collection}/`)) ?? found.unlocked[0];
}

/**
 * Every item with these attributes, unlocked. An answer of "none" counts only from an unlocked collection: a locked
 * one may hide its items. Throws CliError `locked`, `denied`, and `absent` where there is no collection at all.
 */
async function findAll(secrets: SecretService, attributes: Attributes): Promise<readonly string[]> {
  const collection = await secrets.defaultCollection();
  if (collection === undefined) throw noCollectionError();
  if (await secrets.isLocked(collection)) await secrets.unlock([collection]);
  const found = await secrets.search(attributes);
  if (found.locked.length > 0) await secrets.unlock(found.locked);
  return [...found.unlocked, ...found.locked];
}

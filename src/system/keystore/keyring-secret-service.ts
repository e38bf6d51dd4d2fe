import type { KeyStore } from '../../core/ports/keystore.ts';
import { DbusError } from './dbus/connection.ts';
import { withSecretService } from './secret-service.ts';
import type { Attributes, SecretService, SecretServiceOptions } from './secret-service.ts';

/**
 * The keyring backend on Linux: items of the Secret Service (GNOME Keyring, KWallet, KeePassXC) with the two
 * attributes that keyring libraries use, so that `secret-tool lookup service ccvault username ITEM` finds them too.
 * Each method opens a connection and closes it; nothing is kept between calls. Throws CliError as `withSecretService`
 * does.
 */
export function openSecretServiceKeyring(service: string, options: SecretServiceOptions): KeyStore {
  const named = (item: string): Attributes => ({ service, username: item });
  return {
    name: 'keyring',
    read: (item) => withSecretService(options, (secrets) => readItem(secrets, named(item))),
    write: (item, value) => withSecretService(options, (secrets) => writeItem(secrets, named(item), value)),
    remove: (item) => withSecretService(options, (secrets) => removeItem(secrets, named(item))),
    rename: (from, to) =>
      withSecretService(options, (secrets) => renameItem(secrets, named(from), named(to))),
    list: () => withSecretService(options, (secrets) => listItems(secrets, { service })),
  };
}

/** Whether a Secret Service has a default collection, locked or not, or can create one. */
export function secretServiceAnswers(options: SecretServiceOptions): Promise<boolean> {
  return withSecretService(
    options,
    async (secrets) => (await secrets.defaultCollection()) !== undefined || secrets.canPrompt,
  );
}

async function readItem(secrets: SecretService, attributes: Attributes): Promise<string | undefined> {
  const [items] = await Promise.all([findForReading(secrets, attributes), secrets.openSession()]);
  for (const item of items) {
    const value = await secrets.secret(item);
    // An empty item is one whose removal was interrupted.
    if (value !== '') return value;
  }
  return undefined;
}

async function writeItem(secrets: SecretService, attributes: Attributes, value: string): Promise<void> {
  const [existing] = await Promise.all([secrets.defaultCollection(), secrets.openSession()]);
  if (existing === undefined && !secrets.canPrompt) throw secrets.noCollection();
  const collection = existing ?? (await secrets.createDefaultCollection());
  if (await secrets.isLocked(collection)) await secrets.unlock([collection]);
  const stored = await secrets.store(collection, { label: labelOf(attributes), attributes, value });
  // A copy in another collection could be read instead of this one.
  for (const item of await findAll(secrets, attributes)) {
    if (item !== stored) await erase(secrets, item);
  }
}

async function removeItem(secrets: SecretService, attributes: Attributes): Promise<boolean> {
  const items = await findAll(secrets, attributes);
  for (const item of items) await erase(secrets, item);
  return items.length > 0;
}

/**
 * Gives an item another name and replaces the item that had it. The secret of the renamed item is deleted nowhere,
 * because KeePassXC keeps deleted items. An interruption leaves two items with the new name; reading returns the one
 * that was changed last.
 */
async function renameItem(secrets: SecretService, from: Attributes, to: Attributes): Promise<void> {
  const [item] = await findAll(secrets, from);
  if (item === undefined) return;
  const former = await findAll(secrets, to);
  await secrets.setAttributes(item, to);
  for (const one of former) await erase(secrets, one);
  // Set after the other item is gone: KWallet has one entry for each label.
  await orRefused(secrets.setLabel(item, labelOf(to)));
}

async function listItems(secrets: SecretService, attributes: Attributes): Promise<readonly string[]> {
  const items = await findAll(secrets, attributes);
  const found = await Promise.all(items.map((item) => secrets.attributes(item)));
  const names = found.map(({ username }) => username).filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

/** The items to read: those of the default collection if it has any, else all; the one changed last comes first. */
async function findForReading(secrets: SecretService, attributes: Attributes): Promise<readonly string[]> {
  const [found, collection] = await Promise.all([secrets.search(attributes), secrets.defaultCollection()]);
  if (found.unlocked.length === 0) return latestFirst(secrets, await findAll(secrets, attributes));
  const preferred = found.unlocked.filter((item) => item.startsWith(`${collection}/`));
  return latestFirst(secrets, preferred.length > 0 ? preferred : found.unlocked);
}

async function latestFirst(secrets: SecretService, items: readonly string[]): Promise<readonly string[]> {
  if (items.length < 2) return items;
  const timed = await Promise.all(
    items.map(async (item) => ({ item, time: await secrets.modifiedAt(item) })),
  );
  return timed.toSorted((a, b) => Number(b.time - a.time)).map(({ item }) => item);
}

/**
 * Every item with these attributes, unlocked. The default collection is unlocked first, because a locked one may hide
 * its items. Without a default collection there are no items, unless the index knows of some: then the collection is
 * closed. Throws CliError `keystore` with code `locked`, `denied` or `absent`.
 */
async function findAll(secrets: SecretService, attributes: Attributes): Promise<readonly string[]> {
  const collection = await secrets.defaultCollection();
  if (collection !== undefined && (await secrets.isLocked(collection))) await secrets.unlock([collection]);
  const found = await secrets.search(attributes);
  if (found.locked.length > 0) await secrets.unlock(found.locked);
  const items = [...found.unlocked, ...found.locked];
  if (items.length === 0 && collection === undefined && secrets.holdsItems) throw secrets.noCollection();
  return items;
}

/** Overwrites the secret, then deletes the item: a keyring that keeps deleted items then keeps an empty one. */
async function erase(secrets: SecretService, item: string): Promise<void> {
  await orRefused(secrets.setSecret(item, ''));
  await secrets.delete(item);
}

/** Awaits `work`, which is useful but not required, and ignores a refusal by the keyring. */
async function orRefused(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof DbusError) || error.reason !== 'reply') throw error;
  }
}

function labelOf(attributes: Attributes): string {
  return `${attributes['service']} ${attributes['username']}`;
}

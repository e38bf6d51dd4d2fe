import type { CliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/environment.ts';
import { DbusConnection, DbusError } from './dbus/connection.ts';
import { sessionBusPaths, userBusPath } from './dbus/session-bus.ts';
import { asBytes, asList, asText, Variant } from './dbus/values.ts';
import type { Attendant } from './keyring-dialog.ts';
import { keyringProgram } from './keyring-program.ts';
import type { KeyringProgram } from './keyring-program.ts';
import {
  busError,
  dismissedError,
  lockedError,
  noCollectionError,
  unansweredError,
} from './secret-service-errors.ts';
import type { Reach } from './secret-service-errors.ts';

export interface SecretServiceOptions {
  readonly environment: Environment;
  /** The user to authenticate as on the bus. */
  readonly uid: number;
  /** The time limit for everything that does not wait for the user, in milliseconds. */
  readonly limit: number;
  /** The keyring is known to contain items of ccvault: a missing collection is then an error. */
  readonly holdsItems: boolean;
  /** Called when the keyring shows a dialog. */
  attendant(): Promise<Attendant>;
}

/** The attributes of an item or of a search. */
export type Attributes = Readonly<Record<string, string>>;

interface FoundItems {
  readonly unlocked: readonly string[];
  readonly locked: readonly string[];
}

const SERVICE = 'org.freedesktop.secrets';
const SERVICE_PATH = '/org/freedesktop/secrets';
// The path that means no object: no prompt needed, or no collection.
const NOTHING = '/';
const API = 'org.freedesktop.Secret';
const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

/**
 * Runs `work` with one connection to the Secret Service of the user's session, then closes it. Source: Secret Service
 * API draft 0.2 (freedesktop.org). Throws CliError `keystore` with code `absent`, `locked`, `denied` or `timeout`,
 * and `interrupted` on Ctrl-C during a dialog.
 *
 * Secrets cross the session bus in the `plain` form. Only this user can listen there, who can also ask the service
 * for the secret; and the only other form in the API (1024-bit Diffie-Hellman) takes several times as long as
 * everything else together.
 */
export async function withSecretService<T>(
  options: SecretServiceOptions,
  work: (service: SecretService) => Promise<T>,
): Promise<T> {
  const userBus = userBusPath(options.uid);
  const paths = sessionBusPaths(options.environment, userBus);
  const reach: Reach = { ...options, otherBus: paths.includes(userBus ?? '') ? undefined : userBus };
  let bus: DbusConnection | undefined;
  try {
    bus = await openFirst(paths, options);
    return await work(new SecretService(bus, options, reach));
  } catch (error) {
    if (error instanceof DbusError) throw busError(error, reach);
    // A reply without the types that the API specifies.
    if (error instanceof TypeError) throw busError(new DbusError('reply', error.message), reach);
    throw error;
  } finally {
    bus?.close();
  }
}

async function openFirst(
  paths: readonly string[],
  { uid, limit }: SecretServiceOptions,
): Promise<DbusConnection> {
  let failure = new DbusError('no-bus', 'there is no session bus');
  for (const path of paths) {
    try {
      return await DbusConnection.open(path, uid, limit);
    } catch (error) {
      if (!(error instanceof DbusError) || error.reason !== 'no-bus') throw error;
      failure = error;
    }
  }
  throw failure;
}

/** The methods of the Secret Service. Concurrent calls are sent together. */
export class SecretService {
  readonly #bus: DbusConnection;
  readonly #options: SecretServiceOptions;
  readonly #reach: Reach;
  #session: Promise<string> | undefined;

  constructor(bus: DbusConnection, options: SecretServiceOptions, reach: Reach) {
    this.#bus = bus;
    this.#options = options;
    this.#reach = reach;
  }

  /** The object path of the session for transferring secrets; opened once. */
  openSession(): Promise<string> {
    this.#session ??= this.#openSession();
    return this.#session;
  }

  async #openSession(): Promise<string> {
    const body = ['plain', new Variant('s', '')];
    const [, session] = await this.#call(SERVICE_PATH, `${API}.Service`, 'OpenSession', 'sv', body);
    return asText(session);
  }

  /** The object path of the collection for new items; undefined if it has not been created or opened. */
  async defaultCollection(): Promise<string | undefined> {
    const [path] = await this.#call(SERVICE_PATH, `${API}.Service`, 'ReadAlias', 's', ['default']);
    return path === NOTHING ? undefined : asText(path);
  }

  /** The object paths of the items with at least these attributes. A locked collection may hide its items. */
  async search(attributes: Attributes): Promise<FoundItems> {
    const body = [Object.entries(attributes)];
    const [unlocked, locked] = await this.#call(SERVICE_PATH, `${API}.Service`, 'SearchItems', 'a{ss}', body);
    return { unlocked: asList(unlocked).map(asText), locked: asList(locked).map(asText) };
  }

  async isLocked(collection: string): Promise<boolean> {
    return (await this.#property(collection, `${API}.Collection`, 'Locked')) === true;
  }

  async attributes(item: string): Promise<Attributes> {
    const pairs = await this.#property(item, `${API}.Item`, 'Attributes');
    return Object.fromEntries(asList(pairs).map((pair) => asList(pair).map(asText)));
  }

  /** When an item was last changed, in seconds since the epoch. */
  async modifiedAt(item: string): Promise<bigint> {
    const seconds = await this.#property(item, `${API}.Item`, 'Modified');
    return typeof seconds === 'bigint' ? seconds : 0n;
  }

  /**
   * Unlocks collections or items, with the keyring's own dialog if one is needed. Throws CliError `keystore` with
   * code `locked` if no dialog can be shown, `denied` if it is dismissed, and `timeout` if it is not answered.
   */
  async unlock(objects: readonly string[]): Promise<void> {
    const [, prompt] = await this.#call(SERVICE_PATH, `${API}.Service`, 'Unlock', 'ao', [objects]);
    await this.#answered(undefined, prompt);
  }

  /** The secret of an unlocked item. */
  async secret(item: string): Promise<string> {
    const [secret] = await this.#call(item, `${API}.Item`, 'GetSecret', 'o', [await this.openSession()]);
    return new TextDecoder().decode(asBytes(asList(secret)[2]));
  }

  /** Creates an item, or replaces the one with the same attributes in this collection. Returns its object path. */
  async store(
    collection: string,
    item: { readonly label: string; readonly attributes: Attributes; readonly value: string },
  ): Promise<string> {
    const properties = [
      [`${API}.Item.Label`, new Variant('s', item.label)],
      [`${API}.Item.Attributes`, new Variant('a{ss}', Object.entries(item.attributes))],
    ];
    const secret = await this.#encodeSecret(item.value);
    const [created, prompt] = await this.#call(
      collection,
      `${API}.Collection`,
      'CreateItem',
      'a{sv}(oayays)b',
      [properties, secret, true],
    );
    return asText(await this.#answered(created, prompt));
  }

  /** Replaces the attributes of an unlocked item. */
  async setAttributes(item: string, attributes: Attributes): Promise<void> {
    await this.#setProperty(item, 'Attributes', new Variant('a{ss}', Object.entries(attributes)));
  }

  async setLabel(item: string, label: string): Promise<void> {
    await this.#setProperty(item, 'Label', new Variant('s', label));
  }

  /** Replaces the secret of an unlocked item. */
  async setSecret(item: string, value: string): Promise<void> {
    const body = [await this.#encodeSecret(value)];
    await this.#call(item, `${API}.Item`, 'SetSecret', '(oayays)', body);
  }

  async delete(item: string): Promise<void> {
    const [prompt] = await this.#call(item, `${API}.Item`, 'Delete');
    await this.#answered(undefined, prompt);
  }

  /** Creates the default collection; the service asks the user for a password. Returns its object path. */
  async createDefaultCollection(): Promise<string> {
    const properties = [[`${API}.Collection.Label`, new Variant('s', 'Default keyring')]];
    const body = [properties, 'default'];
    const [created, prompt] = await this.#call(
      SERVICE_PATH,
      `${API}.Service`,
      'CreateCollection',
      'a{sv}s',
      body,
    );
    return asText(await this.#answered(created, prompt));
  }

  /** Whether the service can show the user a dialog: whether a display is set. */
  get canPrompt(): boolean {
    const { DISPLAY: x11, WAYLAND_DISPLAY: wayland } = this.#options.environment;
    return (x11 ?? '') !== '' || (wayland ?? '') !== '';
  }

  /** Whether the keyring is known to contain items of ccvault. */
  get holdsItems(): boolean {
    return this.#options.holdsItems;
  }

  noCollection(): CliError {
    return noCollectionError(this.#reach);
  }

  /** The result of a method, after the user has answered the dialog if the service requires one. */
  async #answered(result: unknown, prompt: unknown): Promise<unknown> {
    if (typeof prompt !== 'string' || prompt === NOTHING) return result;
    if (!this.canPrompt) throw lockedError(await keyringProgram(this.#bus, SERVICE), this.canPrompt);
    const attendant = await this.#options.attendant();
    let program: KeyringProgram | undefined;
    try {
      const answer = this.#prompt(prompt, attendant, (found) => (program = found));
      const [dismissed, value] = await attendant.attend(answer, () => program ?? 'the system keyring');
      this.#bus.setLimit(this.#options.limit);
      if (dismissed === true) throw dismissedError();
      return value;
    } catch (error) {
      if (!(error instanceof DbusError) || error.reason !== 'timeout') throw error;
      throw unansweredError(program, attendant.limit ?? 0);
    }
  }

  /**
   * Shows a dialog and waits for its outcome: whether it was dismissed, and the result. `tell` receives the program.
   */
  async #prompt(
    prompt: string,
    attendant: Attendant,
    tell: (program: KeyringProgram | undefined) => void,
  ): Promise<readonly unknown[]> {
    const rule = `type='signal',interface='${API}.Prompt',path='${prompt}'`;
    this.#bus.setLimit(attendant.limit);
    const [answer] = await Promise.all([
      this.#bus.signal(prompt, 'Completed'),
      // Requested before the dialog opens: some services do not respond while it is open.
      keyringProgram(this.#bus, SERVICE).then(tell),
      this.#bus.call({ ...BUS, member: 'AddMatch', signature: 's', body: [rule] }),
      this.#call(prompt, `${API}.Prompt`, 'Prompt', 's', ['']),
    ]);
    return answer;
  }

  async #encodeSecret(value: string): Promise<unknown> {
    return [await this.openSession(), new Uint8Array(0), new TextEncoder().encode(value), 'text/plain'];
  }

  async #setProperty(item: string, name: string, value: Variant): Promise<void> {
    const body = [`${API}.Item`, name, value];
    await this.#call(item, 'org.freedesktop.DBus.Properties', 'Set', 'ssv', body);
  }

  async #property(path: string, owner: string, name: string): Promise<unknown> {
    const [value] = await this.#call(path, 'org.freedesktop.DBus.Properties', 'Get', 'ss', [owner, name]);
    return value;
  }

  async #call(
    path: string,
    owner: string,
    member: string,
    signature = '',
    body: readonly unknown[] = [],
  ): Promise<readonly unknown[]> {
    try {
      return await this.#bus.call({ destination: SERVICE, path, interface: owner, member, signature, body });
    } catch (error) {
      if (!(error instanceof DbusError) || error.errorName !== `${API}.Error.IsLocked`) throw error;
      throw lockedError(await keyringProgram(this.#bus, SERVICE), this.canPrompt);
    }
  }
}

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
  /** The user to be on the bus. */
  readonly uid: number;
  /** Time limit for everything that needs no user, in milliseconds. */
  readonly limit: number;
  /** Items of ours are there: finding no place for items is a failure to reach them. */
  readonly holdsItems: boolean;
  /** Made when the keyring shows a dialog. */
  attendant(): Promise<Attendant>;
}

/** Attributes an item has, or is searched by. */
export type Attributes = Readonly<Record<string, string>>;

interface FoundItems {
  readonly unlocked: readonly string[];
  readonly locked: readonly string[];
}

const SERVICE = 'org.freedesktop.secrets';
const SERVICE_PATH = '/org/freedesktop/secrets';
// Stands for no object: no prompt needed, no collection.
const NOTHING = '/';
const API = 'org.freedesktop.Secret';
const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

/**
 * Runs `work` over one connection to the Secret Service of the user's session and closes it. Source:
 * Secret Service API draft 0.2 (freedesktop.org). Throws CliError `keystore` with code `absent`, `locked`,
 * `denied` or `timeout`.
 *
 * Secrets cross the session bus in the `plain` form: only this user can listen there, who can ask the
 * service for the secret itself, and the only other form the API knows (1024-bit Diffie-Hellman) takes several
 * times as long as everything else together.
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
    // What does not have the shape that the API promises.
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

/** The conversation with the Secret Service; calls made together go out together. */
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

  /** The session for passing secrets, as an object path; opened once. */
  openSession(): Promise<string> {
    this.#session ??= this.#openSession();
    return this.#session;
  }

  async #openSession(): Promise<string> {
    const body = ['plain', new Variant('s', '')];
    const [, session] = await this.#call(SERVICE_PATH, `${API}.Service`, 'OpenSession', 'sv', body);
    return asText(session);
  }

  /** The collection that new items go to, or undefined where none has been made or opened yet. */
  async defaultCollection(): Promise<string | undefined> {
    const [path] = await this.#call(SERVICE_PATH, `${API}.Service`, 'ReadAlias', 's', ['default']);
    return path === NOTHING ? undefined : asText(path);
  }

  /** Items with at least these attributes. A locked collection may keep its items to itself. */
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
   * Unlocks collections or items, with the keyring's own dialog where one is needed. Throws CliError `locked`
   * where no dialog can be shown and `denied` when it was dismissed.
   */
  async unlock(objects: readonly string[]): Promise<void> {
    const [, prompt] = await this.#call(SERVICE_PATH, `${API}.Service`, 'Unlock', 'ao', [objects]);
    await this.#answered(undefined, prompt);
  }

  async secret(item: string): Promise<string> {
    const [secret] = await this.#call(item, `${API}.Item`, 'GetSecret', 'o', [await this.openSession()]);
    return new TextDecoder().decode(asBytes(asList(secret)[2]));
  }

  /** Makes an item or replaces the one in this collection with the same attributes. Gives the item's path. */
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

  /** Gives an unlocked item other attributes. */
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

  /** Makes the default collection; the service asks the person for its password. */
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

  /** Whether the service could show the person a dialog. */
  get canPrompt(): boolean {
    const { DISPLAY: x11, WAYLAND_DISPLAY: wayland } = this.#options.environment;
    return (x11 ?? '') !== '' || (wayland ?? '') !== '';
  }

  /** Items of ours are known to be here. */
  get holdsItems(): boolean {
    return this.#options.holdsItems;
  }

  noCollection(): CliError {
    return noCollectionError(this.#reach);
  }

  /** What a method gave, once the person has answered the dialog that the service wants to show first. */
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

  /** Shows a dialog and waits for what came of it: whether it was dismissed, and the result. */
  async #prompt(
    prompt: string,
    attendant: Attendant,
    tell: (program: KeyringProgram | undefined) => void,
  ): Promise<readonly unknown[]> {
    const rule = `type='signal',interface='${API}.Prompt',path='${prompt}'`;
    this.#bus.setLimit(attendant.limit);
    const [answer] = await Promise.all([
      this.#bus.signal(prompt, 'Completed'),
      // Asked before the dialog opens: some services answer nothing while one is open.
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

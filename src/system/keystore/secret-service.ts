import { CliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/system.ts';
import { DbusConnection, DbusError, parseBusAddress } from './dbus/connection.ts';
import { asBytes, asList, asText, Variant } from './dbus/values.ts';

export interface SecretServiceOptions {
  readonly environment: Environment;
  /** The user to be on the bus. */
  readonly uid: number;
  /** Milliseconds for everything that no person takes part in. */
  readonly limit: number;
  /** Milliseconds a person has to answer the keyring's dialog. */
  readonly promptLimit: number;
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
const FILE_HINT = 'use the file backend: ccvault --backend file ...';

/**
 * Runs `work` over one connection to the Secret Service of the user's session and closes it. Source:
 * Secret Service API draft 0.2 (freedesktop.org). Throws CliError `keystore` with code `absent`, `locked`,
 * `denied` or `timeout`.
 *
 * Secrets cross the session bus in the `plain` form: whoever may listen there is this user, who can ask the
 * service for the secret itself, and the only other form the API knows (1024-bit Diffie-Hellman) takes several
 * times as long as everything else together.
 */
export async function withSecretService<T>(
  options: SecretServiceOptions,
  work: (service: SecretService) => Promise<T>,
): Promise<T> {
  let bus: DbusConnection | undefined;
  try {
    bus = await openSessionBus(options);
    return await work(new SecretService(bus, options));
  } catch (error) {
    if (error instanceof DbusError) throw keyringError(error, options);
    // What does not have the shape that the API promises.
    if (error instanceof TypeError) throw keyringError(new DbusError('reply', error.message), options);
    throw error;
  } finally {
    bus?.close();
  }
}

async function openSessionBus(options: SecretServiceOptions): Promise<DbusConnection> {
  const { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtimeDirectory } = options.environment;
  const paths =
    address !== undefined && address !== ''
      ? parseBusAddress(address)
      : runtimeDirectory !== undefined && runtimeDirectory !== ''
        ? [`${runtimeDirectory}/bus`]
        : [];
  let failure = new DbusError('no-bus', 'there is no session bus');
  for (const path of paths) {
    try {
      return await DbusConnection.open(path, options.uid, options.limit);
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

  constructor(bus: DbusConnection, options: SecretServiceOptions) {
    this.#bus = bus;
    this.#options = options;
  }

  /** A session for passing secrets, as an object path. */
  async openSession(): Promise<string> {
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

  /**
   * Unlocks collections or items, with the keyring's own dialog where one is needed. Throws CliError `locked`
   * where no dialog can be shown and `denied` when it was dismissed.
   */
  async unlock(objects: readonly string[]): Promise<void> {
    const [, prompt] = await this.#call(SERVICE_PATH, `${API}.Service`, 'Unlock', 'ao', [objects]);
    await this.#answered(undefined, prompt);
  }

  async secret(item: string, session: string): Promise<string> {
    const [secret] = await this.#call(item, `${API}.Item`, 'GetSecret', 'o', [session]);
    return new TextDecoder().decode(asBytes(asList(secret)[2]));
  }

  /** Makes an item or replaces the one in this collection with the same attributes. Gives the item's path. */
  async store(
    collection: string,
    session: string,
    item: { readonly label: string; readonly attributes: Attributes; readonly value: string },
  ): Promise<string> {
    const properties = [
      [`${API}.Item.Label`, new Variant('s', item.label)],
      [`${API}.Item.Attributes`, new Variant('a{ss}', Object.entries(item.attributes))],
    ];
    const secret = [session, new Uint8Array(0), new TextEncoder().encode(item.value), 'text/plain'];
    const [created, prompt] = await this.#call(
      collection,
      `${API}.Collection`,
      'CreateItem',
      'a{sv}(oayays)b',
      [properties, secret, true],
    );
    return asText(await this.#answered(created, prompt));
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

  /** What a method gave, once the person has answered the dialog that the service wants to show first. */
  async #answered(result: unknown, prompt: unknown): Promise<unknown> {
    if (typeof prompt !== 'string' || prompt === NOTHING) return result;
    if (!this.canPrompt) throw lockedError();
    const rule = `type='signal',interface='${API}.Prompt',path='${prompt}'`;
    this.#bus.setLimit(this.#options.promptLimit);
    const [[dismissed, answer]] = await Promise.all([
      this.#bus.signal(prompt, 'Completed'),
      this.#bus.call({ ...BUS, member: 'AddMatch', signature: 's', body: [rule] }),
      this.#call(prompt, `${API}.Prompt`, 'Prompt', 's', ['']),
    ]);
    this.#bus.setLimit(this.#options.limit);
    if (dismissed === true) throw deniedError();
    return answer;
  }

  async #property(path: string, owner: string, name: string): Promise<unknown> {
    const [value] = await this.#call(path, 'org.freedesktop.DBus.Properties', 'Get', 'ss', [owner, name]);
    return value;
  }

  #call(
    path: string,
    owner: string,
    member: string,
    signature = '',
    body: readonly unknown[] = [],
  ): Promise<readonly unknown[]> {
    return this.#bus.call({ destination: SERVICE, path, interface: owner, member, signature, body });
  }
}

/** No dialog can be shown, so the person has to unlock it elsewhere. */
function lockedError(): CliError {
  return new CliError(
    'keystore',
    'the system keyring is locked, and there is no display to ask for its password',
    {
      code: 'locked',
      hints: [
        'unlock it in your desktop session, or run this and type its password: gnome-keyring-daemon --replace --unlock',
      ],
    },
  );
}

function deniedError(): CliError {
  return new CliError('keystore', 'the system keyring stayed locked: its dialog was dismissed', {
    code: 'denied',
    hints: ['run the command again and answer the dialog'],
  });
}

/** There is a service, and nothing in it to keep items in. */
export function noCollectionError(): CliError {
  return new CliError(
    'keystore',
    'no system keyring answers (the Secret Service has no default collection)',
    {
      code: 'absent',
      hints: [`open a keyring in your password manager, or ${FILE_HINT}`],
    },
  );
}

function keyringError(error: DbusError, options: SecretServiceOptions): CliError {
  const seconds = Math.round(options.limit / 1000);
  switch (error.reason) {
    case 'no-bus':
      return failed('absent', 'no system keyring answers (no session bus)', FILE_HINT, error);
    case 'lost':
      return failed('absent', `no system keyring answers (${error.message})`, 'run the command again', error);
    case 'refused':
      return failed(
        'denied',
        'the session bus refused this user',
        'run ccvault as the user whose session it is, without sudo',
        error,
      );
    case 'timeout':
      return timeoutError(seconds, error);
    default:
      return replyError(error, seconds);
  }
}

function replyError(error: DbusError, seconds: number): CliError {
  const name = error.errorName ?? '';
  if (name === 'org.freedesktop.Secret.Error.IsLocked') return lockedError();
  if (/\.(NoReply|Timeout|TimedOut)$/.test(name)) return timeoutError(seconds, error);
  if (/\.(ServiceUnknown|NameHasNoOwner)$|\.Spawn\./.test(name)) {
    const message = 'no system keyring answers (no Secret Service on the session bus)';
    return failed('absent', message, FILE_HINT, error);
  }
  const hint = 'look at what the keyring says: journalctl --user -e';
  return failed('denied', `the system keyring refused: ${error.message || name}`, hint, error);
}

function timeoutError(seconds: number, cause: DbusError): CliError {
  const message = `no answer from the system keyring within ${seconds} s`;
  return failed('timeout', message, 'log out and in again, or restart your keyring service', cause);
}

function failed(code: string, message: string, hint: string, cause: DbusError): CliError {
  return new CliError('keystore', message, { code, hints: [hint], cause });
}

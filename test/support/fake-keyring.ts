import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeMessage } from '../../src/system/keystore/dbus/message.ts';
import type { Message } from '../../src/system/keystore/dbus/message.ts';
import { asBytes, asList, asText, ValueWriter, Variant } from '../../src/system/keystore/dbus/values.ts';

const METHOD_RETURN = 2;
const ERROR = 3;
const SIGNAL = 4;
const SERVICE = '/org/freedesktop/secrets';
const COLLECTION = `${SERVICE}/collection/login`;

export interface FakeKeyringSetup {
  /** Items by name, as ccvault has them. */
  readonly items?: Readonly<Record<string, string>>;
  readonly locked?: boolean;
  /** False for a keyring in which nobody has made or opened a collection. */
  readonly collection?: boolean;
  /** What the person does with a dialog: the milliseconds until the answer, or `never`. */
  readonly person?: number | 'never';
  readonly dismisses?: boolean;
  /** The process that the bus names as the owner of the service. */
  readonly pid?: number;
  /** Methods, and properties to set, that the service does not allow. */
  readonly refuses?: readonly string[];
  /** The D-Bus error of what is refused. */
  readonly refusal?: string;
}

interface FakeItem {
  attributes: Readonly<Record<string, string>>;
  secret: string;
  /** What its secret was before, as KeePassXC keeps it. */
  readonly history: string[];
  modified: number;
}

interface FakeKeyring {
  readonly address: string;
  readonly items: Map<string, FakeItem>;
  /** What was deleted, as it was then: KeePassXC's recycle bin. */
  readonly bin: readonly FakeItem[];
  /** The members called, in order. */
  readonly calls: readonly string[];
  close(): void;
}

type Reply = readonly [signature: string, values: readonly unknown[]];

/**
 * A bus with a Secret Service behind it that does what the keyrings of desktops do and none of them does without a
 * display: shows dialogs that a person answers, keeps what is deleted. Sends its bytes a few at a time.
 */
export async function startFakeKeyring(path: string, setup: FakeKeyringSetup = {}): Promise<FakeKeyring> {
  const service = new FakeService(setup);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    void converse(socket, service, setup);
  }).listen(path);
  await once(server, 'listening');
  return {
    address: `unix:path=${path}`,
    items: service.items,
    bin: service.bin,
    calls: service.calls,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

class FakeService {
  readonly items = new Map<string, FakeItem>();
  readonly bin: FakeItem[] = [];
  readonly calls: string[] = [];
  readonly #setup: FakeKeyringSetup;
  #locked: boolean;
  #collection: boolean;
  #count = 0;
  /** What a dialog that is open leads to. */
  #afterDialog: () => Variant = () => new Variant('s', '');

  constructor(setup: FakeKeyringSetup) {
    this.#setup = setup;
    this.#locked = setup.locked ?? false;
    this.#collection = setup.collection ?? true;
    for (const [name, secret] of Object.entries(setup.items ?? {})) {
      this.#make({ service: 'ccvault', username: name }, secret);
    }
  }

  /** Undefined for what the service refuses. */
  reply(message: Message): Reply | undefined {
    const { member, path, body } = message;
    const property = member === 'Set' ? asText(body[1]) : '';
    this.calls.push(`${member}${property}`);
    if (this.#setup.refuses?.some((name) => name === member || name === property)) return undefined;
    const item = this.items.get(path);
    switch (member) {
      case 'Hello':
        return ['s', [':1.1']];
      case 'GetConnectionUnixProcessID':
        return this.#setup.pid === undefined ? undefined : ['u', [this.#setup.pid]];
      case 'OpenSession':
        return ['vo', [new Variant('s', ''), '/session/1']];
      case 'ReadAlias':
        return ['o', [this.#collection ? COLLECTION : '/']];
      case 'Get':
        return this.#get(asText(body[1]), item);
      case 'SearchItems': {
        const found = this.#search(asList(body[0]));
        return ['aoao', this.#locked ? [[], found] : [found, []]];
      }
      case 'Unlock':
        if (!this.#locked) return ['aoo', [asList(body[0]), '/']];
        return ['aoo', [[], this.#dialog(() => this.#unlock())]];
      case 'CreateCollection':
        return ['oo', ['/', this.#dialog(() => this.#makeCollection())]];
      case 'CreateItem':
        return ['oo', [this.#createItem(body), '/']];
      case 'Set':
        if (property === 'Attributes' && item !== undefined) item.attributes = toRecord(asList(body[2]));
        if (item !== undefined) item.modified = ++this.#count;
        return ['', []];
      case 'GetSecret':
        return [
          '(oayays)',
          [['/session/1', new Uint8Array(0), Buffer.from(item?.secret ?? ''), 'text/plain']],
        ];
      case 'SetSecret':
        if (item !== undefined) this.#overwrite(item, textOf(body[0]));
        return ['', []];
      case 'Delete':
        if (item !== undefined) this.bin.push(item);
        this.items.delete(path);
        return ['o', ['/']];
      default:
        return ['', []];
    }
  }

  answerDialog(): Variant {
    return this.#afterDialog();
  }

  #dialog(after: () => Variant): string {
    this.#afterDialog = after;
    return `${SERVICE}/prompt/p1`;
  }

  #unlock(): Variant {
    this.#locked = false;
    return new Variant('ao', [COLLECTION]);
  }

  #makeCollection(): Variant {
    this.#collection = true;
    return new Variant('o', COLLECTION);
  }

  #get(name: string, item: FakeItem | undefined): Reply {
    if (name === 'Attributes') return ['v', [new Variant('a{ss}', Object.entries(item?.attributes ?? {}))]];
    if (name === 'Modified') return ['modified', [item?.modified ?? 0]];
    return ['v', [new Variant('b', this.#locked)]];
  }

  #search(pairs: readonly unknown[]): readonly string[] {
    const wanted = Object.entries(toRecord(pairs));
    const matches = ({ attributes }: FakeItem): boolean =>
      wanted.every(([key, value]) => attributes[key] === value);
    return [...this.items].filter(([, item]) => matches(item)).map(([path]) => path);
  }

  #createItem([properties, secret]: readonly unknown[]): string {
    const pairs = Object.fromEntries(asList(properties).map(asList) as [string, unknown][]);
    const attributes = asList(pairs['org.freedesktop.Secret.Item.Attributes']);
    const [existing] = this.#search(attributes);
    if (existing === undefined) return this.#make(toRecord(attributes), textOf(secret));
    const item = this.items.get(existing);
    if (item !== undefined) this.#overwrite(item, textOf(secret));
    return existing;
  }

  #make(attributes: FakeItem['attributes'], secret: string): string {
    const path = `${COLLECTION}/${++this.#count}`;
    this.items.set(path, { attributes, secret, history: [], modified: this.#count });
    return path;
  }

  #overwrite(item: FakeItem, secret: string): void {
    item.history.push(item.secret);
    item.secret = secret;
    item.modified = ++this.#count;
  }
}

function toRecord(pairs: readonly unknown[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => asList(pair).map(asText)));
}

/** The value of a secret, as the API passes it. */
function textOf(secret: unknown): string {
  return Buffer.from(asBytes(asList(secret)[2])).toString();
}

async function converse(socket: Socket, service: FakeService, setup: FakeKeyringSetup): Promise<void> {
  let received: Uint8Array = new Uint8Array(0);
  let begun = false;
  let serial = 0;

  async function send(type: number, fields: readonly unknown[], [signature, values]: Reply): Promise<void> {
    const body = new ValueWriter();
    // A time is a 64-bit number, which ccvault reads and never writes.
    const isTime = signature === 'modified';
    const wire = isTime ? 'v' : signature;
    if (isTime) body.bytes(Buffer.from([1, 0x74, 0, 0, 0, 0, 0, 0, Number(values[0]), 0, 0, 0, 0, 0, 0, 0]));
    else body.struct(wire, values);
    const all = wire === '' ? fields : [...fields, [8, new Variant('g', wire)]];
    const message = new ValueWriter();
    message.struct('yyyyuua(yv)', [0x6c, type, 0, 1, body.length, ++serial, all]);
    message.align(8);
    message.bytes(body.finish());
    for (let at = 0; at < message.length; at += 30) {
      socket.write(message.finish().slice(at, at + 30));
      await delay(1);
    }
  }

  async function answer(message: Message): Promise<void> {
    const fields = [[5, new Variant('u', message.serial)]];
    const reply = service.reply(message);
    if (reply === undefined) {
      const name = setup.refusal ?? 'org.freedesktop.DBus.Error.NotSupported';
      return send(ERROR, [...fields, [4, new Variant('s', name)]], ['s', ['not here']]);
    }
    await send(METHOD_RETURN, fields, reply);
    if (message.member !== 'Prompt' || setup.person === 'never') return undefined;
    await delay(setup.person ?? 0);
    const signal = [
      [1, new Variant('o', message.path)],
      [2, new Variant('s', 'org.freedesktop.Secret.Prompt')],
      [3, new Variant('s', 'Completed')],
    ];
    const result = setup.dismisses ? new Variant('s', '') : service.answerDialog();
    return send(SIGNAL, signal, ['bv', [setup.dismisses ?? false, result]]);
  }

  try {
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk]);
      if (!begun) {
        const end = Buffer.from(received).indexOf('BEGIN\r\n');
        if (end === -1) continue;
        begun = true;
        received = received.subarray(end + 'BEGIN\r\n'.length);
        socket.write('OK 0123456789abcdef\r\n');
      }
      for (let next = decodeMessage(received); next !== undefined; next = decodeMessage(received)) {
        received = received.subarray(next.size);
        await answer(next.message);
      }
    }
  } catch {
    // The program went away in the middle, as one does on Ctrl-C.
  }
}

import { decodeMessage, encodeCall, ERROR, METHOD_RETURN, SIGNAL } from './message.ts';
import type { Message, MethodCall } from './message.ts';
import { connectUnixSocket } from './socket.ts';
import type { UnixSocket } from './socket.ts';

type DbusFailure = 'no-bus' | 'refused' | 'timeout' | 'lost' | 'reply';

/** Why a call on the bus failed; `errorName` is the D-Bus error name if the reason is `reply`. */
export class DbusError extends Error {
  readonly reason: DbusFailure;
  readonly errorName: string | undefined;

  constructor(reason: DbusFailure, message: string, errorName?: string) {
    super(message);
    this.name = 'DbusError';
    this.reason = reason;
    this.errorName = errorName;
  }
}

interface PendingCall {
  resolve(body: readonly unknown[]): void;
  reject(error: DbusError): void;
}

// The serial of the connection itself among the pending calls; serials of calls begin at 1.
const CONNECTED = 0;

/**
 * A connection to a message bus as the user `uid`. All calls share one time limit, in milliseconds. When it ends,
 * every pending and every later call fails with `timeout`, and the socket is closed.
 */
export class DbusConnection {
  readonly #pending = new Map<number, PendingCall>();
  readonly #signals = new Map<string, PendingCall>();
  #socket: UnixSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #received = new Uint8Array(0);
  #authenticated = false;
  #serial = 0;
  #failure: DbusError | undefined;

  /** Connects to the unix socket at `path`. Throws DbusError `no-bus`, `refused` or `timeout`. */
  static async open(path: string, uid: number, limit: number): Promise<DbusConnection> {
    const connection = new DbusConnection(limit);
    const connected = connection.#expect(CONNECTED);
    const socket = connectUnixSocket(path, {
      connected: () => {
        connection.#start(uid);
        connection.#settle(CONNECTED)?.resolve([]);
      },
      data: (bytes) => {
        connection.#receive(bytes);
      },
      ended: (error) => {
        connection.#fail(connection.#endOf(error));
      },
    });
    await Promise.all([connection.#attach(socket), connected]);
    return connection;
  }

  private constructor(limit: number) {
    this.setLimit(limit);
  }

  /** Restarts the time limit with another value; undefined removes it, to wait for the user. */
  setLimit(milliseconds: number | undefined): void {
    clearTimeout(this.#timer);
    if (milliseconds === undefined) return;
    this.#timer = setTimeout(() => {
      this.#fail(new DbusError('timeout', 'the session bus did not respond'));
    }, milliseconds);
  }

  /**
   * Makes a call and returns the values of the reply. Concurrent calls are sent, and answered, in order. Throws
   * DbusError.
   */
  call(call: MethodCall): Promise<readonly unknown[]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#serial += 1;
    const bytes = encodeCall(this.#serial, call);
    const reply = this.#expect(this.#serial);
    this.#socket?.write(bytes);
    return reply;
  }

  /** The values of the next such signal; it only arrives if a match rule for it was added. */
  signal(path: string, member: string): Promise<readonly unknown[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    this.#signals.set(`${path} ${member}`, { resolve, reject });
    return promise;
  }

  /** Closes the socket; pending and later calls fail with `lost`. */
  close(): void {
    this.#fail(new DbusError('lost', 'the connection was closed'));
  }

  /**
   * Sends EXTERNAL authentication and Hello without waiting for the replies: the server processes them in order and
   * closes the connection if it refuses.
   */
  #start(uid: number): void {
    const identity = Buffer.from(String(uid)).toString('hex');
    this.#socket?.write(Buffer.from(`\0AUTH EXTERNAL ${identity}\r\nBEGIN\r\n`));
    const bus = 'org.freedesktop.DBus';
    // If it fails, every other call fails too.
    this.call({ destination: bus, path: '/org/freedesktop/DBus', interface: bus, member: 'Hello' }).catch(
      () => {},
    );
  }

  async #attach(socket: Promise<UnixSocket>): Promise<void> {
    this.#socket = await socket;
    if (this.#failure !== undefined) this.#socket.close();
  }

  #expect(serial: number): Promise<readonly unknown[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    this.#pending.set(serial, { resolve, reject });
    return promise;
  }

  #settle(serial: number): PendingCall | undefined {
    const pending = this.#pending.get(serial);
    this.#pending.delete(serial);
    return pending;
  }

  #receive(bytes: Uint8Array): void {
    // Copied, because the runtime may reuse its buffer.
    this.#received = joined(this.#received, bytes);
    try {
      if (!this.#authenticated && !this.#readAuthentication()) return;
      let decoded = decodeMessage(this.#received);
      while (decoded !== undefined) {
        this.#received = this.#received.subarray(decoded.size);
        this.#dispatch(decoded.message);
        decoded = decodeMessage(this.#received);
      }
    } catch (error) {
      this.#fail(
        error instanceof DbusError ? error : new DbusError('lost', 'the session bus sent an invalid message'),
      );
    }
  }

  #readAuthentication(): boolean {
    const end = this.#received.indexOf(0x0a);
    if (end === -1) {
      if (this.#received.length > 1024)
        throw new DbusError('lost', 'the session bus sent an invalid message');
      return false;
    }
    const line = Buffer.from(this.#received.subarray(0, end)).toString('latin1');
    if (!line.startsWith('OK ')) throw new DbusError('refused', 'the session bus refused us');
    this.#received = this.#received.subarray(end + 1);
    this.#authenticated = true;
    return true;
  }

  #dispatch(message: Message): void {
    if (message.type === SIGNAL) {
      this.#signals.get(`${message.path} ${message.member}`)?.resolve(message.body);
      return;
    }
    if (message.type !== METHOD_RETURN && message.type !== ERROR) return;
    const pending = this.#settle(message.replySerial);
    if (message.type === METHOD_RETURN) {
      pending?.resolve(message.body);
      return;
    }
    const text = typeof message.body[0] === 'string' ? message.body[0] : '';
    pending?.reject(new DbusError('reply', text, message.errorName));
  }

  #endOf(error: NodeJS.ErrnoException | undefined): DbusError {
    if (this.#authenticated) return new DbusError('lost', 'the session bus closed the connection');
    if (!this.#pending.has(CONNECTED)) return new DbusError('refused', 'the session bus refused us');
    switch (error?.code ?? '') {
      case 'EACCES':
      case 'EPERM':
        return new DbusError('refused', 'the session bus refused us');
      // The queue of connections is full: the bus does not respond.
      case 'EAGAIN':
        return new DbusError('timeout', 'the session bus did not respond');
      default:
        return new DbusError('no-bus', 'there is no session bus');
    }
  }

  #fail(error: DbusError): void {
    clearTimeout(this.#timer);
    this.#failure ??= error;
    for (const waiting of [...this.#pending.values(), ...this.#signals.values()]) waiting.reject(error);
    this.#pending.clear();
    this.#socket?.close();
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

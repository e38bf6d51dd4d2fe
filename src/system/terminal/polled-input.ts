import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { errorCode } from '../system-errors.ts';

const POLL_MS = 15;
const BUFFER_BYTES = 4096;

/**
 * The keys of a terminal, read without ever blocking. Bun's own tty.ReadStream reads in a thread that cannot be
 * called back: after the answer it stays behind and takes the first line of whatever runs next.
 */
export class PolledInput extends Readable {
  readonly isTTY = true;
  readonly #descriptor: number;
  readonly #modes: ReadStream;
  #timer: NodeJS.Timeout | undefined;

  /** `modes` is the same terminal, for its raw mode; it is destroyed together with this. */
  constructor(device: string, modes: ReadStream) {
    super();
    // An opening of its own: the flag is shared by whoever inherited the same one.
    this.#descriptor = openSync(device, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#modes = modes;
  }

  get isRaw(): boolean {
    return this.#modes.isRaw;
  }

  setRawMode(raw: boolean): this {
    this.#modes.setRawMode(raw);
    return this;
  }

  override _read(): void {
    const buffer = Buffer.alloc(BUFFER_BYTES);
    try {
      const length = readSync(this.#descriptor, buffer);
      this.push(length === 0 ? null : buffer.subarray(0, length));
    } catch (error) {
      if (errorCode(error) === 'EAGAIN') this.#timer = setTimeout(() => this._read(), POLL_MS);
      else this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    closeSync(this.#descriptor);
    this.#modes.destroy();
    done(error);
  }
}

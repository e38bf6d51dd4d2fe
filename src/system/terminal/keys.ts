import { StringDecoder } from 'node:string_decoder';
import { CliError } from '../../core/errors.ts';
import type { Conversation } from './conversation.ts';

/** A key: the character that it types, or the sequence that it sends after Escape, empty for Escape alone. */
export type Key =
  | { readonly text: string; readonly sequence?: undefined }
  | { readonly sequence: string; readonly text?: undefined };

const ESCAPE = '\u001B';
/** Escape alone is recognized after this time: the bytes of one key arrive together, even over a slow connection. */
const ESCAPE_ALONE_MILLISECONDS = 100;
const NOTHING_YET = Symbol('nothing yet');

/** The keys typed. Throws CliError `interrupted` at the end of input. */
export async function* keysOf(on: Conversation): AsyncGenerator<Key, void, undefined> {
  const characters = new Characters(on);
  for (;;) {
    let character = await characters.next();
    while (character === ESCAPE) {
      let sequence = '';
      for (;;) {
        const next = await characters.next(ESCAPE_ALONE_MILLISECONDS);
        if (next === undefined || next < ' ') {
          yield { sequence };
          character = next ?? '';
          break;
        }
        sequence += next;
        // ECMA-48: a sequence after CSI (`[`) or SS3 (`O`) ends with a byte from 0x40 to 0x7E, any other is one
        // character. Beyond that, the Linux console sends `[[` and a letter for F1 to F5.
        if (sequence.length === 1 ? !'[O'.includes(next) : next >= '@' && sequence !== '[[') {
          yield { sequence };
          character = '';
          break;
        }
      }
    }
    if (character !== undefined && character !== '') yield { text: character };
  }
}

class Characters {
  readonly #on: Conversation;
  readonly #decoder = new StringDecoder('utf8');
  readonly #ready: string[] = [];
  #pending: Promise<number | undefined> | undefined;

  constructor(on: Conversation) {
    this.#on = on;
  }

  /** The next character; undefined if none arrives in time. Throws CliError `interrupted` at the end of input. */
  async next(milliseconds?: number): Promise<string | undefined> {
    for (;;) {
      const ready = this.#ready.shift();
      if (ready !== undefined) return ready;
      const byte = await this.#byte(milliseconds);
      if (byte === NOTHING_YET) return undefined;
      if (byte === undefined) throw new CliError('interrupted', 'cancelled');
      this.#ready.push(...Array.from(this.#decoder.write(Buffer.of(byte))));
    }
  }

  async #byte(milliseconds: number | undefined): Promise<number | undefined | typeof NOTHING_YET> {
    const pending = (this.#pending ??= this.#on.next());
    // Still pending after the last key, it rejects when the question ends.
    pending.catch(() => {});
    if (milliseconds !== undefined) {
      const late = Promise.withResolvers<typeof NOTHING_YET>();
      const timer = setTimeout(() => late.resolve(NOTHING_YET), milliseconds);
      try {
        const first = await Promise.race([pending, late.promise]);
        if (first === NOTHING_YET) return first;
      } finally {
        clearTimeout(timer);
      }
    }
    this.#pending = undefined;
    return pending;
  }
}

// The Windows console through kernel32: Bun cannot set the mode of a console that is opened by name, and its stream
// of a console does not end. The constants are those of the Windows SDK's headers.

import { TERMINAL_INPUT } from './device.ts';

const GENERIC_READ_WRITE = 0xc0_00_00_00;
const SHARED_READ_WRITE = 3;
const OPEN_EXISTING = 3;
const INVALID_HANDLE = 0xff_ff_ff_ff_ff_ff_ff_ffn;

/** No mode flag: no line input, no echo, and Ctrl-C is read as a key. */
const RAW = 0;

const KEY_EVENT = 1;
const INPUT_RECORD_BYTES = 20;
/** Offsets within `INPUT_RECORD`. */
const RECORD = { type: 0, keyDown: 4, virtualKey: 10, character: 14 } as const;
/** By virtual key code: the sequences that other terminals send for keys without a character. */
const SEQUENCES: Readonly<Record<number, string>> = {
  0x21: '\u001b[5~',
  0x22: '\u001b[6~',
  0x23: '\u001b[F',
  0x24: '\u001b[H',
  0x25: '\u001b[D',
  0x26: '\u001b[A',
  0x27: '\u001b[C',
  0x28: '\u001b[B',
  0x2e: '\u001b[3~',
};

/** The Alt key: its release carries the character that was typed by number. */
const VK_MENU = 0x12;

/** The console that this process is attached to, for reading keys. */
export interface WindowsConsole {
  /** Turns raw mode on, or back to the mode before. Throws an Error. */
  setRaw(raw: boolean): void;
  /**
   * The next key that was typed, as UTF-8; empty if there is none. Never waits. Throws an Error if the console is
   * gone.
   */
  read(): Uint8Array;
  close(): void;
}

/** Opens the console. Throws an Error if there is none. */
export async function openWindowsConsole(): Promise<WindowsConsole> {
  const { dlopen } = await import('bun:ffi');
  const { symbols } = dlopen('kernel32.dll', {
    CreateFileW: { args: ['ptr', 'u32', 'u32', 'ptr', 'u32', 'u32', 'u64'], returns: 'u64' },
    CloseHandle: { args: ['u64'], returns: 'i32' },
    GetConsoleMode: { args: ['u64', 'ptr'], returns: 'i32' },
    SetConsoleMode: { args: ['u64', 'u32'], returns: 'i32' },
    GetNumberOfConsoleInputEvents: { args: ['u64', 'ptr'], returns: 'i32' },
    ReadConsoleInputW: { args: ['u64', 'ptr', 'u32', 'ptr'], returns: 'i32' },
  });
  const name = Buffer.from(`${TERMINAL_INPUT}\0`, 'utf16le');
  const handle = symbols.CreateFileW(name, GENERIC_READ_WRITE, SHARED_READ_WRITE, null, OPEN_EXISTING, 0, 0n);
  if (handle === INVALID_HANDLE) throw new Error('there is no console');
  const number = new Uint32Array(1);
  if (symbols.GetConsoleMode(handle, number) === 0) {
    symbols.CloseHandle(handle);
    throw new Error('the input is not a console');
  }
  const before = number[0] ?? 0;
  const characters = new TextDecoder('utf-16le');

  function setMode(mode: number): void {
    if (symbols.SetConsoleMode(handle, mode) === 0) throw new Error('the console mode cannot be set');
  }

  return {
    setRaw: (raw) => setMode(raw ? RAW : before),
    read() {
      const record = Buffer.alloc(INPUT_RECORD_BYTES);
      for (;;) {
        if (symbols.GetNumberOfConsoleInputEvents(handle, number) === 0)
          throw new Error('the console is gone');
        if (number[0] === 0) return new Uint8Array();
        symbols.ReadConsoleInputW(handle, record, 1, number);
        const key = keyOf(record);
        // The decoder keeps the first half of a surrogate pair until the second is read.
        const text = typeof key === 'string' ? key : characters.decode(key, { stream: true });
        if (text !== '') return new TextEncoder().encode(text);
      }
    },
    close() {
      setMode(before);
      symbols.CloseHandle(handle);
    },
  };
}

/**
 * What a pressed key types: one UTF-16 code unit, or a sequence for a key without a character. Empty for other
 * events.
 */
function keyOf(record: Buffer): Uint8Array | string {
  if (record.readUInt16LE(RECORD.type) !== KEY_EVENT) return '';
  const pressed = record.readInt32LE(RECORD.keyDown) !== 0;
  const key = record.readUInt16LE(RECORD.virtualKey);
  if (!pressed && key !== VK_MENU) return '';
  if (record.readUInt16LE(RECORD.character) !== 0)
    return record.subarray(RECORD.character, RECORD.character + 2);
  return SEQUENCES[key] ?? '';
}

// Time-based one-time passwords as an authenticator app makes them (RFC 6238: HMAC-SHA-1, 30 s, six digits).
// As a program, `node totp.ts BASE32` prints the current code: an `mfa_process` for the stand-in's devices.

import { createHmac } from 'node:crypto';

export const TOTP_STEP_MS = 30_000;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The six-digit code for a counter of 30 s steps since 1970. */
export function totpCode(secretBase32: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', base32Decode(secretBase32)).update(counter).digest();
  // RFC 4226, 5.3: the low four bits of the last byte say where the code starts.
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  return ((mac.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).toString().padStart(6, '0');
}

/** The step a moment (ms since 1970) lies in. */
export function totpStep(nowMs: number): number {
  return Math.floor(nowMs / TOTP_STEP_MS);
}

/** Decodes RFC 4648 base32 without padding; throws on any other character. */
export function base32Decode(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text.toUpperCase().replace(/=+$/, '')) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) throw new Error('not base32');
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}

if (import.meta.main) {
  process.stdout.write(`${totpCode(process.argv[2] ?? '', totpStep(Date.now()))}\n`);
}

// Names of the shapes AWS gives them, made up at run time.

import { randomBytes, randomInt, randomUUID } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** `AKIA...` (long-term key), `ASIA...` (temporary key), `AIDA...` (user), `AROA...` (role): 20 characters. */
export function uniqueId(prefix: 'AKIA' | 'ASIA' | 'AIDA' | 'AROA'): string {
  return prefix + pick(BASE32, 16);
}

export function secretAccessKey(): string {
  return pick(BASE64, 40);
}

/** Opaque and a few hundred characters long, as AWS warns that tokens may be. */
export function sessionToken(): string {
  return `IQoJb3JpZ2lu${randomBytes(300).toString('base64')}`;
}

export function totpSecret(): string {
  return pick(BASE32, 32);
}

export function requestId(): string {
  return randomUUID();
}

import { CliError } from '../core/errors.ts';

/** What git wants a credential for: the attributes that ccvault reads (gitcredentials(7), git-credential(1)). */
export interface CredentialRequest {
  readonly protocol: string;
  readonly host: string;
  readonly path: string;
  readonly username: string;
}

type Attribute = keyof CredentialRequest;

/** The protocol allows 65,535 bytes with the line feed (git-credential(1)); one byte more does no harm. */
const MAX_LINE_BYTES = 65_535;

/** Ample for a few attributes and the header fields of one response, which is what git sends. */
export const MAX_REQUEST_BYTES = 1024 * 1024;

const LF = 0x0a;
const TAB = 0x09;
const EQUALS = 0x3d;
const SPACE = 0x20;
const DELETE = 0x7f;

const NAMES: ReadonlySet<string> = new Set<Attribute>(['protocol', 'host', 'path', 'username']);

// A byte order mark stays part of the value: the host name after it is then not the one that it looks like.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads a request from the bytes that git wrote: `key=value` lines that end with a line feed, up to an empty line or
 * the end. Unknown attributes and `key[]` lists are ignored, so that newer versions of git work. Missing attributes are
 * empty.
 *
 * Nothing is guessed: a carriage return, NUL or other control byte anywhere, a line without `=`, one longer than 65535
 * bytes and an attribute given twice with different values throw CliError `failure`. Requests of this kind have made
 * helpers return credentials for another host than the one git meant (CVE-2020-5260, CVE-2024-50338, CVE-2024-52006).
 */
export function parseRequest(bytes: Uint8Array): CredentialRequest {
  const found = new Map<string, string>();
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(LF, start);
    const end = feed === -1 ? bytes.length : feed;
    if (end === start) break;
    readLine(bytes.subarray(start, end), found);
    start = end + 1;
  }
  const take = (name: Attribute): string => found.get(name) ?? '';
  return { protocol: take('protocol'), host: take('host'), path: take('path'), username: take('username') };
}

/** Whether the empty line that ends a request has arrived: some callers keep the pipe open after it. */
export function isWholeRequest(bytes: Uint8Array): boolean {
  if (bytes[0] === LF) return true;
  for (let feed = bytes.indexOf(LF); feed !== -1; feed = bytes.indexOf(LF, feed + 1)) {
    if (bytes[feed + 1] === LF) return true;
  }
  return false;
}

function readLine(line: Uint8Array, found: Map<string, string>): void {
  if (line.length > MAX_LINE_BYTES) throw malformed('a line longer than 65535 bytes');
  const equals = line.indexOf(EQUALS);
  if (equals === -1) throw malformed('a line without =');
  const key = decoder.decode(line.subarray(0, equals));
  // Header fields may hold tabs (RFC 9110, section 5.5), and git passes them on in wwwauth[].
  const list = key.endsWith('[]');
  for (const byte of line) {
    if ((byte < SPACE && !(list && byte === TAB)) || byte === DELETE) throw malformed('a control character');
  }
  if (!NAMES.has(key)) return;
  const value = decoder.decode(line.subarray(equals + 1));
  const before = found.get(key);
  if (before !== undefined && before !== value) throw malformed(`two different values of ${key}`);
  found.set(key, value);
}

function malformed(what: string): CliError {
  return new CliError('failure', `git's credential request contains ${what} and was refused`, {
    hints: ['look at the remote URL, and do not trust where it came from'],
  });
}

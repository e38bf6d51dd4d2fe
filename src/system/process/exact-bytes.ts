import { fs } from '../lazy-builtins.ts';
import { CliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/environment.ts';

// Both runtimes replace bytes that are not UTF-8 with this character.
const REPLACEMENT = '\u{FFFD}';

/**
 * Throws CliError `usage` for an argument that is not UTF-8, which the runtime has therefore changed. Only an
 * argument with a replacement character is checked, against the bytes that the kernel keeps, because the character
 * may also have been typed. Linux only; elsewhere nothing is refused.
 */
export function refuseChangedArguments(command: readonly string[]): void {
  if (!command.some((argument) => argument.includes(REPLACEMENT))) {
    return;
  }
  const given = readNulSeparated('/proc/self/cmdline').slice(-command.length);
  const changed = command.findIndex((argument, index) => isChanged(given[index], argument));
  if (changed >= 0) {
    const what = changed === 0 ? 'the command' : `argument ${changed} of the command`;
    throw new CliError('usage', `${what} is not UTF-8 and cannot be passed on: ${command[changed]}`, {
      hints: ['reach the file through a name that is UTF-8, such as a link or a pattern in `sh -c`'],
    });
  }
}

/**
 * The variables of a child's environment that are inherited unchanged and not UTF-8, by name, each with the original
 * bytes of `NAME=value`. Nearly always empty, and then nothing is read. Linux only; empty elsewhere.
 */
export function variablesNotUtf8(environment: Environment): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  let given: readonly Uint8Array[] | undefined;
  for (const name of Object.keys(environment)) {
    const entry = `${name}=${environment[name] ?? ''}`;
    if (entry.includes(REPLACEMENT)) {
      given ??= readNulSeparated('/proc/self/environ');
      const bytes = given.find((candidate) => isChanged(candidate, entry));
      if (bytes !== undefined) {
        found.set(name, bytes);
      }
    }
  }
  return found;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function isChanged(bytes: Uint8Array | undefined, text: string): boolean {
  return bytes !== undefined && !isUtf8(bytes) && new TextDecoder().decode(bytes) === text;
}

function readNulSeparated(path: string): Uint8Array[] {
  let bytes: Uint8Array;
  try {
    bytes = fs().readFileSync(path);
  } catch {
    return [];
  }
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
    parts.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return parts;
}

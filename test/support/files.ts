import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { isCliError, type ErrorKind } from '../../src/core/errors.ts';

/** Permission bits in octal, without a leading zero. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8);
}

export function withUmask<T>(mask: number, work: () => T): T {
  const previous = process.umask(mask);
  try {
    return work();
  } finally {
    process.umask(previous);
  }
}

/** For assert.throws and assert.rejects: a CliError of this kind with these words in its message or hints. */
export function cliError(kind: ErrorKind, ...words: RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isCliError(error), String(error));
    assert.equal(error.kind, kind);
    for (const word of words) assert.match([error.message, ...error.hints].join('\n'), word);
    return true;
  };
}

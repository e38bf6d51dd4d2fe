import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { isCliError, type ErrorKind } from '../../src/core/errors.ts';
import type { Files } from '../../src/core/ports/files.ts';
import { createFiles } from '../../src/system/files/create-files.ts';

/** The real files of a vault in this folder; what they warn of is not told. */
export function filesOf(vaultDirectory: string): Files {
  return createFiles({ vaultDirectory }, { warning: () => {} });
}

/** Permission bits in octal, without a leading zero. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8);
}

/** Names of the files in a folder that were to take another one's place and did not. */
export function stagedFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('.ccvault-'));
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

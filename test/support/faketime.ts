import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { findProgram } from './requires.ts';

// The library comes with the program of its name, which is looked up first so that PATH alone decides what is used.
const LIBRARY = findProgram('faketime') === undefined ? undefined : findLibrary();

// Of the two libraries the one for programs with threads: with the other, a thread that reads the clock while another
// one does may see the real time.
function findLibrary(): string | undefined {
  return ['x86_64', 'aarch64']
    .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
    .find((path) => existsSync(path));
}

/** What `skip` wants of a test that lets time pass. */
export function requiresFaketime(): false | string {
  if (LIBRARY !== undefined) return false;
  if (process.env['CCVAULT_TEST_REQUIRE_ALL'] === '1') throw new Error('not installed: libfaketime');
  return 'not installed: libfaketime';
}

/**
 * Variables under which programs see a wall clock that `setAhead` moves; none without libfaketime. The monotonic
 * clock, and with it every timer, stays real.
 */
export function clockVariables(file: string): Record<string, string> {
  if (LIBRARY === undefined) return {};
  setAhead(file, 0);
  return {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/** Sets how far the clock of `clockVariables(file)` is ahead of the real one. */
export function setAhead(file: string, milliseconds: number): void {
  // In one step: a program that reads an empty file sees the real time.
  writeFileSync(`${file}.new`, `+${milliseconds / 1000}\n`);
  renameSync(`${file}.new`, file);
}

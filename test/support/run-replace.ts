// Replaces the file named first with the bytes of the file named second, for tests that make system calls fail.

import { readFileSync } from 'node:fs';
import { systemFiles } from '../../src/system/files/files.ts';
import { isCliError } from '../../src/core/errors.ts';
import { errorCode } from '../../src/system/system-errors.ts';

const [target = '', source = ''] = process.argv.slice(2);
const bytes = readFileSync(source);
try {
  systemFiles.replace(target, bytes, { mode: 0o600 });
} catch (error) {
  process.stdout.write(isCliError(error) ? String(errorCode(error.cause)) : 'no CliError');
  process.exitCode = 1;
}

import { readSome } from '../descriptors.ts';
import { CliError } from '../../core/errors.ts';
import type { StdinOptions } from '../../core/ports/system.ts';
import { pauseForPipe } from './pause.ts';
import { errorCode, explainError } from '../system-errors.ts';

const LIMIT_BYTES = 65_536;

/**
 * All of standard input, or as much as `isComplete` accepts. Throws CliError `usage` if it cannot be read or is
 * longer than `limitBytes`, by default 64 KiB, which no key and no request exceeds.
 */
export function readStdin({ limitBytes = LIMIT_BYTES, isComplete }: StdinOptions = {}): Uint8Array {
  const bytes = new Uint8Array(limitBytes + 1);
  let length = 0;
  for (;;) {
    let count: number;
    try {
      count = readSome(0, bytes.subarray(length));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EOF') break;
      if (code === 'EAGAIN') {
        pauseForPipe();
        continue;
      }
      throw new CliError('usage', `cannot read standard input: ${explainError(error)}`, { cause: error });
    }
    if (count === 0) break;
    length += count;
    if (length > limitBytes) {
      throw new CliError('usage', `standard input is longer than ${limitBytes / 1024} KiB`, {
        hints: ['pipe in one key only'],
      });
    }
    if (isComplete?.(bytes.subarray(0, length)) === true) break;
  }
  return bytes.subarray(0, length);
}

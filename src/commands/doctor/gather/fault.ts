import { isCliError } from '../../../core/errors.ts';
import type { CliError } from '../../../core/errors.ts';

interface Tried<T> {
  readonly value: T | undefined;
  readonly fault: CliError | undefined;
}

/**
 * The result of `work`, or the CliError that it throws, which is a finding here. Throws any other error: it is a bug.
 */
export async function tried<T>(work: () => T | Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await work(), fault: undefined };
  } catch (error) {
    if (!isCliError(error)) throw error;
    return { value: undefined, fault: error };
  }
}

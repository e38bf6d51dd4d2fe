import { isCliError } from '../../../core/errors.ts';
import type { CliError } from '../../../core/errors.ts';

interface Tried<T> {
  readonly value: T | undefined;
  readonly fault: CliError | undefined;
}

/** What `work` gives, or the CliError it fails with: that is a finding here. Whatever else goes wrong is a bug. */
export async function tried<T>(work: () => T | Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await work(), fault: undefined };
  } catch (error) {
    if (!isCliError(error)) throw error;
    return { value: undefined, fault: error };
  }
}

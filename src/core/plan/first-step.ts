import { CliError } from '../errors.ts';

/** How to begin where nothing is set up. */
export const FIRST_STEP =
  'to begin, store a key with `ccvault add NAME`, sign in with `ccvault sso add NAME`, or move keys in with `ccvault import`';

/** The error where nothing is set up that a command could work with; `cause` is what became of the last resort. */
export function nothingSetUp(cause?: unknown): CliError {
  return new CliError('config', 'no profile is set up yet', {
    code: 'no-credentials',
    hints: [FIRST_STEP],
    ...(cause === undefined ? {} : { cause }),
  });
}

import { ccvaultCommand } from '../command-line.ts';
import { CliError, isCliError } from '../errors.ts';

const PLACEHOLDER = /\bccvault (add|refresh) PROFILE\b/;

/** The same error with the profile's name where those who do not know it wrote PROFILE. */
export function namingProfile(profile: string | undefined, error: unknown): unknown {
  if (!isCliError(error) || profile === undefined || !error.hints.some((hint) => PLACEHOLDER.test(hint)))
    return error;
  return new CliError(error.kind, error.message, {
    hints: error.hints.map((hint) =>
      hint.replace(PLACEHOLDER, (_, command: string) => ccvaultCommand(command, { operands: [profile] })),
    ),
    ...error.codes,
    cause: error.cause,
  });
}

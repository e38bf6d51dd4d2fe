import { credentialVariables, profileVariables } from '../core/child-env.ts';
import { CliError } from '../core/errors.ts';
import type { System } from '../core/ports/system.ts';
import { offCode, useCode } from './shared/shell-code.ts';
import { parseTime } from '../core/time.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { handOut } from './shared/ready.ts';

// The same limit as in the notice at the shell's prompt, which says that ccuse renews.
const SOON_SECONDS = 600;

/** `ccvault ccuse --shell SHELL`: the code that the function `ccuse` evaluates. */
export async function run(input: CommandInput<'ccuse'>, system: System, globals: Globals): Promise<number> {
  const { shell, off, ...options } = input.options;
  const { profile } = input.arguments;
  if (shell === undefined) {
    throw new CliError('usage', 'ccuse is a shell function, which this shell does not have', {
      hints: ['define it, in bash for example, with: eval "$(ccvault shell-init bash)"'],
    });
  }
  if (off && profile !== undefined) {
    throw new CliError('usage', '--off takes no profile', { hints: ['leave one of the two out'] });
  }
  if (off) {
    system.out.data(offCode(shell, system.env));
    return 0;
  }
  const minTtl = options.minTtl ?? (endsSoon(profile, system) ? SOON_SECONDS : undefined);
  const handedOut = await handOut(system, globals, profile, { ...options, minTtl });
  const { credentials } = handedOut;
  if (credentials.sessionToken === undefined && options.noSession) {
    system.out.warning(
      `the shell gets the long-lived key of profile ${handedOut.profile} itself, because of -n`,
    );
  }
  const added = { ...profileVariables(handedOut), ...credentialVariables(credentials) };
  system.out.data(useCode(shell, system.env, added));
  return 0;
}

/** Whether the shell holds this profile's credentials and they expire soon: it needs new ones, not the same again. */
function endsSoon(profile: string | undefined, { env, clock }: Pick<System, 'env' | 'clock'>): boolean {
  if (env['AWS_MIN_TTL'] || profile === undefined || env['CCVAULT_PROFILE'] !== profile) return false;
  const end = parseTime(env['AWS_CREDENTIAL_EXPIRATION'] ?? '');
  return end !== undefined && end - clock.now() < SOON_SECONDS * 1000;
}

import { endedWith } from '../core/ports/programs.ts';
import { CliError, isCliError } from '../core/errors.ts';
import type { System } from '../core/ports/system.ts';

// The user has to find the key and touch it.
const YKMAN_MILLISECONDS = 120_000;

/**
 * Runs `ykman oath accounts code` and returns what it prints for an OATH account of the connected YubiKey. Only the key
 * knows whether it requires a touch, so the touch is announced every time. Throws CliError `aws`, code `no-code`, when
 * ykman fails.
 */
export async function codeFromYubiKey(
  system: Pick<System, 'attend' | 'env' | 'programs'>,
  account: string,
): Promise<string> {
  const operands = account.startsWith('-') ? ['--', account] : [account];
  const line = `ccvault: reading the MFA code for ${account} from the YubiKey; touch it when it blinks`;
  try {
    const { exitCode, stdout } = await system.attend([line], () =>
      system.programs.run(['ykman', 'oath', 'accounts', 'code', '-s', ...operands], {
        environment: system.env,
        timeoutMilliseconds: YKMAN_MILLISECONDS,
        terminalInput: true,
      }),
    );
    if (exitCode === 0) return stdout;
    throw noCode(`ykman returned no MFA code for ${account}: it ${endedWith(exitCode)}`);
  } catch (error) {
    if (!isCliError(error) || error.kind !== 'failure') throw error;
    throw noCode(`ykman returned no MFA code for ${account}: ${error.message}`);
  }
}

function noCode(message: string): CliError {
  return new CliError('aws', message, {
    code: 'no-code',
    hints: [
      "list the key's accounts with: ykman oath accounts list; to use another, set ykman_oath_credential in the profile",
    ],
  });
}

import { endedWith } from '../core/ports/programs.ts';
import { CliError, isCliError } from '../core/errors.ts';
import type { System } from '../core/ports/system.ts';

// A person has to find the key and touch it.
const YKMAN_MILLISECONDS = 120_000;

/**
 * What ykman prints for an account of the YubiKey at hand (`ykman oath accounts code`). Whether a touch is required
 * only the key knows, so it is announced each time. Throws CliError `aws` where there is no code.
 */
export async function codeFromYubiKey(
  system: Pick<System, 'attend' | 'env' | 'programs'>,
  account: string,
): Promise<string> {
  const operands = account.startsWith('-') ? ['--', account] : [account];
  const line = `ccvault: the YubiKey gives the MFA code of ${account}; touch it when it blinks`;
  try {
    const { exitCode, stdout } = await system.attend([line], () =>
      system.programs.run(['ykman', 'oath', 'accounts', 'code', '-s', ...operands], {
        environment: system.env,
        timeoutMilliseconds: YKMAN_MILLISECONDS,
        terminalInput: true,
      }),
    );
    if (exitCode === 0) return stdout;
    throw noCode(`ykman gave no MFA code of ${account}: it ${endedWith(exitCode)}`);
  } catch (error) {
    if (!isCliError(error) || error.kind !== 'failure') throw error;
    throw noCode(`ykman gave no MFA code of ${account}: ${error.message}`);
  }
}

function noCode(message: string): CliError {
  return new CliError('aws', message, {
    code: 'no-code',
    hints: [
      'see the accounts of the key with: ykman oath accounts list; ykman_oath_credential of the profile names another',
    ],
  });
}

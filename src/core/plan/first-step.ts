import { ccvaultCommand } from '../command-line.ts';
import type { AwsConfig } from '../config/aws-config.ts';
import { CliError } from '../errors.ts';

/**
 * The hint for a set-up without profiles and keys: how to begin, or, with an `[sso-session]`, how to go on. `name` is
 * the profile that was asked for.
 */
export function firstStep(config: Pick<AwsConfig, 'ssoSessionNames'>, name = 'NAME'): string {
  const [session] = config.ssoSessionNames();
  if (session === undefined) {
    const add = ccvaultCommand('add', { operands: [name] });
    return `to begin, store a key with \`${add}\`, sign in with \`ccvault sso add NAME\`, or move keys in with \`ccvault import\``;
  }
  const [populate, list] = ['sso populate', 'sso list'].map((command) =>
    ccvaultCommand(command, { operands: [session] }),
  );
  return `to begin, write profiles with \`${populate}\`, or name a role itself, as ${session}/ACCOUNT/ROLE: \`${list}\` shows them`;
}

/** The error if nothing is set up that could give credentials. `cause` is the failure of the ambient source. */
export function nothingSetUp(config: Pick<AwsConfig, 'ssoSessionNames'>, cause?: unknown): CliError {
  return new CliError('config', 'no profile is set up yet', {
    code: 'no-credentials',
    hints: [firstStep(config)],
    ...(cause === undefined ? {} : { cause }),
  });
}

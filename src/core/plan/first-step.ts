import { ccvaultCommand } from '../command-line.ts';
import type { AwsConfig } from '../config/aws-config.ts';
import { CliError } from '../errors.ts';

/**
 * How to begin where there is no profile and no key, for the profile `name` if one was asked for; with a session of IAM
 * Identity Center, what comes after that.
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

/** The error where nothing is set up that a command could work with; `cause` is what became of the last resort. */
export function nothingSetUp(config: Pick<AwsConfig, 'ssoSessionNames'>, cause?: unknown): CliError {
  return new CliError('config', 'no profile is set up yet', {
    code: 'no-credentials',
    hints: [firstStep(config)],
    ...(cause === undefined ? {} : { cause }),
  });
}

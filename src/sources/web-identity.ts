import { expandPath } from '../core/expand-path.ts';
import { CliError } from '../core/errors.ts';
import { commandFailure, endedWith } from '../core/ports/programs.ts';
import type { WebIdentityStep } from '../core/plan/steps.ts';
import { isVisible } from '../core/text-checks.ts';
import type { CredentialSource, SourceContext } from './source.ts';

const TOKEN_PROCESS_MILLISECONDS = 120_000;
// STS API reference, AssumeRoleWithWebIdentity, WebIdentityToken.
const TOKEN_LENGTH = { min: 4, max: 20_000 };

/**
 * AssumeRoleWithWebIdentity. Reads the token file on every call, because it is rotated while we run. Throws CliError
 * `config` if there is no valid token, and as Sts.
 */
export const fromWebIdentity: CredentialSource<'web-identity'> = async (step, context) => {
  const token = 'file' in step.token ? fromFile(step, context) : await fromProcess(step, context);
  assertToken(token, step);
  const sts = await context.system.aws.sts(step.settings);
  const { roleArn, sessionName, durationSeconds, narrowing } = step;
  return sts.assumeRoleWithWebIdentity({
    roleArn,
    sessionName,
    durationSeconds,
    token,
    ...(narrowing === undefined ? {} : { policy: narrowing }),
  });
};

function fromFile(step: WebIdentityStep, { system }: SourceContext): string {
  const file = 'file' in step.token ? step.token.file : '';
  const path = expandPath(file, system.env, system.host);
  const token = system.files.readText(path)?.trim();
  if (token) return token;
  throw new CliError(
    'config',
    `${owner(step)}: the web identity token file ${path} ${token === undefined ? 'does not exist' : 'is empty'}`,
    { hints: ['correct web_identity_token_file (or AWS_WEB_IDENTITY_TOKEN_FILE)'] },
  );
}

async function fromProcess(step: WebIdentityStep, { system }: SourceContext): Promise<string> {
  const line = 'process' in step.token ? step.token.process : '';
  const setting = `${owner(step)}: web_identity_token_process`;
  const hint = 'run it by hand to see why';
  const { exitCode, stdout } = await system.programs
    .runShell(line, {
      environment: system.env,
      timeoutMilliseconds: TOKEN_PROCESS_MILLISECONDS,
      terminalInput: true,
    })
    .catch((error: unknown) => {
      throw commandFailure(error, setting, { kind: 'config', hint });
    });
  const token = stdout.trim();
  if (exitCode === 0 && token !== '') return token;
  const how = exitCode === 0 ? 'printed no token' : endedWith(exitCode);
  throw new CliError('config', `${setting} ${how}`, { hints: [hint] });
}

/** Throws CliError `config` for text that cannot be a token: AWS would quote it in its error. */
function assertToken(token: string, step: WebIdentityStep): void {
  const { min, max } = TOKEN_LENGTH;
  if (token.length >= min && token.length <= max && isVisible(token)) return;
  const [key, does] =
    'file' in step.token ? ['web_identity_token_file', 'holds'] : ['web_identity_token_process', 'prints'];
  throw new CliError(
    'config',
    `${owner(step)}: ${key} ${does} no valid token: ${min} to ${max} characters without blanks and line breaks`,
    { hints: [`correct ${key}${'file' in step.token ? ' (or AWS_WEB_IDENTITY_TOKEN_FILE)' : ''}`] },
  );
}

function owner(step: WebIdentityStep): string {
  return step.profile === undefined ? 'the environment' : `profile ${step.profile}`;
}

import { credentialFault } from '../core/credential-faults.ts';
import type { Credentials } from '../core/credentials.ts';
import { CliError, isCliError } from '../core/errors.ts';
import { endedWith } from '../core/ports/programs.ts';
import { parseObject, stringField } from '../core/json.ts';
import { environmentOfProcess } from '../core/plan/credential-process-cycles.ts';
import { Secret } from '../core/secret.ts';
import { parseTime, TIME_FORM } from '../core/time.ts';
import { splitCommand } from '../core/split-command.ts';
import type { CredentialSource } from './source.ts';

/** Leaves time for a prompt. */
const PROCESS_MILLISECONDS = 120_000;

/**
 * Runs a `credential_process` without a shell and parses its output (AWS SDK reference, "Process credential
 * provider"). It can ask on the terminal; its stderr is ours. Throws CliError `config` for a command that cannot be
 * run or takes longer than 2 minutes and for output that is not credentials, `failure` if it exits with a code other
 * than 0.
 */
export const fromProcess: CredentialSource<'process'> = async (step, { system }) => {
  const { profile, command } = step;
  const [program, ...args] = splitCommand(command, system.host.os) ?? [];
  if (program === undefined) {
    throw new CliError('config', `profile ${profile}: credential_process has an open quote or no program`, {
      hints: [`correct credential_process of profile ${profile}`],
    });
  }
  const { exitCode, stdout } = await run();
  if (exitCode !== 0) {
    throw new CliError('failure', `credential_process of profile ${profile} ${endedWith(exitCode)}`, {
      code: 'process-failed',
      hints: ['run it by hand to see why; its own output is above'],
    });
  }
  const credentials = readAnswer(stdout, profile);
  const fault = credentialFault(credentials, system.clock.now());
  if (fault !== undefined) throw badAnswer(profile, `printed ${fault}`);
  return credentials;

  async function run(): Promise<{ exitCode: number; stdout: string }> {
    try {
      return await system.programs.run([program ?? '', ...args], {
        environment: environmentOfProcess(system.env, profile),
        timeoutMilliseconds: PROCESS_MILLISECONDS,
        terminalInput: true,
        mayOpenVault: true,
      });
    } catch (error) {
      if (!isCliError(error)) throw error;
      throw new CliError('config', `credential_process of profile ${profile}: ${error.message}`, {
        ...error.codes,
        hints: [...error.hints, `correct credential_process of profile ${profile}`],
        cause: error,
      });
    }
  }
};

function readAnswer(text: string, profile: string): Credentials {
  const answer = parseObject(text.replace(/^\uFEFF/, ''));
  if (answer === undefined) {
    throw badAnswer(profile, text.trim() === '' ? 'printed nothing' : 'did not print a JSON object');
  }
  const version = answer['Version'];
  if (version !== 1) {
    throw badAnswer(profile, version === undefined ? 'printed no Version' : 'printed a Version other than 1');
  }
  const accessKeyId = stringField(answer, 'AccessKeyId');
  const secret = stringField(answer, 'SecretAccessKey');
  if (accessKeyId === undefined || secret === undefined) {
    throw badAnswer(profile, 'printed no AccessKeyId or no SecretAccessKey');
  }
  const given = answer['SessionToken'];
  // Ignoring it would turn temporary keys into long-lived ones.
  if (given !== undefined && given !== null && typeof given !== 'string') {
    throw badAnswer(profile, 'printed a SessionToken that is not text');
  }
  const token = stringField(answer, 'SessionToken');
  return {
    accessKeyId,
    secretAccessKey: new Secret(secret),
    ...(token === undefined ? {} : { sessionToken: new Secret(token) }),
    ...expiryOf(answer['Expiration'], profile),
  };
}

function expiryOf(value: unknown, profile: string): { expiresAt?: number } {
  if (value === undefined || value === null || value === '') return {};
  const expiresAt = typeof value === 'string' ? parseTime(value) : undefined;
  if (expiresAt === undefined) throw badAnswer(profile, `printed an Expiration that is not ${TIME_FORM}`);
  return { expiresAt };
}

function badAnswer(profile: string, what: string): CliError {
  return new CliError('config', `credential_process of profile ${profile} ${what}`, {
    code: 'bad-answer',
    hints: [
      'it must print the JSON of the AWS SDKs: {"Version": 1, "AccessKeyId": ..., "SecretAccessKey": ...}',
    ],
  });
}

import { ccvaultCommand } from '../core/command-line.ts';
import { BUG_HINT, CliError, isCliError, messageOf } from '../core/errors.ts';
import type { BaseSystem, System } from '../core/ports/system.ts';
import { answerFor, QUIT } from '../git/answer.ts';
import { sendsPath } from '../git/ask-git.ts';
import { missingPath, pathToSign, regionToAnswer } from '../git/hosts.ts';
import type { AllowedHost } from '../git/hosts.ts';
import { MAX_REQUEST_BYTES, isWholeRequest, parseRequest } from '../git/protocol.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { askReady, taken } from './shared/ready.ts';
import type { Workspace } from './shared/workspace.ts';
import { profileForRepository } from './git/repository-profile.ts';

type Options = CommandInput<'credential-helper'>['options'];

/**
 * `ccvault credential-helper`: git's credential protocol on standard input and output. Reads neither configuration nor
 * vault before the host is known to be one of CodeCommit. Returns 0 always: git ignores the exit code of a helper.
 */
export async function run(
  input: CommandInput<'credential-helper'>,
  system: System,
  globals: Globals,
): Promise<number> {
  switch (input.arguments.action) {
    case 'get':
      await answerGit(input.options, system, globals, async () => system);
      break;
    case 'capability':
      system.out.data('version 0\n');
      break;
    // Each request gets its own password, so there is nothing to store or erase; helpers must ignore unknown
    // operations.
    default:
  }
  return 0;
}

/**
 * Responds to one `get`. `whole` returns the whole system, for credentials without a ready answer. Reports every error
 * itself, and then tells git to stop.
 */
export async function answerGit(
  options: Options,
  system: BaseSystem,
  globals: Globals,
  whole: () => Promise<System>,
): Promise<void> {
  let profile: string | undefined;
  try {
    const request = parseRequest(
      system.readStdin({ limitBytes: MAX_REQUEST_BYTES, isComplete: isWholeRequest }),
    );
    const region = regionToAnswer(request, allowedHost(options));
    if (region === undefined) return;
    const path = pathToSign(request.path, request.host);
    if (path === undefined) {
      const isSetUp = await sendsPath(request.host, system.programs, system.env);
      throw missingPath(request.host, { isSetUp });
    }
    const url = `https://${request.host}/${path}`;
    const open = async (): Promise<Workspace> => {
      const { Workspace } = await import('./shared/workspace.ts');
      return new Workspace(await whole(), globals);
    };
    const { username } = request;
    profile = await profileForRepository(system, open, { url, region, profile: options.profile, username });
    const question =
      profile === undefined ? undefined : askReady(system, globals, ['repository', profile, region]);
    let credentials = question?.answer && taken(question.answer, system.out).credentials;
    if (credentials === undefined) {
      const { credentialsForRepository } = await import('./git/repository-credentials.ts');
      credentials = await credentialsForRepository(await whole(), globals, {
        url,
        region,
        profile,
        question,
      });
    }
    const signed = { host: request.host, path, region, time: system.clock.now() };
    system.out.data(answerFor(credentials, signed, system.crypto));
  } catch (error) {
    say(error, profile, system);
    system.out.data(QUIT);
  }
}

function allowedHost(options: Options): AllowedHost | undefined {
  if (options.allowHost === undefined) return undefined;
  if (options.region !== undefined) return { host: options.allowHost, region: options.region };
  throw new CliError('usage', '--allow-host needs --region: only CodeCommit hosts name their region', {
    hints: [`add --region REGION to the helper line in git's configuration`],
  });
}

/** Prints one error and one hint only: they appear among git's own lines. */
function say(error: unknown, profile: string | undefined, { out }: Pick<BaseSystem, 'out'>): void {
  const message = messageOf(error);
  const named = profile === undefined || message.includes(profile);
  out.error(named ? message : `profile ${profile}: ${message}`);
  if (!isCliError(error)) out.hint(BUG_HINT);
  else if (error.hints[0] !== undefined) out.hint(error.hints[0]);
  else if (error.kind !== 'interrupted') {
    out.hint(
      `see more with: ${ccvaultCommand('whoami', { operands: profile === undefined ? [] : [profile] })}`,
    );
  }
}

import { answerGit } from '../commands/credential-helper.ts';
import { namedProfile } from '../commands/shared/named-profile.ts';
import { askPlain } from '../commands/shared/ready.ts';
import { childEnvironment } from '../core/child-env.ts';
import { formatExport } from '../core/export-formats.ts';
import type { ReadyAnswer } from '../core/ports/ready-answers.ts';
import type { BaseSystem, System } from '../core/ports/system.ts';
import type { PlainLine } from '../spec/plain-line.ts';
import { isTlsUnchecked } from './unchecked-tls.ts';

const NO_GLOBALS = { backend: undefined, prompt: undefined, debug: false } as const;

/**
 * Runs a plain line as `runProgram` does, with only the base of the system, and returns the exit code; undefined, with
 * nothing done, where the base is not enough. `whole` returns the whole system, for a git request without a ready
 * answer. Throws CliError of every kind.
 */
export async function runPlainLine(
  line: PlainLine,
  system: BaseSystem,
  whole: () => Promise<System>,
): Promise<number | undefined> {
  if (isTlsUnchecked(system.env)) return undefined;
  switch (line.command) {
    case 'exec': {
      system.process.prepare();
      const answer = readyFor(line.profile, system);
      if (answer === undefined) return undefined;
      const environment = childEnvironment(system.env, answer, answer.credentials);
      return system.process.become(line.tail, environment);
    }
    case 'export': {
      const answer = readyFor(line.profile, system);
      if (answer === undefined) return undefined;
      system.out.data(formatExport(line.format ?? 'env', answer));
      return 0;
    }
    case 'credential-helper': {
      const options = { profile: line.profile, region: undefined, allowHost: undefined };
      if (line.action === 'get') await answerGit(options, system, NO_GLOBALS, whole);
      return 0;
    }
  }
}

/** The ready answer for a profile; undefined for one with messages, which only the command itself prints in order. */
function readyFor(argument: string | undefined, system: BaseSystem): ReadyAnswer | undefined {
  const profile = namedProfile(system.env, argument);
  const answer = profile === undefined ? undefined : askPlain(system, profile)?.answer;
  return answer?.messages.length === 0 ? answer : undefined;
}

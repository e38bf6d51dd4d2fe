import type { ReadyAnswer, ReadyQuestion } from '../../core/ports/ready-answers.ts';
import type { Output } from '../../core/ports/terminal.ts';
import type { BaseSystem, System } from '../../core/ports/system.ts';
import type { Globals } from '../../spec/options.ts';
import { indexPath } from '../../vault/keys/index-file.ts';
import { CONFIG_FILE, CREDENTIALS_FILE, pathOfAwsFile } from './aws-files.ts';
import type { HandedOut } from './handed-out.ts';
import { namedProfile } from './named-profile.ts';
import type { SessionInput } from './workspace.ts';

type AskingSystem = Pick<BaseSystem, 'env' | 'host' | 'readyAnswers'>;

const NO_GLOBALS = { backend: undefined, debug: false } as const;

// These options choose how credentials are written, not which.
const PRESENTATION = new Set(['format', 'json']);

/**
 * Credentials for a command that hands them out: from a ready answer, else from carrying the plan out. `argument` is
 * the profile of the command line. Throws CliError of every kind.
 */
export async function handOut(
  system: System,
  globals: Globals,
  argument: string | undefined,
  input: SessionInput,
): Promise<HandedOut> {
  const question = questionOf(system, globals, argument, input);
  if (question?.answer !== undefined) return { ...taken(question.answer, system.out), plan: undefined };
  const { goLongWay } = await import('./long-way.ts');
  return goLongWay(system, globals, argument, input, question);
}

/** Returns a ready answer, after repeating the messages of the run that left it. */
export function taken(answer: ReadyAnswer, out: Output): ReadyAnswer {
  for (const { kind, text } of answer.messages) out[kind](text);
  return answer;
}

/**
 * The question for a profile's credentials; undefined where the answer depends on more than the command line, the
 * environment and the files of every run: on a picker, an MFA code, a policy file or `--fresh`.
 */
function questionOf(
  system: System,
  globals: Globals,
  argument: string | undefined,
  input: SessionInput,
): ReadyQuestion | undefined {
  const profile = namedProfile(system.env, argument);
  if (profile === undefined || input.mfaToken !== undefined || input.fresh) return undefined;
  if (input.policyFile !== undefined) return undefined;
  const { policyArn, ...others } = input;
  const policies = policyArn.length === 0 ? undefined : JSON.stringify(policyArn);
  const options = Object.entries<string | number | boolean | undefined>({ ...others, policies }).flatMap(
    ([name, value]) =>
      value === undefined || value === false || PRESENTATION.has(name) ? [] : [name, value],
  );
  return askReady(system, globals, ['profile', profile, ...options]);
}

/** The question for a profile's credentials where no option on the command line shapes them. */
export function askPlain(system: AskingSystem, profile: string): ReadyQuestion | undefined {
  return askReady(system, NO_GLOBALS, ['profile', profile]);
}

/**
 * Looks up a ready answer by all words of the command line that shape it; undefined where none can be kept, and with
 * `--debug`, which shows every step.
 */
export function askReady(
  system: AskingSystem,
  globals: Pick<Globals, 'backend' | 'debug'>,
  words: readonly (string | number | boolean)[],
): ReadyQuestion | undefined {
  if (globals.debug) return undefined;
  const config = pathOfAwsFile(CONFIG_FILE, system);
  const credentials = pathOfAwsFile(CREDENTIALS_FILE, system);
  if (config === undefined || credentials === undefined) return undefined;
  const { vaultDirectory } = system.host;
  return system.readyAnswers()?.ask([globals.backend ?? null, ...words], {
    contents: [config, credentials, indexPath(system)],
    folders: [`${vaultDirectory}/sessions`, ...selfAndParents(vaultDirectory)],
  });
}

function selfAndParents(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let path = folder; path !== ''; path = path.slice(0, path.lastIndexOf('/'))) folders.push(path);
  return folders;
}

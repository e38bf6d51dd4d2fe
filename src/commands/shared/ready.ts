import type { Credentials } from '../../core/credentials.ts';
import type { Plan } from '../../core/plan/steps.ts';
import type { Message, ReadyAnswer, ReadyQuestion } from '../../core/ports/ready-answers.ts';
import type { Output } from '../../core/ports/terminal.ts';
import type { System } from '../../core/ports/system.ts';
import type { Globals } from '../../spec/options.ts';
import type { Resolver } from '../../vault/resolve.ts';
import { indexPath } from '../../vault/keys/index-file.ts';
import { choosePlan, namedProfile } from './choose-plan.ts';
import { resolveOptionsOf, Workspace } from './workspace.ts';
import type { SessionInput } from './workspace.ts';

/** What a command hands out: credentials and whose they are. */
export interface HandedOut {
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly credentials: Credentials;
  /** What was done for them; undefined for an answer that stood ready, for which nothing was. */
  readonly plan: Plan | undefined;
}

// They choose how credentials are written, not which.
const PRESENTATION = new Set(['format', 'json']);

/**
 * Credentials for a command that hands them out: an answer that stands ready, else what the plan leads to. `argument` is
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
  const heard: Message[] = [];
  const workspace = new Workspace(recording(system, heard), globals);
  const plan = await choosePlan(workspace, argument, input);
  const resolver = workspace.resolver(resolveOptionsOf(input, system));
  const credentials = await resolver.credentials(plan);
  await keepReady(question, { workspace, plan, resolver, credentials, heard });
  return { profile: plan.profile, region: plan.region, credentials, plan };
}

/** Hands an answer out: says what the run that left it said. */
export function taken(answer: ReadyAnswer, out: Output): ReadyAnswer {
  for (const { kind, text } of answer.messages) out[kind](text);
  return answer;
}

/** A system whose messages are kept as well as said. */
export function recording(system: System, heard: Message[]): System {
  const also = (kind: Message['kind']) => (text: string) => {
    heard.push({ kind, text });
    system.out[kind](text);
  };
  const out = Object.assign(Object.create(system.out) as Output, {
    info: also('info'),
    warning: also('warning'),
    hint: also('hint'),
  });
  return { ...system, out };
}

/**
 * The question for a profile's credentials; undefined where the answer depends on more than the command line, the
 * environment and the files: on a picker, a code, or a wish for something new. `--debug` tells the long way.
 */
function questionOf(
  system: System,
  globals: Globals,
  argument: string | undefined,
  input: SessionInput,
): ReadyQuestion | undefined {
  const profile = namedProfile(system.env, argument);
  if (profile === undefined || input.mfaToken !== undefined || input.fresh) return undefined;
  const options = Object.entries(input)
    .filter(([name, value]) => value !== undefined && value !== false && !PRESENTATION.has(name))
    .flat();
  return askReady(system, globals, ['profile', profile, ...options]);
}

/** Asks by everything of the command line that shapes the answer; undefined where no answer is kept. */
export function askReady(
  system: System,
  globals: Globals,
  words: readonly (string | number | boolean)[],
): ReadyQuestion | undefined {
  if (globals.debug || system.host.homeDirectory === undefined) return undefined;
  const workspace = new Workspace(system, globals);
  const { vaultDirectory } = system.host;
  return system.readyAnswers()?.ask([globals.backend ?? null, ...words], {
    contents: [workspace.configPath, workspace.credentialsPath, indexPath(system)],
    folders: [`${vaultDirectory}/sessions`, ...selfAndParents(vaultDirectory)],
  });
}

/** Keeps what a run led to for the next one, if it came from a cached session without a further look. */
export async function keepReady(
  question: ReadyQuestion | undefined,
  run: {
    readonly workspace: Workspace;
    readonly plan: Plan;
    readonly resolver: Resolver;
    readonly credentials: Credentials;
    readonly heard: readonly Message[];
  },
): Promise<void> {
  const { workspace, plan, resolver, credentials, heard } = run;
  const session = resolver.usedSession;
  if (question === undefined || session === undefined || plan.profile === undefined) return;
  const sessionKey = await workspace.sessionKey.kernelName();
  if (sessionKey === undefined) return;
  question.keep({
    profile: plan.profile,
    region: plan.region,
    credentials,
    messages: heard,
    usableUntil: session.goodUntil,
    sessionKey,
    sessionFile: workspace.sessions.pathOf(session.cacheKey),
  });
}

function selfAndParents(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let path = folder; path !== ''; path = path.slice(0, path.lastIndexOf('/'))) folders.push(path);
  return folders;
}

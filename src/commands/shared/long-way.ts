import type { Credentials } from '../../core/credentials.ts';
import { policyOf } from '../../core/plan/policy-of-plan.ts';
import type { Plan } from '../../core/plan/steps.ts';
import type { Message, ReadyQuestion } from '../../core/ports/ready-answers.ts';
import type { Output } from '../../core/ports/terminal.ts';
import type { System } from '../../core/ports/system.ts';
import type { Globals } from '../../spec/options.ts';
import type { Resolver } from '../../vault/resolve.ts';
import { choosePlan } from './choose-plan.ts';
import type { HandedOut } from './handed-out.ts';
import { countUse } from './use-history.ts';
import { resolveOptionsOf, Workspace } from './workspace.ts';
import type { SessionInput } from './workspace.ts';

/**
 * Credentials from configuration, plan and sessions, where there is no ready answer. Keeps a ready answer for the next
 * run. Throws CliError of every kind.
 */
export async function goLongWay(
  system: System,
  globals: Globals,
  argument: string | undefined,
  input: SessionInput,
  question: ReadyQuestion | undefined,
): Promise<HandedOut> {
  const heard: Message[] = [];
  const workspace = new Workspace(recording(system, heard), globals);
  const plan = await choosePlan(workspace, argument, input);
  const resolver = workspace.resolver(resolveOptionsOf(input, system));
  const credentials = await resolver.credentials(plan);
  countUse(plan.profile, system);
  await keepReady(question, { workspace, plan, resolver, credentials, heard });
  const { profile, region } = plan;
  return { profile, region, credentials, policy: policyOf(plan, system.env), plan };
}

/** A system that also records its messages, in `heard`. */
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

/** Keeps the result of a run as a ready answer, if it came from a cached session alone. */
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
    policy: policyOf(plan, workspace.system.env),
    messages: heard,
    usableUntil: session.freshUntil,
    sessionKey,
    sessionFile: workspace.sessions.pathOf(session.cacheKey),
  });
}

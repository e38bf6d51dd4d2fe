import { ccvaultCommand, commandLine } from '../../core/command-line.ts';
import { isCliError } from '../../core/errors.ts';
import { ambientPlan, planFor } from '../../core/plan/plan.ts';
import type { Plan } from '../../core/plan/steps.ts';
import { terminalForGit } from '../../git/ask-git.ts';
import type { System } from '../../core/ports/system.ts';
import type { Credentials } from '../../core/credentials.ts';
import type { Message, ReadyQuestion } from '../../core/ports/ready-answers.ts';
import { keepReady, recording } from '../shared/long-way.ts';
import { defaultPlan, findAccount } from '../shared/choose-plan.ts';
import type { Globals } from '../../spec/options.ts';
import { Workspace } from '../shared/workspace.ts';
import { profileForRepository } from './repository-profile.ts';
import type { RepositoryRequest } from './repository-profile.ts';

/**
 * The plan for a repository. Without a profile the keys of the environment come before `default`: git inside an `exec`
 * signs with that `exec`'s credentials.
 */
export async function planForRepository(
  workspace: Workspace,
  profile: string | undefined,
  region: string,
): Promise<Plan> {
  // AWS STS is called in the host's region too, which is certainly in the right partition.
  const options = { region };
  const context = await workspace.planContext();
  if (profile !== undefined) {
    await findAccount(workspace, profile);
    return planFor(profile, context, options);
  }
  const ambient = workspace.system.env['AWS_ACCESS_KEY_ID'] ? ambientPlan(context, options) : undefined;
  return ambient ?? defaultPlan(workspace, options);
}

/** Credentials for a repository from configuration, plan and sessions, where there is no ready answer. */
export async function credentialsForRepository(
  system: System,
  globals: Globals,
  asked: {
    readonly url: string;
    readonly region: string;
    readonly profile: string | undefined;
    readonly question: ReadyQuestion | undefined;
  },
): Promise<Credentials> {
  const heard: Message[] = [];
  const workspace = workspaceForRepository(asked.url, recording(system, heard), globals);
  const plan = await planForRepository(workspace, asked.profile, asked.region);
  system.out.debug(`credentials for ${asked.url}: ${signerOf(plan)}`);
  const resolver = workspace.resolver({});
  const credentials = await resolver.credentials(plan);
  await keepReady(asked.question, { workspace, plan, resolver, credentials, heard });
  return credentials;
}

/** Whose credentials a plan gives, in words, because AWS's errors do not say so. */
function signerOf(plan: Plan): string {
  return plan.profile === undefined ? plan.steps[0].reason : `profile ${plan.profile}`;
}

/**
 * After git failed, hints at whose credentials it got for a repository: CodeCommit's 403 and "not found" do not name
 * the account.
 */
export async function hintAtSigner(workspace: Workspace, request: RepositoryRequest): Promise<void> {
  const plan = await planIfAny(workspace, request);
  // The credential helper has reported why there is no plan.
  if (plan === undefined) return;
  const whoami =
    plan.profile === undefined
      ? commandLine('aws', 'sts', 'get-caller-identity')
      : ccvaultCommand('whoami', { operands: [plan.profile] });
  workspace.system.out.hint(
    `credentials for ${request.url} come from ${signerOf(plan)}; see whose they are with: ${whoami}`,
  );
}

async function planIfAny(workspace: Workspace, request: RepositoryRequest): Promise<Plan | undefined> {
  try {
    const profile = await profileForRepository(workspace.system, async () => workspace, request);
    return await planForRepository(workspace, profile, request.region);
  } catch (error) {
    if (isCliError(error)) return undefined;
    throw error;
  }
}

/** A workspace that prompts only where git allows prompts for this URL. */
export function workspaceForRepository(
  url: string,
  system: System,
  globals: Pick<Globals, 'backend'>,
): Workspace {
  const terminal = terminalForGit(system.terminal, url, system.programs, system.env);
  return new Workspace({ ...system, terminal }, globals);
}

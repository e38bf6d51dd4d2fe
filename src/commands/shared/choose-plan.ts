import { unreadHeaderInWords } from '../../core/config/unread-headers.ts';
import { durationOption, formatDuration } from '../../core/aws/durations.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import { expandHome } from '../../core/expand-path.ts';
import { federationNote } from '../../core/plan/federation-token-step.ts';
import { firstStep, nothingSetUp } from '../../core/plan/first-step.ts';
import { ambientPlan, planFor } from '../../core/plan/plan.ts';
import type { PlanContext, PlanOptions } from '../../core/plan/facts.ts';
import type { NarrowingOptions, PolicyFile } from '../../core/plan/narrowing.ts';
import type { Plan } from '../../core/plan/steps.ts';
import { ssoRoleNamed } from '../../core/sso/role-profiles.ts';
import { nothingIsSetUp } from '../../vault/nothing-set-up.ts';
import { namedProfile } from './named-profile.ts';
import type { Offered } from './pick-profile.ts';
import type { System } from '../../core/ports/system.ts';
import type { NarrowingInput, SessionInput, Workspace } from './workspace.ts';

type PlanInput = NarrowingInput & Pick<SessionInput, 'duration' | 'region' | 'noSession'>;

/**
 * The profile for a command that requires one: named, or picked on a terminal. Throws CliError `usage` without either.
 */
export async function requireProfile(
  workspace: Workspace,
  argument: string | undefined,
  offered: Offered = 'profiles',
): Promise<string> {
  const profile = await chooseProfile(workspace, argument, offered);
  if (profile !== undefined) return profile;
  const empty = await nothingIsSetUp(workspace.config(), workspace.vault);
  throw new CliError('usage', 'no profile was named', {
    hints: [empty ? firstStep(workspace.config()) : 'name one: see ccvault list'],
  });
}

/**
 * The plan for a command that hands credentials out, as planOfInput. Warns of a `-d` that has no effect on the
 * credentials, unless the command uses it otherwise (`takesDuration`), and of what a federated session cannot do.
 */
export async function choosePlan(
  workspace: Workspace,
  argument: string | undefined,
  input: PlanInput,
  takesDuration: (plan: Plan) => boolean = () => false,
): Promise<Plan> {
  const plan = await planOfInput(workspace, argument, input);
  const { out } = workspace.system;
  const lost = input.duration === undefined ? undefined : lostDuration(plan, input.duration);
  if (lost !== undefined && !takesDuration(plan)) out.warning(lost);
  if (plan.steps.at(-1)?.kind === 'federation-token') {
    out.warning(federationNote(plan.profile));
    out.hint('to narrow a role of the user instead, name it with --role');
  }
  return plan;
}

/**
 * The plan for a command line: of the profile that is named or picked, else of `default` if it has a source of
 * credentials, else of the ambient source. Throws CliError `config` and `usage`.
 */
export async function planOfInput(
  workspace: Workspace,
  argument: string | undefined,
  input: PlanInput,
): Promise<Plan> {
  const narrowing = await narrowingOptions(input, workspace.system);
  return planOf(workspace, argument, {
    ...(input.duration === undefined ? {} : { durationSeconds: input.duration }),
    ...(input.region === undefined ? {} : { region: input.region }),
    ...(input.role === undefined ? {} : { role: input.role }),
    ...(narrowing === undefined ? {} : { narrowing }),
    noSession: input.noSession,
  });
}

async function narrowingOptions(
  { readOnly, policyArn, policyFile }: NarrowingInput,
  system: Pick<System, 'files' | 'host'>,
): Promise<NarrowingOptions | undefined> {
  if (!readOnly && policyArn.length === 0 && policyFile === undefined) return undefined;
  const file = policyFile === undefined ? undefined : await readPolicyFile(policyFile, system);
  return { readOnly, policyArns: policyArn, file };
}

/**
 * Reads the file of `--policy-file`, expanding a leading `~`, which not every shell does after `=`. Throws CliError
 * `config` for a file that cannot be used.
 */
async function readPolicyFile(
  given: string,
  { files, host }: Pick<System, 'files' | 'host'>,
): Promise<PolicyFile> {
  // With `./`, a command in a hint does not read the path as an option.
  const path = given.startsWith('-') ? `./${given}` : expandHome(given, host);
  const bytes = files.read(path);
  if (bytes === undefined) {
    throw new CliError('config', `the policy file ${path} does not exist`, {
      hints: ['give --policy-file the path of a JSON file'],
    });
  }
  const { policyDocument } = await import('../../core/plan/policy-document.ts');
  return { path, document: policyDocument(bytes, path) };
}

/** Why the credentials will not last `asked` seconds, the value of `-d`; undefined if they will. */
function lostDuration({ steps, notes }: Plan, asked: number): string | undefined {
  const last = steps.at(-1);
  if (last?.kind === 'assume-role' && last.durationSeconds < asked) {
    const note = notes.find((one) => one.startsWith(`role ${last.roleArn}: cut to`));
    return `-d ${durationOption(asked)} is not honoured: ${note ?? `the role gives ${formatDuration(last.durationSeconds)}`}`;
  }
  return notes.find((one) => one.startsWith('-d has no effect'));
}

async function planOf(
  workspace: Workspace,
  argument: string | undefined,
  options: PlanOptions,
): Promise<Plan> {
  const context = await workspace.planContext();
  const profile = await chooseProfile(workspace, argument, 'profiles');
  if (profile === undefined) return defaultPlan(workspace, options);
  await findAccount(workspace, profile);
  const plan = planFor(profile, context, options);
  if (plan.region === undefined) warnOfLostRegion(profile, workspace);
  return plan;
}

/**
 * Finds the account of SESSION/ACCOUNT/ROLE for the config; loads nothing for other profiles. Throws as knowAccount.
 */
export async function findAccount(workspace: Workspace, profile: string): Promise<void> {
  if (!profile.includes('/') || workspace.config().hasProfile(profile)) return;
  const { knowAccount } = await import('../sso/know-account.ts');
  await knowAccount(workspace, profile);
}

/** Warns where a profile has no region because no AWS tool reads its section header. */
function warnOfLostRegion(profile: string, workspace: Workspace): void {
  const config = workspace.config();
  // SESSION/ACCOUNT/ROLE has no section; looking for one would take time in proportion to the file's lines.
  if (config.isInConfigFile(profile) || ssoRoleNamed(profile, config) !== undefined) return;
  const header = config.unreadHeader('profile', profile);
  if (header === undefined) return;
  workspace.system.out.warning(
    `profile ${profile} has no region: ${unreadHeaderInWords(header)}; write ${header.right} there`,
  );
}

/**
 * The plan where no profile is named and none can be picked: that of `default` if it has a source of credentials, else
 * of the ambient source. Throws CliError `config` without either.
 */
export async function defaultPlan(workspace: Workspace, options: PlanOptions): Promise<Plan> {
  const context = await workspace.planContext();
  if (context.config.hasProfile('default') || context.storedKeys.has('default')) {
    try {
      return planFor('default', context, options);
    } catch (error) {
      // A [default] with nothing but a region is common, and not a source.
      if (!isCliError(error) || error.code !== 'no-credentials') throw error;
    }
  }
  const plan = await ambientPlanOf(workspace, context, options);
  if (plan !== undefined) return plan;
  if (await nothingIsSetUp(context.config, workspace.vault)) throw nothingSetUp(context.config);
  throw new CliError('config', 'no profile was named, and there are no default credentials', {
    hints: ['name a profile: see ccvault list'],
  });
}

/**
 * Throws as ambientPlan. Without an instance, it does not matter that an instance's role accepts no policy: where
 * nothing is set up, calls the metadata service first, so that the error is that of every other command.
 */
async function ambientPlanOf(
  workspace: Workspace,
  context: PlanContext,
  options: PlanOptions,
): Promise<Plan | undefined> {
  try {
    return ambientPlan(context, options);
  } catch (error) {
    if (!isCliError(error) || error.code !== 'no-policy') throw error;
    const wide = ambientPlan(context);
    if (wide?.steps[0].kind === 'instance' && (await nothingIsSetUp(context.config, workspace.vault))) {
      await workspace.resolver({}).credentials(wide);
    }
    throw error;
  }
}

/** The profile that was named, or picked on a terminal; undefined with neither. */
async function chooseProfile(
  workspace: Workspace,
  argument: string | undefined,
  offered: Offered,
): Promise<string | undefined> {
  const { env, out } = workspace.system;
  const named = namedProfile(env, argument);
  const profile = named ?? (await pickProfile(workspace, offered));
  out.debug(() => {
    if (profile === undefined) return 'no profile is named';
    if (argument !== undefined) return `profile ${profile}: as the command line says`;
    return `profile ${profile}: ${named === undefined ? 'picked' : 'as AWS_PROFILE says'}`;
  });
  return profile;
}

/** Undefined where no prompt is possible or there is nothing to offer. */
async function pickProfile(workspace: Workspace, offered: Offered): Promise<string | undefined> {
  const { terminal, out } = workspace.system;
  if (!out.stderrIsTerminal || (await terminal.unavailable()) !== undefined) return undefined;
  const { pick } = await import('./pick-profile.ts');
  return pick(workspace, offered);
}

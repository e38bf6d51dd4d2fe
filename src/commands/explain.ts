import { shortKeyId } from '../core/credentials.ts';
import { formatDuration } from '../core/aws/durations.ts';
import { localEnd } from '../core/local-time.ts';
import { endOfStep } from '../core/plan/steps.ts';
import type { Plan, Step } from '../core/plan/steps.ts';
import { jsonDocument, printable } from '../core/printable.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { planOfInput, requireProfile } from './shared/choose-plan.ts';
import { recallAccount } from './sso/know-account.ts';
import { Workspace } from './shared/workspace.ts';

/** One step as `explain --json` shows it. */
interface ExplainedStep {
  readonly kind: Step['kind'];
  readonly profile: string | null;
  readonly roleArn: string | null;
  readonly mfaSerial: string | null;
  readonly durationSeconds: number | null;
  readonly reason: string;
  readonly cachedUntil: string | null;
  /** Only for a narrowed session. */
  readonly policyArns?: readonly string[];
  readonly policyFile?: string | null;
}

/**
 * `ccvault explain`: the plan that `exec` would carry out, in words. Reads no key, prompts for nothing, calls nothing.
 */
export async function run(input: CommandInput<'explain'>, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const profile = await requireProfile(workspace, input.arguments.profile);
  await recallAccount(workspace, profile);
  const plan = await planOfInput(workspace, profile, {
    ...input.options,
    duration: undefined,
    region: undefined,
    noSession: false,
  });
  const steps = plan.steps.map((step) => explainStep(step, workspace));
  const { region, notes } = plan;
  system.out.data(
    input.options.json
      ? jsonDocument({ profile, region: region ?? null, steps, notes })
      : inWords(profile, plan, steps, system),
  );
  return 0;
}

function explainStep(step: Step, workspace: Workspace): ExplainedStep {
  const { narrowing } = endOfStep(step);
  return {
    kind: step.kind,
    profile: step.profile ?? null,
    roleArn: 'roleArn' in step ? step.roleArn : null,
    mfaSerial: 'mfaSerial' in step ? (step.mfaSerial ?? null) : null,
    durationSeconds: 'durationSeconds' in step ? step.durationSeconds : null,
    reason: step.reason,
    cachedUntil: cachedUntil(step, workspace),
    ...(narrowing === undefined
      ? {}
      : { policyArns: narrowing.policyArns, policyFile: narrowing.file ?? null }),
  };
}

function cachedUntil(step: Step, workspace: Workspace): string | null {
  const expiresAt = workspace.sessions.header(step.cacheKey)?.expiresAt ?? null;
  return expiresAt !== null && Date.parse(expiresAt) > workspace.system.clock.now() ? expiresAt : null;
}

function inWords(
  profile: string,
  plan: Plan,
  explained: readonly ExplainedStep[],
  system: Pick<System, 'clock'>,
): string {
  const lines = [`profile ${profile}`, `region ${plan.region ?? 'not set'}`, ''];
  for (const [index, step] of plan.steps.entries()) {
    lines.push(`${index + 1}. ${title(step)}`, `   ${step.reason}`);
    const {
      mfaSerial,
      durationSeconds,
      cachedUntil: until,
      policyArns = [],
      policyFile,
    } = explained[index] ?? {};
    for (const arn of policyArns) lines.push(`   narrowed to ${arn}`);
    if (policyFile) lines.push(`   narrowed to the policy in ${policyFile}`);
    if (mfaSerial) lines.push(`   MFA code of ${mfaSerial}`);
    if (durationSeconds) lines.push(`   for ${formatDuration(durationSeconds)}`);
    if (until) lines.push(`   cached until ${localEnd(Date.parse(until), system.clock.now())}`);
  }
  if (plan.notes.length > 0) lines.push('', ...plan.notes.map((note) => `note: ${note}`));
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function title(step: Step): string {
  switch (step.kind) {
    case 'key':
      return `${step.temporary ? 'temporary keys' : 'long-lived key'} ${shortKeyId(step.accessKeyId)}`;
    case 'environment':
      return 'keys of the environment';
    case 'container':
      return "the container's credentials endpoint";
    case 'instance':
      return "the instance's metadata service";
    case 'process':
      return `the command ${step.command}`;
    case 'web-identity':
      return `AssumeRoleWithWebIdentity ${step.roleArn}`;
    case 'sso':
      return `IAM Identity Center at ${step.sso.startUrl}`;
    case 'login':
      return 'the sign-in of aws login';
    case 'session-token':
      return 'GetSessionToken';
    case 'federation-token':
      return 'GetFederationToken';
    case 'assume-role':
      return `AssumeRole ${step.roleArn}`;
  }
}

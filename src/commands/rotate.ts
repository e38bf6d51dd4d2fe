import { ccvaultCommand } from '../core/command-line.ts';
import { parseArn, accountOfArn } from '../core/aws/arn.ts';
import { shortKeyId } from '../core/credentials.ts';
import type { Credentials } from '../core/credentials.ts';
import { CliError, isCliError } from '../core/errors.ts';
import { planFor } from '../core/plan/plan.ts';
import type { PlanContext } from '../core/plan/facts.ts';
import { settingsFor } from '../core/plan/settings.ts';
import type { KeyStep, Plan, Step } from '../core/plan/steps.ts';
import type { AwsSettings } from '../core/ports/aws.ts';
import type { System } from '../core/ports/system.ts';
import { viewProfile } from '../core/config/profile-view.ts';
import { partitionOfArn } from '../core/aws/regions.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import type { KeyItem } from '../vault/keys/key-item.ts';
import { rotateLockName } from '../vault/rotation/journal.ts';
import { rotateKey } from '../vault/rotation/rotate.ts';
import { requireProfile } from './shared/choose-plan.ts';
import { namedProfile } from './shared/named-profile.ts';
import { Workspace } from './shared/workspace.ts';

type RotateInput = CommandInput<'rotate'>;

/** `ccvault rotate`: replaces the stored key with a new one and deletes the old one in IAM. */
export async function run(input: RotateInput, system: System, globals: Globals): Promise<number> {
  const profile = await chooseProfile(input.arguments.profile, new Workspace(system, globals));
  if (profile === undefined) {
    system.out.info('nothing was changed');
    return 0;
  }
  const holder = keyOf(profile, await new Workspace(system, globals).planContext());
  await system.locks.withLock(
    rotateLockName(holder),
    { purpose: `rotating the key of profile ${holder}` },
    () => rotate(profile, holder, input, new Workspace(system, globals)),
  );
  return 0;
}

/** Undefined when the user declines to rotate the key of the profile from the environment. */
async function chooseProfile(
  argument: string | undefined,
  workspace: Workspace,
): Promise<string | undefined> {
  const { terminal } = workspace.system;
  const fromEnv = argument === undefined ? namedProfile(workspace.system.env, undefined) : undefined;
  if (fromEnv === undefined) return requireProfile(workspace, argument, 'keys');
  if ((await terminal.unavailable()) !== undefined) {
    throw new CliError(
      'usage',
      `rotate does not use profile ${fromEnv} from AWS_PROFILE without confirmation`,
      {
        hints: [`name it: ${ccvaultCommand('rotate', { operands: [fromEnv] })}`],
      },
    );
  }
  const sure = await terminal.confirm(`Rotate the key of profile ${fromEnv}, named by AWS_PROFILE?`);
  return sure ? fromEnv : undefined;
}

/** The profile whose stored key a profile's credentials begin with: its own, or that of a source. */
function keyOf(profile: string, context: PlanContext): string {
  const [first] = planFor(profile, context).steps;
  if (first.kind === 'key' && first.place === 'vault' && first.profile !== undefined) return first.profile;
  const what = first.kind === 'key' ? `${first.reason}, not in the vault` : first.reason;
  throw new CliError('config', `profile ${profile} has no stored key to rotate: it uses ${what}`, {
    hints:
      first.kind === 'key' && !first.temporary
        ? [
            `import the key first: ${ccvaultCommand('import', { options: ['--scrub'], operands: [first.profile ?? profile] })}`,
          ]
        : ['see which profiles have a stored key with: ccvault list'],
  });
}

async function rotate(
  profile: string,
  holder: string,
  input: RotateInput,
  workspace: Workspace,
): Promise<void> {
  const { system, vault, sessions } = workspace;
  // Reading the key first repairs an index that an interrupted run left out of date.
  const key = await vault.read(holder);
  const context = await workspace.planContext();
  const session = input.options.noSession ? undefined : sessionPlan(profile, holder, context);
  const settings = settingsOf('sts', holder, key, session, context);
  const sts = await system.aws.sts(settings);
  const arn = key.arn ?? (await sts.getCallerIdentity(key)).arn;
  const userName = userOf(arn, holder);
  const { mfaToken } = input.options;
  const signer: Credentials =
    session === undefined
      ? { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey }
      : await workspace.resolver(mfaToken === undefined ? {} : { mfaToken }).credentials(session);
  try {
    await rotateKey({
      system,
      iam: await system.aws.iam(settingsOf('iam', holder, key, session, context)),
      sts,
      vault,
      sessions,
      profile: holder,
      userName,
      account: accountOfArn(arn),
      signer,
      newSession: session === undefined ? undefined : () => sessionOfNewKey(profile, holder, workspace),
    });
  } catch (error) {
    throw signer.sessionToken === undefined && !input.options.noSession
      ? explainDenial(error, holder)
      : error;
  }
  warnOfCopies(key, workspace);
}

/**
 * The plan for the MFA session that signs the calls to IAM: the key and its session, without the roles. Undefined where
 * no MFA device is configured, as IAM does not accept a session made without MFA (STS API reference, GetSessionToken).
 */
function sessionPlan(profile: string, holder: string, context: PlanContext): Plan | undefined {
  const plans = [
    () => planFor(profile, context),
    // For a role of more than an hour the plan spends the code on AssumeRole; for a shorter one it has a session.
    () => planFor(profile, context, { durationSeconds: 3600 }),
    () => planFor(holder, context),
  ];
  for (const make of plans) {
    const plan = make();
    const [first, second] = plan.steps;
    if (isVaultKey(first) && second?.kind === 'session-token' && second.mfaSerial !== undefined) {
      return { ...plan, profile: holder, steps: [first, second] };
    }
  }
  return undefined;
}

/** An MFA session of the key that is stored by now; asks for another code, as that of the command line is spent. */
async function sessionOfNewKey(profile: string, holder: string, workspace: Workspace): Promise<Credentials> {
  const plan = sessionPlan(profile, holder, await workspace.planContext());
  if (plan === undefined) throw new RangeError(`profile ${holder} lost its MFA device during the rotation`);
  return workspace.resolver({}).credentials(plan);
}

function isVaultKey(step: Step): step is KeyStep {
  return step.kind === 'key' && step.place === 'vault';
}

/** How a service is called: in the region of the key's profile, and always in the key's own partition. */
function settingsOf(
  service: 'sts' | 'iam',
  holder: string,
  key: KeyItem,
  session: Plan | undefined,
  context: PlanContext,
): AwsSettings {
  const view = viewProfile(context.config, holder);
  const step = session?.steps[1];
  const serial = step !== undefined && 'mfaSerial' in step ? step.mfaSerial : view.get('mfa_serial');
  const known = key.arn ?? serial;
  const partition = known === undefined ? undefined : partitionOfArn(known);
  const { region } = planFor(holder, context);
  return settingsFor(service, { region, partition }, { ...context, view });
}

function userOf(arn: string, profile: string): string {
  const resource = parseArn(arn)?.resource ?? '';
  if (resource.startsWith('user/')) return resource.slice(resource.lastIndexOf('/') + 1);
  const account = accountOfArn(arn) ?? '';
  throw new CliError(
    'aws',
    `the key of profile ${profile} belongs to ${resource === 'root' ? `the root user of account ${account}` : arn}`,
    { code: 'not-a-user', hints: ['ccvault rotates the keys of IAM users only'] },
  );
}

function explainDenial(error: unknown, holder: string): unknown {
  if (!isCliError(error) || error.awsCode !== 'AccessDenied') return error;
  return error.withHints(`if the policy requires MFA, add mfa_serial to [profile ${holder}]`);
}

/** Warns of plaintext copies of the old key, which no longer work. */
function warnOfCopies(old: KeyItem, workspace: Workspace): void {
  for (const name of workspace.config().profileNames()) {
    const profile = workspace.config().profile(name);
    if (profile?.get('aws_access_key_id') !== old.accessKeyId) continue;
    const path =
      profile.origin('aws_access_key_id') === 'credentials'
        ? workspace.credentialsPath
        : workspace.configPath;
    workspace.system.out.warning(
      `${path} still contains the deleted key ${shortKeyId(old.accessKeyId)} (profile ${name})`,
    );
  }
}

import type { Credentials } from '../core/credentials.ts';
import { ASSUME_ROLE_SECONDS, FEDERATION_SECONDS, formatDuration } from '../core/aws/durations.ts';
import type { DurationLimits } from '../core/aws/durations.ts';
import { CliError } from '../core/errors.ts';
import type { Plan, Step } from '../core/plan/steps.ts';
import type { Sts } from '../core/ports/aws.ts';
import type { Output } from '../core/ports/terminal.ts';
import type { PartitionName } from '../core/aws/regions.ts';

/** The same as for GetSessionToken without MFA. */
const FEDERATION_DEFAULT_SECONDS = 3600;
/** GetFederationToken called by the account's root user (API reference, `DurationSeconds`). */
const ROOT_MAX_SECONDS = 3600;

// STS API reference, GetFederationToken, Name.
const NAME_MIN_LENGTH = 2;
const NAME_MAX_LENGTH = 32;

/** Credentials the console accepts, and how long its session lasts. */
export interface ConsoleCredentials {
  readonly credentials: Credentials;
  /** Undefined where AWS accepts no `SessionDuration`: the console session then ends with the credentials. */
  readonly sessionSeconds: number | undefined;
}

export interface ConsoleDependencies {
  /** Carries out a plan, or a part of one. */
  resolve(plan: Plan): Promise<Credentials>;
  sts(): Promise<Sts>;
  readonly out: Pick<Output, 'warning' | 'hint'>;
}

// Their credentials are accepted as they are.
const SIGNED_IN_KINDS: ReadonlySet<Step['kind']> = new Set([
  'assume-role',
  'federation-token',
  'web-identity',
  'sso',
  'login',
]);

/**
 * The credentials for the console: those of a role or a sign-in as they are; for the key of a user without a role a
 * federated session (GetFederationToken), because the console does not accept credentials from GetSessionToken.
 * `asked` is `-d` in seconds. Throws CliError `usage` if it is outside the limits, and as `resolve` and Sts.
 */
export async function consoleCredentials(
  plan: Plan,
  partition: PartitionName,
  asked: number | undefined,
  means: ConsoleDependencies,
): Promise<ConsoleCredentials> {
  const sessionSeconds = sessionSecondsFor(plan, asked);
  const last = plan.steps.at(-1);
  if (last !== undefined && SIGNED_IN_KINDS.has(last.kind)) {
    return { credentials: await means.resolve(plan), sessionSeconds };
  }
  // The key itself: with a session of GetSessionToken neither the console nor GetFederationToken works.
  const { ifLongLived: _, ...first } = { ...plan, steps: [plan.steps[0]] as const };
  if (last?.kind === 'key' || last?.kind === 'session-token') sayWithoutMfa(plan, means.out);
  const credentials = await means.resolve(first);
  if (credentials.sessionToken !== undefined) return { credentials, sessionSeconds };
  if (last?.kind !== 'key' && last?.kind !== 'session-token') sayWithoutMfa(plan, means.out);
  return { credentials: await federate(credentials, partition, asked, await means.sts()), sessionSeconds };
}

/**
 * `SessionDuration` for a plan, in seconds; undefined to leave it out. AWS accepts it, 900 to 43,200, for a role
 * assumed directly with a long-lived key or a web identity and for a role of IAM Identity Center, and refuses it for
 * a role assumed with a session and for a federated user (IAM User Guide, "custom identity broker"). For an assumed
 * role it is the duration that AWS has just granted; for IAM Identity Center it is `asked`, because the limit is
 * unknown. Throws CliError `usage` if `asked` is outside the limits.
 */
export function sessionSecondsFor(plan: Plan, asked: number | undefined): number | undefined {
  const last = plan.steps.at(-1);
  if (plan.steps.length === 1 && last?.kind === 'sso') {
    if (asked !== undefined) checkRange(asked, ASSUME_ROLE_SECONDS, 'a console session');
    return asked;
  }
  if (plan.steps.length === 1 && last?.kind === 'web-identity') return last.durationSeconds;
  const [first] = plan.steps;
  const fromKey = plan.steps.length === 2 && first.kind === 'key' && !first.temporary;
  return fromKey && last?.kind === 'assume-role' ? last.durationSeconds : undefined;
}

/**
 * The federated user's name for the user with this ARN: 2 to 32 characters. The console and CloudTrail show it.
 */
export function federatedName(arn: string): string {
  const name = arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
  const allowed = name.replaceAll(/[^\w+=,.@-]/gu, '-').slice(0, NAME_MAX_LENGTH);
  return allowed.length < NAME_MIN_LENGTH ? `ccvault-${allowed}` : allowed;
}

async function federate(
  key: Credentials,
  partition: PartitionName,
  asked: number | undefined,
  sts: Sts,
): Promise<Credentials> {
  if (asked !== undefined) checkRange(asked, FEDERATION_SECONDS, 'a federated session');
  const { arn } = await sts.getCallerIdentity(key);
  const wanted = asked ?? FEDERATION_DEFAULT_SECONDS;
  return sts.getFederationToken(key, {
    name: federatedName(arn),
    durationSeconds: arn.endsWith(':root') ? Math.min(wanted, ROOT_MAX_SECONDS) : wanted,
    // The session may do what both the user and this policy allow: exactly what the user may do. Without a policy it
    // could do nothing.
    policy: { policyArns: [`arn:${partition}:iam::aws:policy/AdministratorAccess`] },
  });
}

function sayWithoutMfa(plan: Plan, out: ConsoleDependencies['out']): void {
  const whose = plan.profile === undefined ? 'these credentials' : `profile ${plan.profile}`;
  out.warning(
    `${whose}: without a role the console session carries no MFA, so actions that require MFA are denied`,
  );
  out.hint(
    'for a console session with MFA use a profile with role_arn and mfa_serial, or SSO, or sign in with the password',
  );
}

function checkRange(seconds: number, limits: DurationLimits, what: string): void {
  if (seconds >= limits.min && seconds <= limits.max) return;
  throw new CliError('usage', `-d ${seconds} is outside what AWS allows for ${what}`, {
    hints: [`choose between ${formatDuration(limits.min)} and ${formatDuration(limits.max)}`],
  });
}

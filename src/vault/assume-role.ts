import type { AssumeRoleRequest, MfaCode } from '../core/ports/aws.ts';
import { isCliError } from '../core/errors.ts';
import type { CliError } from '../core/errors.ts';
import type { AssumeRoleStep, Plan, Step } from '../core/plan/steps.ts';

/** What AssumeRole is asked for a step; what the profile does not set is left out. */
export function roleRequest(step: AssumeRoleStep, mfa: MfaCode | undefined): AssumeRoleRequest {
  return {
    roleArn: step.roleArn,
    sessionName: step.sessionName,
    durationSeconds: step.durationSeconds,
    ...(step.externalId === undefined ? {} : { externalId: step.externalId }),
    ...(step.tags.length === 0 ? {} : { tags: step.tags }),
    ...(step.transitiveTagKeys.length === 0 ? {} : { transitiveTagKeys: step.transitiveTagKeys }),
    ...(step.sourceIdentity === undefined ? {} : { sourceIdentity: step.sourceIdentity }),
    ...(mfa === undefined ? {} : { mfa }),
  };
}

/** A refused role is refused for want of MFA more often than for anything else: say so where no device is set. */
export function explainRefusal(error: unknown, plan: Plan, step: AssumeRoleStep, upstream: Step): unknown {
  if (!isCliError(error) || error.awsCode !== 'AccessDenied') return error;
  const withMfa = plan.steps.some((one) => 'mfaSerial' in one && one.mfaSerial !== undefined);
  if (withMfa || plan.steps[0].kind !== 'key') return error;
  return error.withHints(
    `if the role requires MFA, add mfa_serial to [profile ${step.profile}]; it was assumed with ${upstream.reason}`,
  );
}

// Ours for what never reached AWS, and AWS's own for "not now" (STS API reference, "Common errors").
const OUTAGES: ReadonlySet<string> = new Set([
  'network',
  'tls',
  'captive-portal',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'InternalFailure',
  'InternalError',
]);

/** AWS could not be asked, or could not answer, as against AWS said no. */
export function isOutage(error: unknown): error is CliError {
  return isCliError(error) && error.kind === 'aws' && OUTAGES.has(error.code ?? error.awsCode ?? '');
}

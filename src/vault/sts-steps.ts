import type { Credentials } from '../core/credentials.ts';
import { isCliError } from '../core/errors.ts';
import type { AssumeRoleStep, Plan, SessionStep, SessionTokenStep, Step } from '../core/plan/steps.ts';
import type { AssumeRoleRequest, MfaCode } from '../core/ports/aws.ts';
import type { System } from '../core/ports/system.ts';
import type { Vault } from './keys/vault.ts';
import { spendMfaCode } from './mfa.ts';
import { storedAtOf, withNewKey } from './new-key.ts';

export interface StsMeans {
  readonly system: System;
  readonly vault: Vault;
  /** `--mfa-token`. */
  readonly mfaToken: string | undefined;
  /** Options of this run that `refresh` must repeat to make the same session. */
  readonly refreshOptions: readonly string[];
}

/**
 * Makes the session of a step with the credentials of the step before it, and asks for an MFA code where the step needs
 * one. Throws what Sts and spendMfaCode throw.
 */
export async function callSts(
  plan: Plan,
  step: SessionStep,
  upstream: { readonly step: Step; readonly credentials: Credentials },
  means: StsMeans,
): Promise<Credentials> {
  const { credentials } = upstream;
  const sts = await means.system.aws.sts(step.settings);
  switch (step.kind) {
    case 'session-token': {
      const { durationSeconds } = step;
      return withCode(plan, step, means, (mfa) =>
        // A request that carries a code is sent once, here and below.
        mfa === undefined
          ? withStoredKey(plan, means, () => sts.getSessionToken(credentials, { durationSeconds }))
          : sts.getSessionToken(credentials, { durationSeconds, mfa }),
      );
    }
    case 'federation-token': {
      const { name, durationSeconds, narrowing: policy } = step;
      const request = { name, durationSeconds, policy };
      return withStoredKey(plan, means, () => sts.getFederationToken(credentials, request));
    }
    case 'assume-role':
      try {
        return await withCode(plan, step, means, (mfa) => {
          const assume = (): Promise<Credentials> => sts.assumeRole(credentials, roleRequest(step, mfa));
          const signedByKey = upstream.step.kind === 'key';
          return mfa === undefined && signedByKey ? withStoredKey(plan, means, assume) : assume();
        });
      } catch (error) {
        throw explainRefusal(error, plan, step, upstream.step);
      }
  }
}

async function withStoredKey<T>(plan: Plan, { system, vault }: StsMeans, call: () => Promise<T>): Promise<T> {
  return withNewKey(await storedAtOf(plan.steps[0], vault), system.clock, call);
}

async function withCode<T>(
  plan: Plan,
  step: SessionTokenStep | AssumeRoleStep,
  { system, mfaToken, refreshOptions }: StsMeans,
  call: (mfa: MfaCode | undefined) => Promise<T>,
): Promise<T> {
  if (step.mfaSerial === undefined) return call(undefined);
  const { mfaSerial: serial } = step;
  const { profile, mfaProcess: process, ykmanCredential } = plan;
  const request = { serial, profile, token: mfaToken, process, ykmanCredential, refreshOptions };
  return spendMfaCode(system, request, call);
}

/** The AssumeRole request of a step, without what the profile does not set. */
function roleRequest(step: AssumeRoleStep, mfa: MfaCode | undefined): AssumeRoleRequest {
  return {
    roleArn: step.roleArn,
    sessionName: step.sessionName,
    durationSeconds: step.durationSeconds,
    ...(step.externalId === undefined ? {} : { externalId: step.externalId }),
    ...(step.tags.length === 0 ? {} : { tags: step.tags }),
    ...(step.transitiveTagKeys.length === 0 ? {} : { transitiveTagKeys: step.transitiveTagKeys }),
    ...(step.sourceIdentity === undefined ? {} : { sourceIdentity: step.sourceIdentity }),
    ...(step.narrowing === undefined ? {} : { policy: step.narrowing }),
    ...(mfa === undefined ? {} : { mfa }),
  };
}

/** Adds a hint at mfa_serial where a role is denied and no MFA device is set: the role may require MFA. */
function explainRefusal(error: unknown, plan: Plan, step: AssumeRoleStep, upstream: Step): unknown {
  if (!isCliError(error) || error.awsCode !== 'AccessDenied') return error;
  const withMfa = plan.steps.some((one) => 'mfaSerial' in one && one.mfaSerial !== undefined);
  if (withMfa || plan.steps[0].kind !== 'key') return error;
  return error.withHints(
    `if the role requires MFA, add mfa_serial to [profile ${step.profile}]; the call was signed with ${upstream.reason}`,
  );
}

import { accountOfArn } from '../aws/arn.ts';
import type { WebIdentity } from './chain.ts';
import type { Narrowing } from './narrowing.ts';
import type { SsoSource } from './sso-source.ts';
import { ssoTokenName } from './sso-token-name.ts';
import type { AwsSettings, SessionTag } from '../ports/aws.ts';

interface StepBase {
  /** The profile that asks for this step; undefined for ambient credentials without one. */
  readonly profile: string | undefined;
  /** Why the step is needed, as a clause for people to read. */
  readonly reason: string;
  /** All that shapes the step's result and nothing else: the same text means the same session. */
  readonly cacheKey: string;
}

/** A long-lived key, or static keys with a session token that someone else made (`temporary`). */
export interface KeyStep extends StepBase {
  readonly kind: 'key';
  readonly place: 'vault' | 'credentials' | 'config';
  readonly accessKeyId: string;
  readonly temporary: boolean;
}

export interface EnvironmentStep extends StepBase {
  readonly kind: 'environment';
}

export interface ContainerStep extends StepBase {
  readonly kind: 'container';
}

export interface InstanceStep extends StepBase {
  readonly kind: 'instance';
  /** `ec2_metadata_service_endpoint` and `ec2_metadata_service_endpoint_mode` of the profile, below the environment's. */
  readonly endpoint?: string | undefined;
  readonly endpointMode?: string | undefined;
}

export interface ProcessStep extends StepBase {
  readonly kind: 'process';
  readonly profile: string;
  readonly command: string;
}

export interface WebIdentityStep extends StepBase {
  readonly kind: 'web-identity';
  readonly roleArn: string;
  readonly token: WebIdentity['token'];
  readonly sessionName: string;
  readonly narrowing?: Narrowing | undefined;
  readonly durationSeconds: number;
  readonly settings: AwsSettings;
}

export interface SsoStep extends StepBase {
  readonly kind: 'sso';
  readonly profile: string;
  readonly sso: SsoSource;
  /** How the portal is reached. */
  readonly settings: AwsSettings;
  /** How the service that signs in is reached. */
  readonly oidcSettings: AwsSettings;
}

export interface LoginStep extends StepBase {
  readonly kind: 'login';
  readonly profile: string;
  readonly loginSession: string;
  readonly settings: AwsSettings;
}

export interface SessionTokenStep extends StepBase {
  readonly kind: 'session-token';
  readonly mfaSerial: string | undefined;
  readonly durationSeconds: number;
  readonly settings: AwsSettings;
}

/** A session of a user's key with a policy; GetFederationToken accepts no MFA code. */
export interface FederationTokenStep extends StepBase {
  readonly kind: 'federation-token';
  /** Of the federated user. */
  readonly name: string;
  readonly narrowing: Narrowing;
  readonly durationSeconds: number;
  readonly settings: AwsSettings;
}

export interface AssumeRoleStep extends StepBase {
  readonly kind: 'assume-role';
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId: string | undefined;
  readonly tags: readonly SessionTag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  readonly narrowing?: Narrowing | undefined;
  /** Set when the code is spent on this call instead of on GetSessionToken. */
  readonly mfaSerial: string | undefined;
  readonly durationSeconds: number;
  readonly settings: AwsSettings;
}

export type SourceStep =
  | KeyStep
  | EnvironmentStep
  | ContainerStep
  | InstanceStep
  | ProcessStep
  | WebIdentityStep
  | SsoStep
  | LoginStep;
export type SessionStep = SessionTokenStep | FederationTokenStep | AssumeRoleStep;
export type Step = SourceStep | SessionStep;

/** What will be done to get a profile's credentials, in order. Pure data: `explain` prints it. */
export interface Plan {
  /** Undefined for ambient credentials without a profile. */
  readonly profile: string | undefined;
  /** The region the child is told; undefined where nothing names one. */
  readonly region: string | undefined;
  readonly steps: readonly [SourceStep, ...Step[]];
  readonly notes: readonly string[];
  /** The command that prints MFA codes, from the profile or its sources. */
  readonly mfaProcess: string | undefined;
  /** The account of the YubiKey that has the MFA codes, from the profile or its sources. */
  readonly ykmanCredential: string | undefined;
  /** Of a narrowed plan: the plan without its session policy. */
  readonly wide?: Plan;
  /**
   * The plan to carry out instead when the first step's process returns a long-lived key: that is then
   * treated as a stored key.
   */
  readonly ifLongLived?: Plan;
}

/** Whose a step's credentials are, as far as that is known without a call, and what they are narrowed to. */
export function endOfStep(step: Step): {
  readonly roleArn: string | undefined;
  readonly account: string | undefined;
  readonly narrowing: Narrowing | undefined;
} {
  const narrowing = 'narrowing' in step ? step.narrowing : undefined;
  const roleArn = 'roleArn' in step ? step.roleArn : undefined;
  if (roleArn !== undefined) return { roleArn, account: accountOfArn(roleArn), narrowing };
  return { roleArn, account: step.kind === 'sso' ? step.sso.accountId : undefined, narrowing };
}

/** What everything made from a plan's first step is dropped with: of an SSO role the sign-in, else the step itself. */
export function rootOf(step: SourceStep): string {
  return step.kind === 'sso' ? ssoTokenName(step.sso) : step.cacheKey;
}

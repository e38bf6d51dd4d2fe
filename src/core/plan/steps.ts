import { accountOfArn } from '../aws/arn.ts';
import type { WebIdentity } from './chain.ts';
import type { Narrowing } from './narrowing.ts';
import type { SsoSource } from './sso-source.ts';
import { ssoTokenName } from './sso-token-name.ts';
import type { AwsSettings, SessionTag } from '../ports/aws.ts';

interface StepBase {
  /** The profile that has this step in its settings; undefined for ambient credentials without a profile. */
  readonly profile: string | undefined;
  /** Why the step is needed, or where its credentials come from: a clause for messages. */
  readonly reason: string;
  /** Everything that shapes the step's result, and nothing else: the same key means the same session. */
  readonly cacheKey: string;
}

/** A long-lived key, or static keys with a session token (`temporary`). */
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
  /** The profile's `ec2_metadata_service_endpoint` and `..._endpoint_mode`; the environment takes precedence. */
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
  /** For the portal. */
  readonly settings: AwsSettings;
  /** For the OIDC service, which signs in. */
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

/** A session of a user's key with a session policy. GetFederationToken accepts no MFA code. */
export interface FederationTokenStep extends StepBase {
  readonly kind: 'federation-token';
  /** The name of the federated user. */
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
  /** Set if the MFA code goes to this call instead of GetSessionToken. */
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

/** The steps that get a profile's credentials, in order. Pure data: `explain` prints it. */
export interface Plan {
  /** Undefined for ambient credentials without a profile. */
  readonly profile: string | undefined;
  /** The region for the child; undefined if none is set. */
  readonly region: string | undefined;
  readonly steps: readonly [SourceStep, ...Step[]];
  readonly notes: readonly string[];
  /** The command that prints MFA codes, of the profile or else of its sources. */
  readonly mfaProcess: string | undefined;
  /** The OATH account on a YubiKey that has the MFA codes, of the profile or else of its sources. */
  readonly ykmanCredential: string | undefined;
  /** For a narrowed plan: the plan without the session policy. */
  readonly wide?: Plan;
  /** The plan to carry out instead if the first step's process returns a long-lived key: it is used like a stored key. */
  readonly ifLongLived?: Plan;
}

/** The role, account and session policy of a step's credentials, as far as they are known without a call. */
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

/** The name under which everything made from a first step is dropped: an SSO role's sign-in, else its cache key. */
export function rootOf(step: SourceStep): string {
  return step.kind === 'sso' ? ssoTokenName(step.sso) : step.cacheKey;
}

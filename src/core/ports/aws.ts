import type { Credentials } from '../credentials.ts';
import type { Secret } from '../secret.ts';

/** Where and how an AWS service is reached; part of a plan's step. */
export interface AwsSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly fips?: boolean;
  readonly dualstack?: boolean;
  readonly caBundle?: string;
  /** `legacy` sends the old global regions to sts.amazonaws.com. */
  readonly stsRegionalEndpoints?: 'regional' | 'legacy';
  /** On whose behalf, for the hints of errors. */
  readonly profile?: string;
}

export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

export interface MfaCode {
  readonly serial: string;
  readonly code: string;
}

export interface SessionTag {
  readonly key: string;
  readonly value: string;
}

/** What a session may do is what both its role or user and these policies allow. */
export interface SessionPolicy {
  /** Of managed policies, at most ten. */
  readonly policyArns: readonly string[];
  /** A policy document as JSON, at most 2,048 characters. */
  readonly document?: string | undefined;
}

export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly externalId?: string;
  readonly mfa?: MfaCode;
  readonly tags?: readonly SessionTag[];
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  readonly policy?: SessionPolicy;
}

export interface WebIdentityRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds?: number;
  readonly token: string;
  readonly policy?: SessionPolicy;
}

/**
 * AWS STS. Every method throws CliError `aws` with AWS's error code as `awsCode` (`AccessDenied`,
 * `InvalidClientTokenId`, `ExpiredToken`...), or code `network`, `captive-portal`, `clock-skew`, `tls`.
 * A request that carries an MFA code is sent once; others follow the retry rule of system/aws.
 */
export interface Sts {
  getCallerIdentity(credentials: Credentials): Promise<CallerIdentity>;
  getSessionToken(
    credentials: Credentials,
    request: { durationSeconds: number; mfa?: MfaCode },
  ): Promise<Credentials>;
  assumeRole(credentials: Credentials, request: AssumeRoleRequest): Promise<Credentials>;
  assumeRoleWithWebIdentity(request: WebIdentityRequest): Promise<Credentials>;
  getFederationToken(
    credentials: Credentials,
    request: { name: string; durationSeconds: number; policy?: SessionPolicy },
  ): Promise<Credentials>;
}

export interface AccessKeyInfo {
  readonly accessKeyId: string;
  readonly active: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** AWS IAM: errors as for Sts. */
export interface Iam {
  listMfaDevices(credentials: Credentials, userName?: string): Promise<readonly string[]>;
  listAccessKeys(credentials: Credentials, userName: string): Promise<readonly AccessKeyInfo[]>;
  createAccessKey(
    credentials: Credentials,
    userName: string,
  ): Promise<{ credentials: Credentials; createdAt: number }>;
  setAccessKeyActive(
    credentials: Credentials,
    userName: string,
    accessKeyId: string,
    active: boolean,
  ): Promise<void>;
  deleteAccessKey(credentials: Credentials, userName: string, accessKeyId: string): Promise<void>;
}

/** An account as IAM Identity Center tells of it: texts that anybody may have written. */
export interface ReceivedAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Undefined on the last page. */
  readonly nextToken: string | undefined;
}

/** The portal of IAM Identity Center: errors as for Sts. */
export interface SsoPortal {
  listAccounts(token: Secret, nextToken: string | undefined): Promise<Page<ReceivedAccount>>;
  /** Names of roles. */
  listAccountRoles(token: Secret, accountId: string, nextToken: string | undefined): Promise<Page<string>>;
  /** Ends the session that a token belongs to. */
  logout(token: Secret): Promise<void>;
  /** Throws with code `UnauthorizedException` for a token that ended or was revoked. */
  getRoleCredentials(token: Secret, accountId: string, roleName: string): Promise<Credentials>;
}

export interface SsoClient {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface SsoToken {
  readonly accessToken: Secret;
  readonly refreshToken?: Secret;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface DeviceAuthorization {
  readonly deviceCode: Secret;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly intervalSeconds: number;
}

export type SsoGrant =
  | { readonly type: 'refresh'; readonly refreshToken: Secret }
  | { readonly type: 'device'; readonly deviceCode: Secret }
  | {
      readonly type: 'code';
      readonly code: Secret;
      readonly verifier: Secret;
      readonly redirectUri: string;
    };

/** The OAuth 2 service of IAM Identity Center: errors as for Sts, codes such as `AuthorizationPendingException`. */
export interface SsoOidc {
  /** `redirectUri` and `issuerUrl` for the authorization code grant; without them the client is for device codes. */
  registerClient(request: {
    name: string;
    scopes: readonly string[];
    code?: { redirectUri: string; issuerUrl: string };
  }): Promise<SsoClient>;
  startDeviceAuthorization(client: SsoClient, startUrl: string): Promise<DeviceAuthorization>;
  createToken(client: SsoClient, grant: SsoGrant): Promise<SsoToken>;
  /** Where a browser begins the authorization code grant: the service's own `/authorize`. */
  authorizeUrl(): Promise<URL>;
}

export interface SigninTokenRequest {
  /** `https://HOST/federation` of the partition and region. */
  readonly url: string;
  /** `SessionDuration`, 900 to 43200 seconds; only with credentials for which AWS accepts one. */
  readonly sessionSeconds: number | undefined;
  /** POST where the service is known to accept it: it keeps the credentials out of the URL. */
  readonly method: 'GET' | 'POST';
}

/** The sign-in service of the console: errors as for Sts, code `sign-in-refused` for credentials it refuses. */
export interface SignIn {
  /** Valid for 15 minutes, for anyone who has it. */
  getSigninToken(credentials: Credentials, request: SigninTokenRequest): Promise<Secret>;
}

export interface AwsClock {
  /** The host that was asked. */
  readonly host: string;
  /** Milliseconds since the epoch, to the second; undefined without a response from AWS. */
  readonly time: number | undefined;
}

/** AWS clients, loaded when first asked for: the SDK is never touched by a cached session. */
export interface Aws {
  sts(settings: AwsSettings): Promise<Sts>;
  iam(settings: AwsSettings): Promise<Iam>;
  sso(settings: AwsSettings): Promise<SsoPortal>;
  ssoOidc(settings: AwsSettings): Promise<SsoOidc>;
  signin(settings: AwsSettings): Promise<SignIn>;
  /**
   * The credentials of a profile's `login_session`, renewed where needed in the AWS CLI's own cache. Throws CliError
   * `aws` with code `sign-in-needed` when that holds none or they cannot be renewed.
   */
  loginSession(settings: AwsSettings, profile: string): Promise<Credentials>;
  /** AWS's clock: the `Date` of STS's response to an unsigned request. Tried once; no credentials are sent. */
  clock(settings: AwsSettings): Promise<AwsClock>;
  /**
   * Where an https address sends a browser, as an absolute URL; undefined where it sends it nowhere, and where nobody
   * answers. Asked once, with nothing of ours.
   */
  redirectOf(url: string, settings: AwsSettings): Promise<string | undefined>;
}

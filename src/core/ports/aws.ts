import type { Credentials } from '../credentials.ts';
import type { Secret } from '../secret.ts';

/** How an AWS service is reached; part of a plan's step. */
export interface AwsSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly fips?: boolean;
  readonly dualstack?: boolean;
  readonly caBundle?: string;
  /** `legacy`: STS calls for the older regions go to the global endpoint, sts.amazonaws.com. */
  readonly stsRegionalEndpoints?: 'regional' | 'legacy';
  /** The profile to name in the hints of errors. */
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

/** Session policies: a session may do only what both its role or user and these policies allow. */
export interface SessionPolicy {
  /** ARNs of managed policies, at most ten. */
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
 * AWS STS. Every method throws as `awsError`: CliError `aws` with AWS's error code as `awsCode` (`AccessDenied`,
 * `InvalidClientTokenId`, `ExpiredToken`...), or with code `network`, `captive-portal`, `clock-skew`, `tls`,
 * `mfa-refused` or `mfa-device`; with code `bad-answer` for a response that cannot be AWS's. A request with an MFA
 * code is sent once; the retry rule of system/aws applies to all others.
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

/** AWS IAM. Throws as Sts. */
export interface Iam {
  /** Serial numbers. Without `userName`, those of the user who calls. */
  listMfaDevices(credentials: Credentials, userName?: string): Promise<readonly string[]>;
  listAccessKeys(credentials: Credentials, userName: string): Promise<readonly AccessKeyInfo[]>;
  /** `createdAt` is in milliseconds since the epoch. */
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

/** An account as IAM Identity Center returns it: untrusted text. */
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

/** The portal of IAM Identity Center. Throws as Sts: `UnauthorizedException` for an expired or revoked token. */
export interface SsoPortal {
  listAccounts(token: Secret, nextToken: string | undefined): Promise<Page<ReceivedAccount>>;
  /** The names of the roles. */
  listAccountRoles(token: Secret, accountId: string, nextToken: string | undefined): Promise<Page<string>>;
  /** Ends the session that a token belongs to. */
  logout(token: Secret): Promise<void>;
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

/** The OIDC service of IAM Identity Center. Throws as Sts: `AuthorizationPendingException` and other codes of OIDC. */
export interface SsoOidc {
  /** With `code` the client is for the authorization code grant, without for device codes. */
  registerClient(request: {
    name: string;
    scopes: readonly string[];
    code?: { redirectUri: string; issuerUrl: string };
  }): Promise<SsoClient>;
  startDeviceAuthorization(client: SsoClient, startUrl: string): Promise<DeviceAuthorization>;
  createToken(client: SsoClient, grant: SsoGrant): Promise<SsoToken>;
  /** The service's `/authorize`, at which a browser begins the authorization code grant. Calls nothing. */
  authorizeUrl(): Promise<URL>;
}

export interface SigninTokenRequest {
  /** `https://HOST/federation` of the partition and region. */
  readonly url: string;
  /** `SessionDuration`, 900 to 43,200 seconds; undefined for credentials with which AWS accepts none. */
  readonly sessionSeconds: number | undefined;
  /** POST, which keeps the credentials out of the URL, where the service is known to accept it. */
  readonly method: 'GET' | 'POST';
}

/** The sign-in service of the console. Throws as Sts, with code `sign-in-refused` for credentials that it refuses. */
export interface SignIn {
  /** The token is valid for 15 minutes and signs in anyone who has it. */
  getSigninToken(credentials: Credentials, request: SigninTokenRequest): Promise<Secret>;
}

export interface AwsClock {
  /** The host that was called. */
  readonly host: string;
  /** Milliseconds since the epoch, in whole seconds; undefined without a response. */
  readonly time: number | undefined;
}

/** AWS clients, loaded on first use: a run with a cached session never loads the SDK. */
export interface Aws {
  sts(settings: AwsSettings): Promise<Sts>;
  iam(settings: AwsSettings): Promise<Iam>;
  sso(settings: AwsSettings): Promise<SsoPortal>;
  ssoOidc(settings: AwsSettings): Promise<SsoOidc>;
  signin(settings: AwsSettings): Promise<SignIn>;
  /**
   * The credentials of a profile's `login_session`, renewed if necessary in the AWS CLI's own cache. Throws CliError
   * `aws` with code `sign-in-needed` if the cache has none or they cannot be renewed, else as Sts.
   */
  loginSession(settings: AwsSettings, profile: string): Promise<Credentials>;
  /** AWS's clock: the `Date` of STS's response to one unsigned request. Throws CliError `config` for invalid settings. */
  clock(settings: AwsSettings): Promise<AwsClock>;
  /**
   * The absolute URL to which an https URL redirects; undefined if it does not redirect or does not respond. Sends a
   * HEAD request, then a GET if the server knows no HEAD, both without credentials. Throws CliError `config` for the
   * settings.
   */
  redirectOf(url: string, settings: AwsSettings): Promise<string | undefined>;
}

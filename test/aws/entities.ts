// What there is in the stand-in's accounts.

import type { Policy } from './policies.ts';

export type Account = {
  readonly id: string;
  readonly partition: string;
  /** Those of the regions to be enabled first that the account has enabled. */
  readonly enabledRegions: Set<string>;
};

export type AccessKey = {
  readonly id: string;
  readonly secret: string;
  readonly owner: User;
  active: boolean;
  /** Age-clock ms. */
  readonly created: number;
  /** Age-clock ms from which services know the key. */
  readonly visibleFrom: number;
  lastUsed?: { readonly at: number; readonly service: string; readonly region: string };
};

export type MfaDevice = {
  readonly serial: string;
  readonly secret: string;
  readonly enabled: number;
  /** Steps whose code was used, with success or as part of a call that failed later: each is good once. */
  readonly usedSteps: Set<number>;
};

/**
 * What a user or role may do. Everything in its own account, less `deny`; with `allow`, only what that names.
 * Names are `service:Operation`; a trailing `*` is a wild card.
 */
export type Permissions = {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Denied while the call was not signed with MFA-authenticated credentials. */
  readonly denyWithoutMfa?: readonly string[];
};

export type User = {
  readonly account: Account;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly root: boolean;
  readonly created: number;
  readonly permissions: Permissions;
  readonly keys: AccessKey[];
  readonly devices: MfaDevice[];
};

/** Who may assume a role, and under which conditions. */
export type Trust = {
  /** User, role, assumed-role or account (`arn:...:root`, or its number) principals. */
  readonly principals?: readonly string[];
  readonly mfa?: boolean;
  /** `aws:MultiFactorAuthAge` must be below this many seconds. */
  readonly mfaMaxAge?: number;
  readonly externalId?: string;
  /** true: some source identity must be set; a string: exactly this one. */
  readonly sourceIdentity?: boolean | string;
  /** false: sts:TagSession is not granted. */
  readonly tagSession?: boolean;
  /** Tokens of this issuer are accepted; subject and audience, where given, must be equal. */
  readonly webIdentity?: { readonly issuer: string; readonly subject?: string; readonly audience?: string };
};

export type Role = {
  readonly account: Account;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly trust: Trust;
  readonly permissions: Permissions;
  /** Seconds, 3600 to 43200. */
  readonly maxSessionDuration: number;
};

export type SessionKind =
  | 'GetSessionToken'
  | 'AssumeRole'
  | 'AssumeRoleWithWebIdentity'
  | 'GetFederationToken'
  | 'GetRoleCredentials';

/** Temporary credentials that were issued. */
export type Session = {
  readonly kind: SessionKind;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Age-clock ms. */
  readonly expires: number;
  readonly account: Account;
  readonly arn: string;
  readonly userId: string;
  /** The IAM user behind GetSessionToken and GetFederationToken. */
  readonly user?: User;
  readonly role?: Role;
  /**
   * The long-term key that GetSessionToken was called with. The session outlives it: temporary credentials are valid
   * until they expire (IAM User Guide), and intruders are known to stay on by that. Under `World.sessionsEndWithKey`
   * it does not.
   */
  readonly madeWith?: AccessKey;
  /** Age-clock ms of the MFA code it was made with; a role's credentials never carry the proof on. */
  readonly mfaAt?: number;
  /** Made with temporary credentials. */
  readonly chained: boolean;
  readonly tags: ReadonlyMap<string, string>;
  readonly transitiveTags: ReadonlyMap<string, string>;
  readonly sourceIdentity?: string;
  /** Session policies; undefined where nothing is taken away. */
  readonly policies?: readonly Policy[] | undefined;
};

export type WebIdentityToken = {
  readonly token: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly expires: number;
};

/** A repository of CodeCommit; in the world by name only, on disk once git asks for it. */
export type Repository = {
  readonly account: Account;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  /** ARNs of users and roles that may pull; everyone of the account where left out. */
  readonly readers?: readonly string[];
  /** ARNs of users and roles that may push, and pull; everyone of the account where left out. */
  readonly writers?: readonly string[];
  /** Path to content of the first commit on `main`; without it the repository is empty. */
  readonly files?: Readonly<Record<string, string>>;
};

/** Who signed a call: `key` for a long-term key, else `session`. */
export type Caller = {
  readonly account: Account;
  readonly arn: string;
  readonly userId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly user?: User;
  readonly role?: Role;
  readonly key?: AccessKey;
  readonly session?: Session;
};

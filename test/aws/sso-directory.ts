// What there is in IAM Identity Center: instances, who may take which role, and what sign-ins have issued.

import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Role } from './entities.ts';
import type { World } from './world.ts';

/** IAM Identity Center: a client's registration lives 90 days, a code to sign in with 10 minutes. */
export const CLIENT_SECONDS = 90 * 86_400;
export const CODE_SECONDS = 600;
/** An access token's life; with a refresh token it is renewed until the session ends. */
export const TOKEN_SECONDS = 3600;

export type SsoInstanceInput = {
  readonly startUrl: string;
  readonly region: string;
  readonly user?: string;
  /** Seconds until the person has to sign in again; default 8 h. */
  readonly sessionSeconds?: number;
  readonly assignments?: readonly SsoAssignmentInput[];
  /** Names and addresses of accounts; others are called `Account N`. */
  readonly accounts?: readonly SsoAccountInput[];
  /** So many accounts more, from 100000000001 on, each with these roles. */
  readonly organization?: { readonly accounts: number; readonly roles: readonly string[] };
};

export type SsoAssignmentInput = {
  readonly account: string;
  readonly role: string;
  readonly seconds?: number;
};

export type SsoAccountInput = { readonly id: string; readonly name?: string; readonly email?: string };

export type SsoAssignment = { readonly role: Role; readonly name: string; readonly seconds: number };

/** An account as the portal shows it, with what the person may do there. */
export type SsoAccount = {
  name: string;
  email: string;
  readonly assignments: SsoAssignment[];
};

export type SsoInstance = {
  readonly startUrl: string;
  readonly region: string;
  readonly user: string;
  readonly sessionSeconds: number;
  /** By id, in the order in which ListAccounts gives them. */
  readonly accounts: Map<string, SsoAccount>;
};

export type SsoClient = {
  readonly id: string;
  readonly secret: string;
  readonly expires: number;
  readonly scopes: readonly string[];
  readonly grants: readonly string[];
  readonly redirectUris: readonly string[];
  readonly issuerUrl: string;
};

export type Device = {
  readonly code: string;
  readonly userCode: string;
  readonly client: SsoClient;
  readonly instance: SsoInstance;
  readonly expires: number;
  /** Seconds between two polls; grows with every SlowDown. */
  interval: number;
  /** Wall clock of the last poll, ms. */
  polled: number;
  state: 'pending' | 'approved' | 'denied' | 'used';
};

export type AuthorizationCode = {
  readonly client: SsoClient;
  readonly instance: SsoInstance;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly expires: number;
};

/** A person's signed-in session: ended, none of its tokens is good. */
export type SignedIn = { readonly client: SsoClient; readonly instance: SsoInstance; readonly ends: number };

export class SsoDirectory {
  /** What the person in front of a browser does; `elsewhere` has one confirm every code at once. */
  browser: 'approve' | 'deny' | 'nothing' | 'elsewhere' = 'approve';
  readonly instances: SsoInstance[] = [];
  readonly clients = new Map<string, SsoClient>();
  readonly devices = new Map<string, Device>();
  readonly codes = new Map<string, AuthorizationCode>();
  readonly accessTokens = new Map<string, { readonly session: SignedIn; readonly expires: number }>();
  readonly refreshTokens = new Map<string, SignedIn>();
  /** How many requests a second the portal takes, as many at once; undefined for any number. */
  requestsPerSecond: number | undefined;
  #bucket = { requests: 0, filledAt: -Infinity };
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  addInstance(input: SsoInstanceInput): SsoInstance {
    const instance: SsoInstance = {
      startUrl: input.startUrl,
      region: input.region,
      user: input.user ?? 'someone@example.com',
      sessionSeconds: input.sessionSeconds ?? 8 * 3600,
      accounts: new Map(),
    };
    for (const account of input.accounts ?? []) this.addAccount(instance, account);
    for (const assignment of input.assignments ?? []) this.assign(instance, assignment);
    const { accounts = 0, roles = [] } = input.organization ?? {};
    for (let number = 1; number <= accounts; number++) {
      const account = String(100_000_000_000 + number);
      for (const role of roles) this.assign(instance, { account, role });
    }
    this.instances.push(instance);
    return instance;
  }

  /** Adds an account, or gives one that is there another name or address. */
  addAccount(instance: SsoInstance, { id, name, email }: SsoAccountInput): SsoAccount {
    const account = instance.accounts.get(id) ?? {
      name: `Account ${instance.accounts.size + 1}`,
      email: `aws+${id}@example.com`,
      assignments: [],
    };
    account.name = name ?? account.name;
    account.email = email ?? account.email;
    instance.accounts.set(id, account);
    return account;
  }

  assign(instance: SsoInstance, { account: id, role: name, seconds = 3600 }: SsoAssignmentInput): void {
    const role = this.#world.addRole({
      account: id,
      path: `/aws-reserved/sso.amazonaws.com/${instance.region}/`,
      name: `AWSReservedSSO_${name}_${randomBytes(8).toString('hex')}`,
      trust: {},
    });
    const { assignments } = instance.accounts.get(id) ?? this.addAccount(instance, { id });
    assignments.push({ name, seconds, role });
  }

  /** Takes a role away, or without one all; an account without any is no longer shown. */
  unassign(instance: SsoInstance, id: string, name?: string): void {
    const assignments = instance.accounts.get(id)?.assignments ?? [];
    const left = assignments.filter((assignment) => name !== undefined && assignment.name !== name);
    assignments.splice(0, Infinity, ...left);
    if (left.length === 0) instance.accounts.delete(id);
  }

  /** Ends every access token, and with `all` the sessions behind them too. */
  revoke(all = false): void {
    this.accessTokens.clear();
    if (all) this.refreshTokens.clear();
  }

  /** Whether the portal takes one more request: a bucket that fills with the wall clock, up to what a second brings. */
  takesRequest(): boolean {
    const limit = this.requestsPerSecond;
    if (limit === undefined) return true;
    const now = this.#world.clock.wall();
    const { requests, filledAt } = this.#bucket;
    const filled = Math.min(limit, requests + ((now - filledAt) / 1000) * limit);
    const takes = filled >= 1;
    this.#bucket = { requests: takes ? filled - 1 : filled, filledAt: now };
    return takes;
  }

  /** Ends the session that an access token belongs to, with all of its tokens. */
  signOut(accessToken: string): void {
    const session = this.accessTokens.get(accessToken)?.session;
    for (const [token, { session: of }] of this.accessTokens) {
      if (of === session) this.accessTokens.delete(token);
    }
    for (const [token, of] of this.refreshTokens) {
      if (of === session) this.refreshTokens.delete(token);
    }
  }

  /** Issues what CreateToken answers. */
  issue(session: SignedIn): {
    accessToken: string;
    refreshToken?: string;
    expiresIn: number;
    tokenType: string;
  } {
    const now = this.#world.clock.age();
    const expires = Math.min(now + TOKEN_SECONDS * 1000, session.ends);
    const accessToken = `aoa${randomBytes(120).toString('base64url')}`;
    this.accessTokens.set(accessToken, { session, expires });
    const answer = { accessToken, expiresIn: Math.floor((expires - now) / 1000), tokenType: 'Bearer' };
    if (session.client.scopes.length === 0) return answer;
    const refreshToken = `aor${randomBytes(120).toString('base64url')}`;
    this.refreshTokens.set(refreshToken, session);
    return { ...answer, refreshToken };
  }
}

/** `ABCD-EFGH`, of letters that are hard to confuse. */
export function userCode(): string {
  const letters = Array.from({ length: 8 }, () => 'BCDFGHJKLMNPQRSTVWXZ'.charAt(randomInt(20))).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

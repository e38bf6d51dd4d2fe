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
  readonly assignments: readonly {
    readonly account: string;
    readonly role: string;
    readonly seconds?: number;
  }[];
};

export type SsoInstance = {
  readonly startUrl: string;
  readonly region: string;
  readonly user: string;
  readonly sessionSeconds: number;
  readonly assignments: readonly { readonly role: Role; readonly name: string; readonly seconds: number }[];
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
      assignments: input.assignments.map(({ account, role, seconds = 3600 }) => ({
        name: role,
        seconds,
        role: this.#world.addRole({
          account,
          path: `/aws-reserved/sso.amazonaws.com/${input.region}/`,
          name: `AWSReservedSSO_${role}_${randomBytes(8).toString('hex')}`,
          trust: {},
        }),
      })),
    };
    this.instances.push(instance);
    return instance;
  }

  /** Ends every access token, and with `all` the sessions behind them too. */
  revoke(all = false): void {
    this.accessTokens.clear();
    if (all) this.refreshTokens.clear();
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

// The stand-in's state: accounts, users, keys, devices, roles, and the sessions issued to them.

import type { Clock } from './clock.ts';
import type {
  AccessKey,
  Account,
  Caller,
  MfaDevice,
  Permissions,
  Repository,
  Role,
  Session,
  Trust,
  User,
  WebIdentityToken,
} from './entities.ts';
import { secretAccessKey, sessionToken, totpSecret, uniqueId } from './ids.ts';
import { shownCode } from './mfa.ts';
import { parsePolicy } from './policies.ts';
import type { Policy, PolicyShelf } from './policies.ts';
import { SsoDirectory } from './sso-directory.ts';

export type UserInput = {
  /** Account number; made in partition `aws` unless `addAccount` said otherwise. */
  readonly account: string;
  readonly name?: string;
  readonly path?: string;
  /** true: a virtual device named after the user; or its serial; or several. */
  readonly mfa?: boolean | string | readonly string[];
  /** Base32, for the first device. */
  readonly mfaSecret?: string;
  readonly permissions?: Permissions;
  /** The account's root user. */
  readonly root?: boolean;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
};

/** What a test needs of a user it made. */
export type UserHandle = {
  readonly user: User;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Serial and base32 secret of the first device; empty without one. */
  readonly mfaSerial: string;
  readonly mfaSecret: string;
  /** The first device's code now, or so many steps of 30 s from now: -1, 0 and 1 are good. */
  totp(ahead?: number): string;
};

export type RoleInput = {
  readonly account: string;
  readonly name: string;
  readonly path?: string;
  readonly trust: Trust;
  readonly permissions?: Permissions;
  /** Seconds; default 3600, as IAM's. */
  readonly maxSessionDuration?: number;
};

export type RepositoryInput = Omit<Repository, 'account' | 'arn'> & { readonly account: string };

export class World {
  readonly clock: Clock;
  /** How long a key from CreateAccessKey stays unknown to the services, ms. */
  newKeyDelay = 0;
  /** Whether a session of GetSessionToken ends with the key it was made with; AWS lets it live on. */
  sessionsEndWithKey = false;
  readonly users: User[] = [];
  readonly roles: Role[] = [];
  readonly repositories: Repository[] = [];
  /** Managed policies of customers, by ARN. */
  readonly policies = new Map<string, Policy>();
  readonly webIdentityTokens = new Map<string, WebIdentityToken>();
  readonly sso = new SsoDirectory(this);
  readonly #accounts = new Map<string, Account>();
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Fixes an account's partition; needed only for others than `aws`, and before anything is put in it. */
  addAccount(id: string, partition = 'aws'): Account {
    const known = this.#accounts.get(id);
    if (known !== undefined) return known;
    const account = { id, partition, enabledRegions: new Set<string>() };
    this.#accounts.set(id, account);
    return account;
  }

  addUser(input: UserInput): UserHandle {
    const account = this.addAccount(input.account);
    const iam = `arn:${account.partition}:iam::${account.id}`;
    const root = input.root ?? false;
    const name = root ? 'root' : (input.name ?? 'user');
    const path = input.path ?? '/';
    const user: User = {
      account,
      name,
      path,
      root,
      arn: root ? `${iam}:root` : `${iam}:user${path}${name}`,
      id: root ? account.id : uniqueId('AIDA'),
      created: this.clock.age(),
      permissions: input.permissions ?? {},
      keys: [],
      devices: [],
    };
    this.users.push(user);
    const key = this.addKey(user, { id: input.accessKeyId, secret: input.secretAccessKey });
    const own = `${iam}:mfa/${root ? 'root-account-mfa-device' : name}`;
    const serials = typeof input.mfa === 'object' ? input.mfa : [input.mfa === true ? own : input.mfa];
    for (const serial of serials) {
      if (typeof serial === 'string') this.addDevice(user, serial, input.mfaSecret);
    }
    const device = user.devices[0];
    return {
      user,
      arn: user.arn,
      accessKeyId: key.id,
      secretAccessKey: key.secret,
      mfaSerial: device?.serial ?? '',
      mfaSecret: device?.secret ?? '',
      totp: (ahead) => (device === undefined ? '' : shownCode(this.clock, device, ahead)),
    };
  }

  addDevice(user: User, serial: string, secret = totpSecret()): MfaDevice {
    const device = { serial, secret, enabled: this.clock.age(), usedSteps: new Set<number>() };
    user.devices.push(device);
    return device;
  }

  /** Gives a user one key more, known to the services after `delay` ms. */
  addKey(
    user: User,
    fixed: { id?: string | undefined; secret?: string | undefined } = {},
    delay = 0,
  ): AccessKey {
    const now = this.clock.age();
    const key: AccessKey = {
      id: fixed.id ?? uniqueId('AKIA'),
      secret: fixed.secret ?? secretAccessKey(),
      owner: user,
      active: true,
      created: now,
      // Without a delay also under a clock that is set back afterwards.
      visibleFrom: delay === 0 ? -Infinity : now + delay,
    };
    user.keys.push(key);
    return key;
  }

  addRole(input: RoleInput): Role {
    const account = this.addAccount(input.account);
    const path = input.path ?? '/';
    const role: Role = {
      account,
      path,
      name: input.name,
      arn: `arn:${account.partition}:iam::${account.id}:role${path}${input.name}`,
      id: uniqueId('AROA'),
      trust: input.trust,
      permissions: input.permissions ?? {},
      maxSessionDuration: input.maxSessionDuration ?? 3600,
    };
    this.roles.push(role);
    return role;
  }

  /** A customer's managed policy; gives its ARN. `name` may have a path before it. */
  addPolicy(input: { readonly account: string; readonly name: string; readonly document: string }): string {
    const account = this.addAccount(input.account);
    const arn = `arn:${account.partition}:iam::${account.id}:policy/${input.name}`;
    this.policies.set(arn, parsePolicy(input.document));
    return arn;
  }

  /** The managed policies that sessions of an account may name. */
  policiesOf({ id, partition }: Account): PolicyShelf {
    return { account: id, partition, customer: this.policies };
  }

  addRepository(input: RepositoryInput): Repository {
    const account = this.addAccount(input.account);
    const arn = `arn:${account.partition}:codecommit:${input.region}:${account.id}:${input.name}`;
    const repository = { ...input, account, arn };
    this.repositories.push(repository);
    return repository;
  }

  /** Registers a token an identity provider would have signed, good for `lifetime` seconds. */
  addWebIdentityToken(input: {
    readonly issuer: string;
    readonly subject: string;
    readonly audience: string;
    readonly lifetime?: number;
  }): WebIdentityToken {
    const { issuer, subject, audience, lifetime = 3600 } = input;
    const expires = this.clock.age() + lifetime * 1000;
    const claims = { iss: issuer, sub: subject, aud: audience, exp: Math.floor(expires / 1000) };
    const parts = [JSON.stringify({ alg: 'RS256', typ: 'JWT' }), JSON.stringify(claims), sessionToken()];
    const token = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
    const entry = { token, issuer, subject, audience, expires };
    this.webIdentityTokens.set(token, entry);
    return entry;
  }

  /** Issues temporary credentials for `seconds`. */
  issueSession(
    input: Omit<Session, 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'expires'>,
    seconds: number,
  ): Session {
    const session: Session = {
      ...input,
      accessKeyId: uniqueId('ASIA'),
      secretAccessKey: secretAccessKey(),
      sessionToken: sessionToken(),
      expires: this.clock.age() + seconds * 1000,
    };
    this.#sessions.set(session.accessKeyId, session);
    return session;
  }

  session(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }

  /** All that were ever issued. */
  get sessions(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  device(serial: string): MfaDevice | undefined {
    return this.users.flatMap((user) => user.devices).find((device) => device.serial === serial);
  }

  role(arn: string): Role | undefined {
    return this.roles.find((role) => role.arn === arn);
  }

  key(id: string): AccessKey | undefined {
    return this.users.flatMap((user) => user.keys).find((key) => key.id === id);
  }

  /**
   * Who signs with this key id, secret not yet proven and expiry not yet looked at; undefined for ids that are
   * unknown, inactive or too new, and under `sessionsEndWithKey` for sessions whose key is inactive or gone.
   */
  caller(accessKeyId: string): Caller | undefined {
    const key = this.key(accessKeyId);
    if (key !== undefined) {
      if (!key.active || key.visibleFrom > this.clock.age()) return undefined;
      const { owner: user } = key;
      return {
        account: user.account,
        arn: user.arn,
        userId: user.id,
        accessKeyId,
        secretAccessKey: key.secret,
        user,
        key,
      };
    }
    const session = this.#sessions.get(accessKeyId);
    if (session === undefined) return undefined;
    return this.sessionsEndWithKey && outlivesItsKey(session, this) ? undefined : { ...session, session };
  }
}

function outlivesItsKey({ madeWith }: Session, world: World): boolean {
  return madeWith !== undefined && (!madeWith.active || world.key(madeWith.id) === undefined);
}

import { isAccountId, isPermissionSet } from '../aws/arn.ts';
import type { AwsConfig, Profile, Settings } from '../config/aws-config.ts';
import type { ConfigFileKind } from '../config/sections.ts';
import { isSessionName } from './given-session.ts';

/** The parts of `SESSION/ACCOUNT/ROLE`, which can be used in the place of a profile name. */
export interface SsoRoleName {
  readonly session: string;
  /** An account id, or a name of any characters. */
  readonly account: string;
  readonly role: string;
}

/** Parses `SESSION/ACCOUNT/ROLE`; undefined for a profile's name, and for a session that the config file lacks. */
export function ssoRoleNamed(name: string, config: AwsConfig): SsoRoleName | undefined {
  const last = name.lastIndexOf('/');
  if (last <= 0 || config.isWritten(name)) return undefined;
  const role = name.slice(last + 1);
  // Of the sessions `a` and `a/b` the longer name counts.
  const [session] = config
    .ssoSessionNames()
    .filter((one) => name.startsWith(`${one}/`) && one.length + 1 < last)
    .toSorted((a, b) => b.length - a.length);
  if (session === undefined || !isPermissionSet(role)) return undefined;
  return { session, account: name.slice(session.length + 1, last), role };
}

/**
 * The session in a name of the form `SESSION/ACCOUNT/ROLE` if the config file lacks it; undefined for the name of a
 * profile and for any other form.
 */
export function lackingSession(name: string, config: AwsConfig): string | undefined {
  const [session = '', account, ...rest] = name.split('/');
  if (!account || !isPermissionSet(rest.at(-1) ?? '') || !isSessionName(session)) return undefined;
  if (config.isWritten(name) || config.ssoSessionNames().some((one) => name.startsWith(`${one}/`))) {
    return undefined;
  }
  return session;
}

/**
 * The config with a profile for each `SESSION/ACCOUNT/ROLE`: the settings that a section for it would have. If
 * ACCOUNT is a name, there is a profile only if `accountIdOf` knows the account.
 */
export function withSsoRoles(
  config: AwsConfig,
  accountIdOf: (session: string, accountName: string) => string | undefined,
): AwsConfig {
  const roleProfile = (name: string): Profile | undefined => {
    const named = ssoRoleNamed(name, config);
    if (named === undefined) return undefined;
    const { session, account, role } = named;
    const accountId = isAccountId(account) ? account : accountIdOf(session, account);
    if (accountId === undefined) return undefined;
    const settings = { sso_session: session, sso_account_id: accountId, sso_role_name: role };
    return new RoleProfile(name, new Map(Object.entries(settings)));
  };
  return {
    configPath: config.configPath,
    credentialsPath: config.credentialsPath,
    missing: config.missing,
    profileNames: () => config.profileNames(),
    isWritten: (name) => config.isWritten(name),
    isInConfigFile: (name) => config.isInConfigFile(name),
    hasProfile: (name) => config.isWritten(name) || roleProfile(name) !== undefined,
    profile: (name) => config.profile(name) ?? roleProfile(name),
    section: (kind, name) => config.section(kind, name),
    ssoSessionNames: () => config.ssoSessionNames(),
    unreadHeader: (kind, name) => config.unreadHeader(kind, name),
  };
}

class RoleProfile implements Profile, Settings {
  readonly name: string;
  readonly #settings: ReadonlyMap<string, string>;

  constructor(name: string, settings: ReadonlyMap<string, string>) {
    this.name = name;
    this.#settings = settings;
  }

  get(key: string): string | undefined {
    return this.#settings.get(key);
  }

  nested(): undefined {
    return undefined;
  }

  keys(): readonly string[] {
    return [...this.#settings.keys()];
  }

  origin(key: string): ConfigFileKind | undefined {
    return this.#settings.has(key) ? 'config' : undefined;
  }
}

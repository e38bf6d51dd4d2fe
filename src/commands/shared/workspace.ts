import { parseAwsConfig } from '../../core/config/aws-config.ts';
import type { AwsConfig } from '../../core/config/aws-config.ts';
import { parseDuration } from '../../core/aws/durations.ts';
import { expandPath } from '../../core/expand-path.ts';
import { CliError } from '../../core/errors.ts';
import { minTtlRule } from '../../core/renewal-rule.ts';
import type { PlanContext } from '../../core/plan/facts.ts';
import type { System } from '../../core/ports/system.ts';
import type { Globals } from '../../spec/options.ts';
import { Resolver } from '../../vault/resolve.ts';
import type { ResolveOptions } from '../../vault/resolve.ts';
import { SessionKey } from '../../vault/sessions/session-key.ts';
import { SessionStore } from '../../vault/sessions/session-store.ts';
import { Vault } from '../../vault/keys/vault.ts';
import { profileOfCommand } from './profile-of-command.ts';

/** The folder of the vault with what `exec --server` shows programs in place of the user's AWS files. */
export const SERVED_FILES = 'servers';

/** Everything a command works on, each part opened when it is first needed. */
export class Workspace {
  readonly system: System;
  readonly vault: Vault;
  readonly sessionKey: SessionKey;
  readonly sessions: SessionStore;
  #config: AwsConfig | undefined;

  constructor(system: System, globals: Pick<Globals, 'backend'>) {
    this.system = system;
    this.vault = new Vault(system, globals.backend);
    this.sessionKey = new SessionKey(system, this.vault);
    this.sessions = new SessionStore(system, this.sessionKey);
  }

  get configPath(): string {
    return this.#path('AWS_CONFIG_FILE', 'config');
  }

  get credentialsPath(): string {
    return this.#path('AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  }

  /** The config files; throws CliError `config` naming file and line when they cannot be understood. */
  config(): AwsConfig {
    if (this.#config !== undefined) return this.#config;
    const { configPath, credentialsPath } = this;
    const config = this.system.files.readText(configPath);
    const credentials = this.system.files.readText(credentialsPath);
    const missing = [
      ...(config === undefined ? this.#missing('AWS_CONFIG_FILE', 'config') : []),
      ...(credentials === undefined ? this.#missing('AWS_SHARED_CREDENTIALS_FILE', 'credentials') : []),
    ];
    this.#config = parseAwsConfig({
      config: config ?? '',
      credentials: credentials ?? '',
      configPath,
      credentialsPath,
      missing,
    });
    return this.#config;
  }

  async planContext(): Promise<PlanContext> {
    return {
      config: this.config(),
      env: this.system.env,
      storedKeys: await this.vault.storedKeys(),
      userName: this.system.host.userName,
      profileOfCommand,
    };
  }

  resolver(options: ResolveOptions): Resolver {
    return new Resolver(this.system, this.vault, this.sessions, this.config(), options);
  }

  /** A default place may be empty; a place that somebody named is a mistake where nothing is. */
  #missing(variable: string, name: string): readonly string[] {
    const path = this.#path(variable, name);
    return path === this.#defaultPath(name) ? [] : [`${variable} names ${path}, which does not exist`];
  }

  #defaultPath(name: string): string {
    return `${this.system.host.homeDirectory}/.aws/${name}`;
  }

  #path(variable: string, name: string): string {
    const { env, host } = this.system;
    const { homeDirectory, vaultDirectory } = host;
    const given = env[variable];
    // Inside `exec --server` the variable can name a copy of ours, and another one the user's own file.
    const copied = given?.startsWith(`${vaultDirectory}/${SERVED_FILES}/`) ?? false;
    const set = copied ? env[`CCVAULT_${variable}`] : given;
    if (set === undefined || set === '') return this.#defaultPath(name);
    return expandPath(set, env, homeDirectory);
  }
}

/** The options that `exec`, `export`, `login`, `whoami`, `refresh` and `serve` share. */
export interface SessionInput {
  readonly duration: number | undefined;
  readonly region: string | undefined;
  readonly noSession: boolean;
  readonly mfaToken: string | undefined;
  readonly noBrowser: boolean;
  readonly fresh: boolean;
  readonly minTtl: number | undefined;
}

export function resolveOptionsOf(input: SessionInput, system: Pick<System, 'env'>): ResolveOptions {
  const minTtl = input.minTtl ?? minTtlFromEnv(system.env['AWS_MIN_TTL']);
  return {
    ...(input.mfaToken === undefined ? {} : { mfaToken: input.mfaToken }),
    ...(input.fresh ? { renew: 'unseen' as const } : {}),
    ...(minTtl === undefined ? {} : { rule: minTtlRule(minTtl) }),
    ...(input.noBrowser ? { noBrowser: true } : {}),
  };
}

function minTtlFromEnv(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return parseDuration(text);
  } catch {
    throw new CliError('usage', `AWS_MIN_TTL is not a duration: ${text}`, {
      hints: ['write 15m, 1h30m or seconds'],
    });
  }
}

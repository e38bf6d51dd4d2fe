import { parseAwsConfig } from '../../core/config/aws-config.ts';
import type { AwsConfig } from '../../core/config/aws-config.ts';
import { durationOption, parseDuration } from '../../core/aws/durations.ts';
import { CliError } from '../../core/errors.ts';
import { noHome } from '../../core/home-directory.ts';
import { minTtlRule } from '../../core/renewal-rule.ts';
import type { PlanContext } from '../../core/plan/facts.ts';
import type { System } from '../../core/ports/system.ts';
import { withSsoRoles } from '../../core/sso/role-profiles.ts';
import type { Globals } from '../../spec/options.ts';
import { PlainKeyHint } from '../../vault/plain-key-hint.ts';
import { Resolver } from '../../vault/resolve.ts';
import type { ResolveOptions } from '../../vault/resolve.ts';
import { SessionKey } from '../../vault/sessions/session-key.ts';
import { SessionStore } from '../../vault/sessions/session-store.ts';
import { Vault } from '../../vault/keys/vault.ts';
import { CONFIG_FILE, CREDENTIALS_FILE, defaultPath, pathOfAwsFile } from './aws-files.ts';
import type { AwsFile } from './aws-files.ts';
import { profileOfCommand } from './profile-of-command.ts';

/** Everything that a command works on; each part is opened when first needed. */
export class Workspace {
  readonly system: System;
  readonly vault: Vault;
  readonly sessionKey: SessionKey;
  readonly sessions: SessionStore;
  readonly #plainKeyHint: PlainKeyHint;
  readonly #backend: Globals['backend'];
  readonly #accountIds = new Map<string, string>();
  #config: AwsConfig | undefined;

  constructor(system: System, globals: Pick<Globals, 'backend'>) {
    this.system = system;
    this.#backend = globals.backend;
    this.vault = new Vault(system, globals.backend);
    this.sessionKey = new SessionKey(system, this.vault);
    this.sessions = new SessionStore(system, this.sessionKey);
    this.#plainKeyHint = new PlainKeyHint(system.out);
  }

  /**
   * The path of the config file, which may not exist. Throws CliError `config` where it needs a home folder and there
   * is none.
   */
  get configPath(): string {
    return this.#pathOf(CONFIG_FILE);
  }

  get credentialsPath(): string {
    return this.#pathOf(CREDENTIALS_FILE);
  }

  /** The AWS files. Throws CliError `config`, naming file and line, when they cannot be parsed. */
  config(): AwsConfig {
    if (this.#config !== undefined) return this.#config;
    const config = this.#file(CONFIG_FILE);
    const credentials = this.#file(CREDENTIALS_FILE);
    const written = parseAwsConfig({
      config: config.text ?? '',
      credentials: credentials.text ?? '',
      configPath: config.path,
      credentialsPath: credentials.path,
      missing: [config, credentials].flatMap((file) => file.missing),
    });
    this.#config = withSsoRoles(written, (session, name) => this.#accountIds.get(`${session}/${name}`));
    return this.#config;
  }

  /** Records the account that a name in SESSION/ACCOUNT/ROLE stands for. */
  noteAccount(session: string, name: string, id: string): void {
    this.#accountIds.set(`${session}/${name}`, id);
  }

  /** The same files and vault for optional work, without prompts and notices. */
  async unattended(): Promise<Workspace> {
    const { unattended } = await import('../../vault/unattended.ts');
    return new Workspace(unattended(this.system), { backend: this.#backend });
  }

  /** The text of both AWS files, as far as they exist. Throws CliError `config` for one that cannot be read. */
  configTexts(): readonly { file: 'config' | 'credentials'; path: string; text: string }[] {
    return [CONFIG_FILE, CREDENTIALS_FILE].flatMap((place) => {
      const { path, text } = this.#file(place);
      return text === undefined ? [] : [{ file: place.name, path, text }];
    });
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
    const backend = this.#backend === undefined ? [] : ['--backend', this.#backend];
    const all = { ...options, refreshOptions: [...backend, ...(options.refreshOptions ?? [])] };
    return new Resolver(this.system, this.vault, this.sessions, this.config(), all, this.#plainKeyHint);
  }

  /**
   * Without a home folder the default files do not exist, as in the AWS CLI. A file at the default path may be missing;
   * a missing file that a variable names is a mistake.
   */
  #file(file: AwsFile): { path: string; text: string | undefined; missing: readonly string[] } {
    const path = pathOfAwsFile(file, this.system);
    if (path === undefined) return { path: `~/.aws/${file.name}`, text: undefined, missing: [] };
    const text = this.system.files.readText(path);
    this.system.out.debug(
      () => `${file.name} file: ${path}${text === undefined ? ', which is not there' : ''}`,
    );
    const mistaken = text === undefined && path !== defaultPath(file, this.system);
    return {
      path,
      text,
      missing: mistaken ? [`${file.variable} names ${path}, which does not exist`] : [],
    };
  }

  #pathOf(file: AwsFile): string {
    const path = pathOfAwsFile(file, this.system);
    if (path === undefined) throw noHome(`~/.aws/${file.name}`, [file.variable]);
    return path;
  }
}

/** The options that `exec`, `export`, `login`, `whoami`, `refresh`, `serve` and `explain` share. */
export interface NarrowingInput {
  readonly role: string | undefined;
  readonly readOnly: boolean;
  readonly policyArn: readonly string[];
  readonly policyFile: string | undefined;
}

/** The options that `exec`, `export`, `login`, `whoami`, `refresh` and `serve` share. */
export interface SessionInput extends NarrowingInput {
  readonly duration: number | undefined;
  readonly region: string | undefined;
  readonly noSession: boolean;
  readonly mfaToken: string | undefined;
  readonly noBrowser: boolean;
  readonly fresh: boolean;
  readonly minTtl: number | undefined;
}

/** The resolver's options. `--min-ttl` overrides AWS_MIN_TTL. Throws CliError `usage` for a malformed AWS_MIN_TTL. */
export function resolveOptionsOf(input: SessionInput, system: Pick<System, 'env'>): ResolveOptions {
  const minTtl = input.minTtl ?? minTtlFromEnv(system.env['AWS_MIN_TTL']);
  return {
    ...(input.mfaToken === undefined ? {} : { mfaToken: input.mfaToken }),
    ...(input.fresh ? { renew: 'silent' as const } : {}),
    ...(minTtl === undefined ? {} : { rule: minTtlRule(minTtl) }),
    ...(input.noBrowser ? { noBrowser: true } : {}),
    refreshOptions: refreshOptionsOf(input),
  };
}

function refreshOptionsOf(input: SessionInput): readonly string[] {
  const { duration, region, noSession, role, readOnly, policyArn, policyFile } = input;
  return [
    ...(role === undefined ? [] : ['--role', role]),
    ...(readOnly ? ['--read-only'] : []),
    ...policyArn.flatMap((arn) => ['--policy-arn', arn]),
    ...(policyFile === undefined ? [] : fileOption(policyFile)),
    ...(duration === undefined ? [] : ['-d', durationOption(duration)]),
    ...(region === undefined ? [] : ['--region', region]),
    ...(noSession ? ['-n'] : []),
  ];
}

function fileOption(path: string): readonly string[] {
  return path.startsWith('-') ? [`--policy-file=${path}`] : ['--policy-file', path];
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

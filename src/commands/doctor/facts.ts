import type { AwsConfig } from '../../core/config/aws-config.ts';
import type { ConfigFileKind } from '../../core/config/sections.ts';
import type { CliError } from '../../core/errors.ts';
import type { PlanContext } from '../../core/plan/facts.ts';
import type { BackendName } from '../../core/ports/keystore.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { Host } from '../../core/ports/system.ts';
import type { IndexEntry } from '../../vault/keys/index-file.ts';
import type { UnfinishedRotation } from '../../vault/rotation/journal.ts';

/** Everything that the checks judge, gathered once: a check is a function of it and reads nothing else. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly env: Environment;
  readonly host: Pick<Host, 'os' | 'homeDirectory' | 'startedAs'>;
  /** The profile that was named: checks of single profiles are limited to it. */
  readonly profile: string | undefined;
  readonly config: ConfigFacts;
  readonly vault: VaultFacts;
  readonly clock: ClockFacts | undefined;
  readonly network: NetworkFacts;
  readonly git: GitFacts | undefined;
  readonly programs: ProgramFacts;
  readonly completion: CompletionFacts | undefined;
}

export interface ConfigFacts {
  /**
   * Why the files cannot be read (`read` is undefined then), or why the account of SESSION/ACCOUNT/ROLE is not known.
   */
  readonly fault: CliError | undefined;
  readonly read: { readonly config: AwsConfig; readonly context: PlanContext } | undefined;
  readonly files: readonly ConfigText[];
  readonly modes: readonly PrivateFile[];
}

export interface ConfigText {
  readonly file: ConfigFileKind;
  readonly path: string;
  readonly text: string;
}

/** A file or folder that only its owner should be able to read. */
export interface PrivateFile {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** Permission bits. */
  readonly mode: number;
  readonly isOurs: boolean;
}

export interface VaultFacts {
  readonly directory: string;
  readonly files: readonly PrivateFile[];
  readonly indexPath: string;
  readonly index: 'absent' | 'damaged' | 'read';
  readonly backend: BackendName | undefined;
  readonly keys: readonly IndexEntry[];
  readonly rotations: readonly UnfinishedRotation[];
  /** Why the vault cannot be inspected. */
  readonly fault: CliError | undefined;
  /** Profiles with a key in the backend; undefined where that cannot be read without a prompt. */
  readonly items: readonly string[] | undefined;
  /** Why stored keys could not be verified, by profile; only with `--online`. */
  readonly refused: ReadonlyMap<string, CliError>;
}

export interface ClockFacts {
  readonly host: string;
  /** How far this clock is ahead of AWS's, in milliseconds; negative if it is behind; undefined without a response. */
  readonly aheadBy: number | undefined;
}

export interface NetworkFacts {
  /** Why the proxy cannot be used. */
  readonly proxyFault: CliError | undefined;
  /** Variables that name a CA file, each with whether that exists. */
  readonly caFiles: readonly { readonly variable: string; readonly path: string; readonly exists: boolean }[];
}

/** One setting as `git config --show-origin` lists it. */
export interface GitSetting {
  readonly key: string;
  readonly value: string;
  /** `file:PATH`. */
  readonly origin: string;
}

export interface GitFacts {
  readonly version: string;
  /** The settings `credential.helper` and `credential.URL.helper`, in the order in which git reads them. */
  readonly settings: readonly GitSetting[];
  /** The settings in force for each host form of CodeCommit. */
  readonly forms: readonly GitForm[];
  /** Programs that the helper lines in force start, and that do not exist. */
  readonly missingPrograms: readonly string[];
  readonly verifiesTls: boolean;
  /** Remotes of the current repository that are on a CodeCommit host. */
  readonly remotes: readonly { readonly name: string; readonly url: string }[];
  /** Submodules of the current repository in which git does not ask ccvault. */
  readonly bareSubmodules: readonly string[];
  /** CodeCommit hosts with a password in a file of `git credential-store`. */
  readonly storedPasswords: readonly { readonly path: string; readonly host: string }[];
}

export interface GitForm {
  readonly pattern: string;
  readonly helper: string | undefined;
  readonly sendsPath: boolean;
}

export interface ProgramFacts {
  /** Where `ccvault` is on PATH; undefined where it is not. */
  readonly ccvault: string | undefined;
  readonly links: readonly LinkFacts[];
}

export interface LinkFacts {
  readonly name: 'git-credential-ccvault' | 'git-remote-codecommit';
  /** Where PATH finds it. */
  readonly path: string | undefined;
  /** Whether that is the running ccvault. */
  readonly isThis: boolean;
}

export interface CompletionFacts {
  readonly shell: 'bash' | 'zsh' | 'fish';
  readonly isInstalled: boolean;
  /** The start-up file or the completion file of the shell. */
  readonly path: string;
}

import type { AwsConfig } from '../../core/config/aws-config.ts';
import type { ConfigFileKind } from '../../core/config/sections.ts';
import type { CliError } from '../../core/errors.ts';
import type { PlanContext } from '../../core/plan/facts.ts';
import type { BackendName } from '../../core/ports/keystore.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { Host } from '../../core/ports/system.ts';
import type { IndexEntry } from '../../vault/keys/index-file.ts';
import type { UnfinishedRotation } from '../../vault/rotation/journal.ts';

/** Everything the checks judge, gathered once: a check is a function of it and looks at nothing else. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly env: Environment;
  readonly host: Pick<Host, 'os' | 'homeDirectory' | 'startedAs'>;
  /** The profile that was named, to which all that concerns single profiles is confined. */
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
  /** Why the files cannot be read, in place of `read`, or which profile is meant cannot be told. */
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
  /** Why the vault cannot be looked at. */
  readonly fault: CliError | undefined;
  /** Profiles with a key in the backend; undefined where that could not be asked without a prompt. */
  readonly items: readonly string[] | undefined;
  /** What AWS said against keys, by profile; only with `--online`. */
  readonly refused: ReadonlyMap<string, CliError>;
}

export interface ClockFacts {
  readonly host: string;
  /** How far this clock is ahead of AWS's, in milliseconds; negative if it is behind. Undefined without a response. */
  readonly aheadBy: number | undefined;
}

export interface NetworkFacts {
  /** Why the proxy cannot be used. */
  readonly proxyFault: CliError | undefined;
  /** Variables that name a CA file, each with whether that is there. */
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
  /** Of `credential.*`, in the order in which git reads them. */
  readonly settings: readonly GitSetting[];
  /** For each host form of CodeCommit, what is in force. */
  readonly forms: readonly GitForm[];
  /** Programs that the helper lines in force start, and that are not there. */
  readonly missingPrograms: readonly string[];
  readonly verifiesTls: boolean;
  /** Remotes of the repository here that are on a CodeCommit host. */
  readonly remotes: readonly { readonly name: string; readonly url: string }[];
  /** Submodules of the repository here whose own configuration does not lead to ccvault. */
  readonly bareSubmodules: readonly string[];
  /** CodeCommit hosts with a password in one of git's own files. */
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
  /** Whether that is the ccvault that runs. */
  readonly isThis: boolean;
}

export interface CompletionFacts {
  readonly shell: 'bash' | 'zsh' | 'fish';
  readonly isInstalled: boolean;
  /** The start-up file or the completion file of the shell. */
  readonly path: string;
}

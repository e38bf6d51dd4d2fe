import type { ErrorCode, ErrorKind } from '../errors.ts';
import type { Aws } from './aws.ts';
import type {
  Redirect,
  LocalRequest,
  LocalAnswer,
  ServedRequest,
  ServedAnswer,
  LocalServer,
} from './http.ts';

/** The environment as ccvault got it. Never written to: a child's is computed anew. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects as soon as `signal` is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Who and where we are; fixed for the life of the process. */
export interface Host {
  readonly os: 'linux' | 'darwin' | 'win32';
  readonly runtime: 'bun' | 'node';
  readonly pid: number;
  /** The user's login name, for default role session names. */
  readonly userName: string;
  /** Undefined where HOME is not set and the user has no passwd entry, as in many containers. */
  readonly homeDirectory: string | undefined;
  /** The absolute path of the program that runs: what a helper line in a git config names. */
  readonly executable: string;
  /** CCVAULT_HOME or its default, absolute. Throws CliError `config` where it would lie in a home folder and there is none. */
  readonly vaultDirectory: string;
}

/**
 * The program's voice. Data goes to standard output and either arrives or throws; everything else goes to
 * standard error, one prefixed line each, with control and bidirectional characters escaped.
 */
export interface Output {
  /** Throws CliError `failure` when the bytes did not arrive (full disk, closed pipe). */
  data(text: string | Uint8Array): void;
  info(message: string): void;
  /** A line of standard error without the program's name before it: for help that nobody asked for. */
  plain(line: string): void;
  warning(message: string): void;
  error(message: string): void;
  hint(message: string): void;
  /** Shown under --debug only. */
  debug(message: string): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** How many columns a text for this stream may take: those of its terminal, 80 where it is none. */
  columns(stream: 'stdout' | 'stderr'): number;
  /** A line that a terminal redraws, or shows once where it cannot; left out elsewhere. */
  progress(message: string): void;
  clearProgress(): void;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/**
 * The person, reached through the controlling terminal and never through stdin or stdout. Every method throws
 * CliError `interrupted` on Ctrl-C.
 */
export interface Terminal {
  /** Why nobody can be asked, as words that follow "but"; undefined where somebody can. Looked at before asking. */
  unavailable(): Promise<string | undefined>;
  ask(question: string): Promise<string>;
  askHidden(question: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
  choose(question: string, choices: readonly Choice[]): Promise<string>;
}

export interface FileStat {
  readonly size: number;
  readonly mode: number;
  readonly modifiedAt: number;
}

/** Files, synchronously: they are small, local and on the path where every millisecond counts. */
export interface Files {
  /** Undefined when there is no such file; throws CliError `config` naming the path for anything else. */
  read(path: string): Uint8Array | undefined;
  readText(path: string): string | undefined;
  stat(path: string): FileStat | undefined;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(path: string): readonly string[];
  /**
   * Replaces a file in one step: a new file beside it, written, synced, renamed, folder synced. Follows a
   * symlink to its target. `mode` is for a new file; an existing file keeps its own unless `forceMode`. Missing
   * folders are made (0700). Throws the system's error, the old bytes in place.
   */
  replace(path: string, bytes: Uint8Array | string, options: { mode: number; forceMode?: boolean }): void;
  /**
   * Makes an empty file unless something is there, in one step, as git takes its locks: false when something is. Missing
   * folders are made (0700). Throws the system's error.
   */
  createIfAbsent(path: string): boolean;
  /** Moves a file over another one in the same folder in one step, and syncs the folder. Follows no symlink. */
  rename(from: string, to: string): void;
  /** The path at the end of a chain of symlinks, there or not; throws CliError `config` for an endless one. */
  followLinks(path: string): string;
  /** True when there was something to remove; throws CliError `failure` naming the path when it cannot be. */
  remove(path: string): boolean;
  /** Makes a private folder (0700, owned by us, no symlink) or throws CliError `keystore` saying what is wrong. */
  ensurePrivateDirectory(path: string): void;
}

export interface LockOptions {
  /** What the holder does, for the line a waiter prints after a second. */
  readonly purpose: string;
}

export interface HeldLock {
  /** True when another process held it first: whatever it made is worth looking for. */
  readonly waited: boolean;
  /**
   * Leaves word for those already waiting that a prompt failed or was cancelled, so that they do not ask again.
   */
  reportFailure(failure: SharedFailure): void;
  /** The failure that the holder we waited for left, if it came after we began to wait. */
  readonly failure: SharedFailure | undefined;
}

/** A CliError, as far as it can be told to another process. */
export interface SharedFailure {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly code?: ErrorCode;
  readonly hints: readonly string[];
}

/** Locks between processes, freed by the kernel when their holder dies. */
export interface Locks {
  /**
   * Runs `work` alone among all ccvault processes of this vault that use the same name. Where no lock is
   * possible (read-only home) it warns once and goes on without.
   */
  withLock<T>(name: string, options: LockOptions, work: (lock: HeldLock) => Promise<T>): Promise<T>;
}

/** Hashes and the one cipher of session files; synchronous where the warm path needs it. */
export interface Crypto {
  sha256(data: string | Uint8Array): Uint8Array;
  /** For file names that others chose, never for a proof. */
  sha1(data: string | Uint8Array): Uint8Array;
  hmacSha256(key: string | Uint8Array, data: string | Uint8Array): Uint8Array;
  /** AES-256-GCM with a 16-byte tag at the end of the result; `nonce` is 12 bytes and never used twice. */
  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, aad: Uint8Array): Promise<Uint8Array>;
  /** Undefined when the bytes were not sealed with this key, nonce and aad. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    aad: Uint8Array,
  ): Promise<Uint8Array | undefined>;
  randomBytes(length: number): Uint8Array;
  /** Takes the same time wherever two of the same length differ. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** The Linux kernel's user keyring, where it can be reached; elsewhere every read gives undefined. */
export interface KernelKeyring {
  read(description: string): Promise<Uint8Array | undefined>;
  /** False where the kernel refuses. */
  store(description: string, bytes: Uint8Array, timeoutSeconds: number): Promise<boolean>;
  drop(description: string): Promise<void>;
}

export type BackendName = 'keyring' | 'file' | 'pass';

export interface OpenOptions {
  /** The index tells of items there: not finding the place is an error, and no other place is proposed. */
  readonly holdsItems?: boolean;
}

/**
 * A place for secrets: a map from item name to text. Every method throws CliError `keystore` with code
 * `absent`, `locked`, `denied`, `timeout`, `wrong-passphrase` or `damaged`; a missing item is undefined, never an error.
 */
export interface KeyStore {
  readonly name: BackendName;
  read(item: string): Promise<string | undefined>;
  write(item: string, value: string): Promise<void>;
  /** True when there was one. */
  remove(item: string): Promise<boolean>;
  /**
   * Only where what is deleted may be kept: an item takes another name, and the place of the item that had it, so that
   * its secret is deleted nowhere. Does nothing where there is no such item.
   */
  rename?(from: string, to: string): Promise<void>;
  list(): Promise<readonly string[]>;
  /** Only where a passphrase of ccvault's own protects the place: asks for a new one and seals everything anew. */
  changePassphrase?(): Promise<void>;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
}

/** Other programs whose output we read. Never found through the current directory or a relative PATH entry. */
export interface Programs {
  /**
   * Runs a program without a shell; its stderr is ours. Throws CliError `failure` with code `not-found`,
   * `timeout` or `output-too-large`.
   */
  run(command: readonly [string, ...string[]], options: ProgramOptions): Promise<ProgramResult>;
  /** Runs a line the user wrote through the user's shell (`sh -c`, `cmd /c`). */
  runShell(commandLine: string, options: ProgramOptions): Promise<ProgramResult>;
  /**
   * Runs a program that answers within milliseconds, without the library that `run` loads; its stderr is dropped.
   * Throws CliError `failure` with code `not-found`, or `timeout` after five seconds.
   */
  runBriefly(command: readonly [string, ...string[]], environment: Environment): Promise<ProgramResult>;
  /** The absolute path of a program, for `ProcessControl`. Throws CliError `failure` with code `not-found`. */
  locate(name: string, environment: Environment): Promise<string>;
}

export interface ProgramOptions {
  readonly environment: Environment;
  readonly timeoutMilliseconds?: number;
  readonly input?: string;
  /** Where its stderr goes: to ours by default. */
  readonly stderr?: 'inherit' | 'ignore';
  /** Give it the terminal as stdin where there is one, so that it can ask. */
  readonly terminalInput?: boolean;
}

export interface StdinOptions {
  readonly limitBytes?: number;
  /** Whether what was read so far is all there is to read, though the other end stays open. */
  readonly isComplete?: (bytes: Uint8Array) => boolean;
}

/** The child of `exec`. */
export interface ProcessControl {
  /**
   * Takes stock of what the parent left for a child: descriptors, ignored signals, limits. A command that ends in
   * `become` or `run` calls it first, before files are opened and prompts change signals.
   */
  prepare(): void;
  /**
   * Whether the command can be run at all, before anything is asked or called for it. Throws as `become`, and CliError
   * `usage` for an argument that is not UTF-8.
   */
  check(command: readonly [string, ...string[]], environment: Environment): void;
  /**
   * Becomes the command where the runtime can, else runs it to its end. Resolves to the exit code to end with.
   * Throws CliError with code `command-not-executable` (126) or `command-not-found` (127).
   */
  become(command: readonly [string, ...string[]], environment: Environment): Promise<number>;
  /** Runs the command and waits, relaying signals: 128+n when signal n killed it. Throws as `become`. */
  run(command: readonly [string, ...string[]], environment: Environment): Promise<number>;
  /** Waits for SIGINT, SIGTERM or SIGHUP and gives the exit code to end with: 130, 143 or 129. */
  untilSignal(): Promise<number>;
}

/** Everything outside, behind ports. Handlers take `Pick<System, ...>`. */
export interface System {
  readonly env: Environment;
  readonly host: Host;
  readonly clock: Clock;
  readonly out: Output;
  readonly terminal: Terminal;
  readonly files: Files;
  readonly locks: Locks;
  readonly kernelKeyring: KernelKeyring;
  readonly aws: Aws;
  readonly programs: Programs;
  readonly process: ProcessControl;
  readonly crypto: Crypto;
  /**
   * Opens a URL in the person's browser; false where none could be started. `commands`, URL included, are tried in
   * place of the system's own.
   */
  openBrowser(url: string, commands?: readonly (readonly [string, ...string[]])[]): Promise<boolean>;
  /** Listens on a free loopback port for a redirect to `path`. */
  receiveRedirect(path: string): Promise<Redirect>;
  /**
   * Shows lines on the controlling terminal, then waits for `work`, which is told by `signal` that nobody waits any
   * more. Throws CliError `interrupted` on Ctrl-C and `failure` with code `no-terminal` without a terminal.
   */
  attend<T>(lines: readonly string[], work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * One request to the credential endpoint of a container or an instance, never through a proxy, redirects not
   * followed. Throws CliError `aws` with code `network`.
   */
  requestLocal(request: LocalRequest): Promise<LocalAnswer>;
  /**
   * Serves HTTP on 127.0.0.1; `port` 0 takes a free one. Slow, idle and too many connections are ended, bodies never
   * read. Throws CliError `failure` when the port cannot be had.
   */
  serveLocal(port: number, answer: (request: ServedRequest) => Promise<ServedAnswer>): Promise<LocalServer>;
  /**
   * All of standard input, or as much as `isComplete` is content with; throws CliError `usage` past `limitBytes`, 64 KiB
   * by default.
   */
  readStdin(options?: StdinOptions): Uint8Array;
  /** Opens the named backend without unlocking it; what it has to ask, it asks on `terminal`. */
  keyStore(name: BackendName, terminal: Terminal, options?: OpenOptions): Promise<KeyStore>;
  /** Whether a system keyring answers here: for the first choice of a backend. */
  keyringAnswers(): Promise<boolean>;
}

import type { Aws } from './aws.ts';
import type { Environment } from './environment.ts';
import type { Files } from './files.ts';
import type { ReadyAnswers } from './ready-answers.ts';
import type {
  Redirect,
  LocalRequest,
  LocalResponse,
  ServedRequest,
  ServedResponse,
  LocalServer,
} from './http.ts';
import type { BackendName, KernelKeyring, KeyStore, OpenOptions } from './keystore.ts';
import type { Locks } from './locks.ts';
import type { ProcessControl, Programs } from './programs.ts';
import type { Output, Terminal } from './terminal.ts';

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
  /** The words that start this very program, whatever PATH finds: absolute paths, of Node too in the npm build. */
  readonly startedAs: readonly [string, ...string[]];
  /** CCVAULT_HOME or its default, absolute. Throws CliError `config` where the default needs a home folder and there is none. */
  readonly vaultDirectory: string;
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

export interface StdinOptions {
  readonly limitBytes?: number;
  /** Whether what was read so far is all there is to read, though the other end stays open. */
  readonly isComplete?: (bytes: Uint8Array) => boolean;
}

/** Everything outside, behind ports. Handlers accept `Pick<System, ...>`. */
export interface System {
  readonly env: Environment;
  readonly host: Host;
  readonly clock: Clock;
  readonly out: Output;
  readonly terminal: Terminal;
  readonly files: Files;
  readonly locks: Locks;
  readonly kernelKeyring: KernelKeyring;
  /** Undefined where the kernel cannot be reached. */
  readyAnswers(): ReadyAnswers | undefined;
  readonly aws: Aws;
  readonly programs: Programs;
  readonly process: ProcessControl;
  readonly crypto: Crypto;
  /**
   * Opens a URL in the person's browser; false where none could be started. `commands`, URL included, are tried in
   * place of the system's own.
   */
  openBrowser(url: string, commands?: readonly (readonly [string, ...string[]])[]): Promise<boolean>;
  /** Offers a text to the clipboard of the user's terminal; false if there is no terminal. */
  offerToClipboard(text: string): Promise<boolean>;
  /** Listens on a free loopback port for a redirect to `path`. */
  receiveRedirect(path: string): Promise<Redirect>;
  /**
   * Shows lines on the controlling terminal, then waits for `work`, which learns from `signal` that nothing waits for it any
   * more. Throws CliError `interrupted` on Ctrl-C and `failure` with code `no-terminal` without a terminal.
   */
  attend<T>(lines: readonly string[], work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * One request to the credential endpoint of a container or an instance, never through a proxy, redirects not
   * followed. Throws CliError `aws` with code `network`.
   */
  requestLocal(request: LocalRequest): Promise<LocalResponse>;
  /**
   * Serves HTTP on 127.0.0.1; `port` 0 picks a free one. Slow, idle and too many connections are ended, bodies never
   * read. Throws CliError `failure` when the port cannot be had.
   */
  serveLocal(port: number, answer: (request: ServedRequest) => Promise<ServedResponse>): Promise<LocalServer>;
  /**
   * All of standard input, or as much as `isComplete` is content with; throws CliError `usage` past `limitBytes`, 64 KiB
   * by default.
   */
  readStdin(options?: StdinOptions): Uint8Array;
  /** Opens the named backend without unlocking it; what it has to ask, it asks on `terminal`. */
  keyStore(name: BackendName, terminal: Terminal, options?: OpenOptions): Promise<KeyStore>;
  /** Whether a system keyring is available: for the first choice of a backend. */
  keyringAnswers(): Promise<boolean>;
}

/** The part that every run has from its start; the rest is loaded for the runs that need it. */
export type BaseSystem = Pick<
  System,
  'env' | 'host' | 'clock' | 'out' | 'process' | 'crypto' | 'programs' | 'readyAnswers' | 'readStdin'
>;

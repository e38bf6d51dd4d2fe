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
  /** Rejects with an AbortError as soon as `signal` is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The user, the machine and this program; fixed for the life of the process. */
export interface Host {
  readonly os: 'linux' | 'darwin' | 'win32';
  readonly runtime: 'bun' | 'node';
  readonly pid: number;
  /** The user's login name, for default role session names. */
  readonly userName: string;
  /** Undefined if HOME is unset and the user has no passwd entry, as in many containers. */
  readonly homeDirectory: string | undefined;
  /** The words that start this very program: its absolute path, after Node's in the npm build. */
  readonly startedAs: readonly [string, ...string[]];
  /** CCVAULT_HOME or its default, absolute. Throws CliError `config` if it needs a folder that is unknown or gone. */
  readonly vaultDirectory: string;
}

/** Hashes, and the cipher of session files; synchronous where the path of a cached session needs it. */
export interface Crypto {
  sha256(data: string | Uint8Array): Uint8Array;
  /** For file names that the AWS CLI defines; not for security. */
  sha1(data: string | Uint8Array): Uint8Array;
  hmacSha256(key: string | Uint8Array, data: string | Uint8Array): Uint8Array;
  /** AES-256-GCM; the result ends with the 16-byte tag. `nonce` is 12 bytes and must not be used twice with a key. */
  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, aad: Uint8Array): Promise<Uint8Array>;
  /** Undefined if the bytes were not sealed with this key, nonce and aad. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    aad: Uint8Array,
  ): Promise<Uint8Array | undefined>;
  randomBytes(length: number): Uint8Array;
  /** Compares in constant time; only a difference in length returns early. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

export interface StdinOptions {
  /** 64 KiB if unset. */
  readonly limitBytes?: number;
  /** True if `bytes` is the whole input, even though the other end stays open. */
  readonly isComplete?: (bytes: Uint8Array) => boolean;
}

/** The outside world behind ports. Functions accept the part that they need: `Pick<System, ...>`. */
export interface System {
  readonly env: Environment;
  readonly host: Host;
  readonly clock: Clock;
  readonly out: Output;
  readonly terminal: Terminal;
  readonly files: Files;
  readonly locks: Locks;
  readonly kernelKeyring: KernelKeyring;
  /** Undefined if the kernel keyring cannot be reached. */
  readyAnswers(): ReadyAnswers | undefined;
  readonly aws: Aws;
  readonly programs: Programs;
  readonly process: ProcessControl;
  readonly crypto: Crypto;
  /**
   * Opens an http or https URL in the user's browser; returns false if none could be started. `commands`, URL
   * included, are tried in place of BROWSER and the system's own.
   */
  openBrowser(url: string, commands?: readonly (readonly [string, ...string[]])[]): Promise<boolean>;
  /** Offers a text to the clipboard of the user's terminal; returns false without a terminal, or with TERM=dumb. */
  offerToClipboard(text: string): Promise<boolean>;
  /** Listens on a free loopback port for a redirect to `path`. Throws CliError `failure` if it cannot listen. */
  receiveRedirect(path: string): Promise<Redirect>;
  /**
   * Shows lines on the controlling terminal, or on standard error without one, then waits for `work`. `signal` is
   * aborted when nothing waits for it any more. Throws CliError `interrupted` on Ctrl-C.
   */
  attend<T>(lines: readonly string[], work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * Sends one request to the credential endpoint of a container or an instance, never through a proxy, without
   * following redirects. Throws CliError `aws` with code `network`, and `config` for an unusable AWS_CA_BUNDLE.
   */
  requestLocal(request: LocalRequest): Promise<LocalResponse>;
  /**
   * Serves HTTP on 127.0.0.1; `port` 0 picks a free one. Closes slow, idle and excess connections, never reads a body.
   * Throws CliError `failure` if it cannot listen on the port.
   */
  serveLocal(port: number, answer: (request: ServedRequest) => Promise<ServedResponse>): Promise<LocalServer>;
  /**
   * Reads standard input to its end, or until `isComplete` returns true. Throws CliError `usage` for more than
   * `limitBytes`, and if it cannot be read.
   */
  readStdin(options?: StdinOptions): Uint8Array;
  /** The named backend. Asks and unlocks nothing before its first use; asks on `terminal`. */
  keyStore(name: BackendName, terminal: Terminal, options?: OpenOptions): Promise<KeyStore>;
  /** True if there is a system keyring, for the first choice of a backend. Throws CliError `keystore` if it hangs. */
  keyringAnswers(): Promise<boolean>;
}

/** The part that every run has from its start; the rest is loaded for the runs that need it. */
export type BaseSystem = Pick<
  System,
  'env' | 'host' | 'clock' | 'out' | 'process' | 'crypto' | 'programs' | 'readyAnswers' | 'readStdin'
>;

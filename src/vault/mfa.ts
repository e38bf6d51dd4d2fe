import { ccvaultCommand } from '../core/command-line.ts';
import { CliError, isCliError } from '../core/errors.ts';
import { commandFailure, endedWith } from '../core/ports/programs.ts';
import { isObject, numberField, stringField } from '../core/json.ts';
import type { MfaCode } from '../core/ports/aws.ts';
import type { System } from '../core/ports/system.ts';
import { toHex } from '../core/bytes.ts';
import { singleFlight } from './single-flight.ts';

export type MfaSystem = Pick<
  System,
  'attend' | 'clock' | 'crypto' | 'env' | 'files' | 'host' | 'locks' | 'out' | 'programs' | 'terminal'
>;

export interface MfaRequest {
  readonly serial: string;
  /** The profile that the code is for, named in errors. */
  readonly profile: string | undefined;
  /** `--mfa-token`. */
  readonly token: string | undefined;
  /** Options of this run that `refresh` must repeat to make the same session. */
  readonly refreshOptions?: readonly string[];
  /** `mfa_process` of the profile or its sources. */
  readonly process: string | undefined;
  /** The YubiKey's OATH account; undefined where it has the name of the MFA device. */
  readonly ykmanCredential?: string | undefined;
}

// AWS also accepts the codes of the window before and the one after (RFC 6238, section 5.2), so it may remember a used
// code for 90 s.
const CODE_LIFE_MILLISECONDS = 90_000;
const WINDOW_MILLISECONDS = 30_000;
const MAX_TRIES = 3;
const USED_CODE = 'this MFA code was already used; each code works only once';
const MFA_PROCESS_TIMEOUT_MILLISECONDS = 120_000;

/**
 * Gets an MFA code for a device and calls `spend` with it, in one process at a time and with no code twice. Where AWS
 * refuses a code typed at the prompt, asks again, up to three times in all. Throws CliError `aws` when there is no
 * code, `usage` for a `--mfa-token` that is not one, and what `spend` throws.
 */
export async function spendMfaCode<T>(
  system: MfaSystem,
  request: MfaRequest,
  spend: (code: MfaCode) => Promise<T>,
): Promise<T> {
  return singleFlight(system.locks, {
    name: `mfa ${request.serial}`,
    purpose: `asking for the MFA code of ${request.serial}`,
    // A code cannot be shared; a process that needs the session it was spent on finds that session under its own lock.
    find: async () => undefined,
    make: async () => {
      system.out.debug(() => `MFA code of ${request.serial}: from ${SOURCES[sourceOf(system, request)]}`);
      const used = new UsedCodes(system, request.serial);
      for (let attempt = 1; ; attempt++) {
        const code = await nextCode(system, request, used);
        used.record(code);
        try {
          return await spend({ serial: request.serial, code });
        } catch (error) {
          const asked = sourceOf(system, request) === 'person';
          if (!isRefusedCode(error) || !asked || attempt === MAX_TRIES) throw error;
          system.out.error(error.message);
        }
      }
    },
    ignoresFailure: request.token !== undefined,
  });
}

function isRefusedCode(error: unknown): error is CliError {
  return isCliError(error) && error.code === 'mfa-refused';
}

const SOURCES = { flag: '--mfa-token', process: 'mfa_process', ykman: 'ykman', person: 'a prompt' } as const;

/** Where the code comes from: the first that is set. */
function sourceOf(system: MfaSystem, request: MfaRequest): keyof typeof SOURCES {
  if (request.token !== undefined) return 'flag';
  if (request.process !== undefined) return 'process';
  return system.terminal.prompt() === 'ykman' ? 'ykman' : 'person';
}

async function nextCode(system: MfaSystem, request: MfaRequest, used: UsedCodes): Promise<string> {
  const { token, process, profile, serial, ykmanCredential } = request;
  if (token !== undefined) return tokenFromFlag(token, used);
  if (process !== undefined) {
    return codeFromProgram(system, used, `mfa_process of profile ${profile}`, () =>
      runMfaProcess(system, profile, process),
    );
  }
  if (sourceOf(system, request) === 'person') return codeFromPrompt(system, request, used);
  const { codeFromYubiKey } = await import('./mfa-ykman.ts');
  return codeFromProgram(system, used, 'ykman', () => codeFromYubiKey(system, ykmanCredential ?? serial));
}

/** The code in typed or printed text, blanks removed, as apps show `123 456`. Undefined where there is none. */
function codeIn(text: string): string | undefined {
  const code = text.replaceAll(/\s/g, '');
  return /^\d{6}$/.test(code) ? code : undefined;
}

function tokenFromFlag(token: string, used: UsedCodes): string {
  const code = codeIn(token);
  if (code === undefined) {
    throw new CliError('usage', 'an MFA code has six digits', { hints: ['give it as --mfa-token 123456'] });
  }
  if (used.waitFor(code) > 0) {
    throw new CliError('aws', USED_CODE, {
      hints: ['wait for the next code of the device and run the command again'],
    });
  }
  return code;
}

/** The code in the first line that `program` prints. While that was just sent, waits and runs the program again. */
async function codeFromProgram(
  system: MfaSystem,
  used: UsedCodes,
  name: string,
  program: () => Promise<string>,
): Promise<string> {
  for (;;) {
    const code = codeIn((await program()).split('\n', 1)[0] ?? '');
    if (code === undefined) {
      throw new CliError('aws', `${name} did not print six digits in its first line`, {
        code: 'no-code',
        hints: ['run it by hand to see what it prints, or give the code with --mfa-token'],
      });
    }
    const wait = used.waitFor(code);
    if (wait === 0) return code;
    await countDown(system, wait);
  }
}

async function runMfaProcess(
  system: MfaSystem,
  profile: string | undefined,
  command: string,
): Promise<string> {
  const setting = `mfa_process of profile ${profile}`;
  const hint = 'run it by hand to see why, or give the code with --mfa-token';
  const { exitCode, stdout } = await system.programs
    .runShell(command, {
      environment: system.env,
      timeoutMilliseconds: MFA_PROCESS_TIMEOUT_MILLISECONDS,
      terminalInput: true,
    })
    .catch((error: unknown) => {
      throw commandFailure(error, setting, { kind: 'aws', code: 'no-code', hint });
    });
  if (exitCode === 0) return stdout;
  throw new CliError('aws', `${setting} ${endedWith(exitCode)}`, { code: 'no-code', hints: [hint] });
}

async function codeFromPrompt(system: MfaSystem, request: MfaRequest, used: UsedCodes): Promise<string> {
  const unavailable = await system.terminal.unavailable();
  if (unavailable !== undefined) throw nobodyToAsk(request, unavailable);
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const code = codeIn(await ask(system, request));
    if (code === undefined) {
      system.out.error('an MFA code has six digits');
      continue;
    }
    const wait = used.waitFor(code);
    if (wait === 0) return code;
    system.out.error(USED_CODE);
    await countDown(system, wait);
    attempt -= 1;
  }
  throw new CliError('aws', `no MFA code was given for ${request.serial}`, {
    code: 'no-code',
    hints: ['run the command again with the six digits of the device'],
  });
}

async function ask({ terminal }: MfaSystem, request: MfaRequest): Promise<string> {
  try {
    return await terminal.ask(`MFA code for ${request.serial}: `);
  } catch (error) {
    if (isCliError(error) && error.code === 'prompt-impossible') throw nobodyToAsk(request, error.message);
    throw error;
  }
}

function nobodyToAsk({ profile, refreshOptions = [] }: MfaRequest, why: string): CliError {
  return new CliError('aws', `profile ${profile} requires an MFA code, but ${why}`, {
    code: 'prompt-impossible',
    hints: [
      `run this in a terminal first: ${ccvaultCommand('refresh', { options: refreshOptions, operands: profile === undefined ? [] : [profile] })}`,
    ],
  });
}

async function countDown(system: MfaSystem, milliseconds: number): Promise<void> {
  const end = system.clock.now() + milliseconds;
  if (!system.out.stderrIsTerminal) system.out.info('waiting for the next MFA code');
  for (;;) {
    const left = end - system.clock.now();
    if (left <= 0) break;
    system.out.progress(`waiting ${Math.ceil(left / 1000)} s for the next MFA code`);
    await system.clock.sleep(Math.min(left, 1000));
  }
  system.out.clearProgress();
}

interface UsedCode {
  readonly salt: string;
  readonly hash: string;
  readonly sentAt: number;
}

/**
 * The codes sent for a device while AWS may remember them, as keyed hashes, shared by processes through a file in
 * `locks/`.
 */
class UsedCodes {
  readonly #system: MfaSystem;
  readonly #path: string;

  constructor(system: MfaSystem, serial: string) {
    this.#system = system;
    this.#path = `${system.host.vaultDirectory}/locks/mfa-${toHex(system.crypto.sha256(serial)).slice(0, 32)}.json`;
  }

  /** Milliseconds until the device shows its next code if this one was just sent; 0 if it was not. */
  waitFor(code: string): number {
    const now = this.#system.clock.now();
    const sent = this.#read(now).some(({ salt, hash }) => this.#hash(salt, code) === hash);
    if (!sent) return 0;
    return WINDOW_MILLISECONDS - (now % WINDOW_MILLISECONDS);
  }

  /**
   * Called before the code is sent, so that a process killed in between cannot lead to sending it twice. Best effort.
   */
  record(code: string): void {
    const salt = toHex(this.#system.crypto.randomBytes(32));
    const sentAt = this.#system.clock.now();
    const codes = [...this.#read(sentAt), { salt, hash: this.#hash(salt, code), sentAt }];
    try {
      this.#system.files.replace(this.#path, JSON.stringify(codes), { mode: 0o600 });
    } catch {
      this.#system.out.debug('the MFA code could not be recorded');
    }
  }

  #hash(salt: string, code: string): string {
    return toHex(this.#system.crypto.hmacSha256(salt, code));
  }

  /** The codes of the last 90 s; none where the file is missing or damaged. */
  #read(now: number): readonly UsedCode[] {
    try {
      const codes: unknown = JSON.parse(this.#system.files.readText(this.#path) ?? '[]');
      if (!Array.isArray(codes)) return [];
      return codes
        .map(usedCode)
        .filter((code) => code !== undefined)
        .filter(({ sentAt }) => now >= sentAt && now - sentAt < CODE_LIFE_MILLISECONDS);
    } catch {
      return [];
    }
  }
}

function usedCode(value: unknown): UsedCode | undefined {
  const entry = isObject(value) ? value : undefined;
  const [salt, hash] = ['salt', 'hash'].map((name) => stringField(entry, name));
  const sentAt = numberField(entry, 'sentAt');
  if (salt === undefined || hash === undefined || sentAt === undefined) return undefined;
  return { salt, hash, sentAt };
}

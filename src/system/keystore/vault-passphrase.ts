import { CliError } from '../../core/errors.ts';
import { commandFailure, endedWith } from '../../core/ports/programs.ts';
import type { System } from '../../core/ports/system.ts';
import { Secret } from '../../core/secret.ts';

type PassphraseSystem = Pick<System, 'env' | 'terminal' | 'programs' | 'out'>;

const TRIES = 3;
// NIST SP 800-63B, section 5.1.1.1: the least a memorized secret may have. The file can be copied and tried offline.
const MIN_CHARACTERS = 8;
// A person may have to touch a device or unlock something for the command.
const COMMAND_LIMIT_MS = 120_000;

interface PassphraseSource {
  readonly passphrase: Secret;
  /** Where it came from, for the hint when it is wrong. */
  readonly from: string;
}

/**
 * The vault's passphrase from where no one is asked: CCVAULT_PASSPHRASE, or the first line that
 * CCVAULT_PASSPHRASE_COMMAND prints. Undefined when neither is set. Throws CliError `keystore` for an empty one and
 * for a command that fails.
 */
export async function unattendedPassphrase(system: PassphraseSystem): Promise<PassphraseSource | undefined> {
  const { CCVAULT_PASSPHRASE: passphrase, CCVAULT_PASSPHRASE_COMMAND: command } = system.env;
  if (passphrase !== undefined) {
    if (passphrase === '') throw emptyError('CCVAULT_PASSPHRASE is empty');
    return { passphrase: new Secret(passphrase), from: 'CCVAULT_PASSPHRASE' };
  }
  if (command === undefined || command === '') return undefined;
  const setting = 'CCVAULT_PASSPHRASE_COMMAND';
  const hint = 'run the command by itself to see why';
  const { exitCode, stdout } = await system.programs
    .runShell(command, {
      environment: system.env,
      timeoutMilliseconds: COMMAND_LIMIT_MS,
      terminalInput: true,
    })
    .catch((error: unknown) => {
      throw commandFailure(error, setting, { kind: 'keystore', code: 'denied', hint });
    });
  if (exitCode !== 0) {
    throw new CliError('keystore', `${setting} ${endedWith(exitCode)}`, { code: 'denied', hints: [hint] });
  }
  const [line = ''] = stdout.split(/\r?\n/, 1);
  if (line === '') throw emptyError('CCVAULT_PASSPHRASE_COMMAND printed no passphrase');
  return { passphrase: new Secret(line), from: 'CCVAULT_PASSPHRASE_COMMAND' };
}

/**
 * Asks on the terminal until `accept` gives something else than undefined, three times at most, then throws what
 * `refused` gives. Throws CliError `keystore` with code `prompt-impossible` where no prompt is possible.
 */
export async function askPassphrase<T>(
  system: PassphraseSystem,
  path: string,
  accept: (passphrase: Secret) => Promise<T | undefined>,
  refused: () => CliError,
): Promise<T> {
  await assertAvailable(system, path);
  for (let left = TRIES; left > 0; left--) {
    const passphrase = await system.terminal.askHidden(`Passphrase for ${path}: `);
    const accepted = passphrase === '' ? undefined : await accept(new Secret(passphrase));
    if (accepted !== undefined) return accepted;
    if (left > 1) system.out.warning('wrong passphrase, try again');
  }
  throw refused();
}

/**
 * The passphrase for a vault that does not exist yet. A short one is refused at the terminal, where another is a matter
 * of typing; from the environment it is used with a warning, so that machines set up before go on.
 */
export async function newVaultPassphrase(system: PassphraseSystem, path: string): Promise<Secret> {
  const unattended = await unattendedPassphrase(system);
  if (unattended === undefined) return askNewPassphrase(system, path);
  if (isShort(unattended.passphrase.reveal())) {
    system.out.warning(
      `the passphrase of ${unattended.from} has fewer than ${MIN_CHARACTERS} characters: anyone who copies ${path} can guess it`,
    );
  }
  return unattended.passphrase;
}

function isShort(passphrase: string): boolean {
  return passphrase.length < MIN_CHARACTERS;
}

/** Asks on the terminal for a new passphrase: twice, since no one can tell it later. */
export async function askNewPassphrase(system: PassphraseSystem, path: string): Promise<Secret> {
  await assertAvailable(system, path);
  for (let left = TRIES; left > 0; left--) {
    const passphrase = await system.terminal.askHidden(`New passphrase for ${path}: `);
    if (isShort(passphrase)) {
      system.out.warning(`a passphrase has at least ${MIN_CHARACTERS} characters; choose several words`);
      continue;
    }
    if ((await system.terminal.askHidden('Repeat the passphrase: ')) === passphrase)
      return new Secret(passphrase);
    system.out.warning('the passphrases do not match; try again');
  }
  throw emptyError('no passphrase was chosen');
}

async function assertAvailable({ terminal }: PassphraseSystem, path: string): Promise<void> {
  const unavailable = await terminal.unavailable();
  if (unavailable === undefined) return;
  throw new CliError('keystore', `the passphrase of ${path} is required, but ${unavailable}`, {
    code: 'prompt-impossible',
    hints: ['set CCVAULT_PASSPHRASE, or CCVAULT_PASSPHRASE_COMMAND to a command that prints it'],
  });
}

function emptyError(message: string): CliError {
  return new CliError('keystore', message, {
    code: 'wrong-passphrase',
    hints: ['choose a passphrase of several words'],
  });
}

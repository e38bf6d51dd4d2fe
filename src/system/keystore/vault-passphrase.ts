import { CliError } from '../../core/errors.ts';
import { commandFailure, endedWith } from '../../core/ports/programs.ts';
import type { System } from '../../core/ports/system.ts';
import { Secret } from '../../core/secret.ts';

type PassphraseSystem = Pick<System, 'env' | 'terminal' | 'programs' | 'out'>;

const TRIES = 3;
// NIST SP 800-63B, section 5.1.1.1: the minimum for a memorized secret. A copy of the file can be attacked offline.
const MIN_CHARACTERS = 8;
// The command may require the user to touch a device or to unlock something.
const COMMAND_LIMIT_MS = 120_000;

interface PassphraseSource {
  readonly passphrase: Secret;
  /** The variable that it comes from, for messages. */
  readonly from: string;
}

/**
 * The vault's passphrase without a prompt: CCVAULT_PASSPHRASE, or the first line that CCVAULT_PASSPHRASE_COMMAND
 * prints within 2 minutes. Undefined if neither is set. Throws CliError `keystore` with code `wrong-passphrase` for
 * an empty one, and with code `denied` for a command that fails.
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
 * Asks for the passphrase until `accept` resolves to a value, and returns the value. After three tries, throws the
 * error that `refused` returns. Throws CliError `keystore` with code `prompt-impossible` if no prompt is possible.
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
 * The passphrase for a new vault. A short one is refused at a prompt, where the user can type another; from the
 * environment it is used with a warning, so that existing set-ups keep working. Throws CliError as the functions
 * above.
 */
export async function newVaultPassphrase(system: PassphraseSystem, path: string): Promise<Secret> {
  const unattended = await unattendedPassphrase(system);
  if (unattended === undefined) return askNewPassphrase(system, path);
  if (isShort(unattended.passphrase.reveal())) {
    system.out.warning(
      `the passphrase from ${unattended.from} has fewer than ${MIN_CHARACTERS} characters: anyone who copies ${path} can guess it`,
    );
  }
  return unattended.passphrase;
}

function isShort(passphrase: string): boolean {
  return passphrase.length < MIN_CHARACTERS;
}

/**
 * Asks for a new passphrase, twice, because a typing error would lock the vault for good. Throws CliError `keystore`
 * after three tries, and with code `prompt-impossible` if no prompt is possible.
 */
export async function askNewPassphrase(system: PassphraseSystem, path: string): Promise<Secret> {
  await assertAvailable(system, path);
  for (let left = TRIES; left > 0; left--) {
    const passphrase = await system.terminal.askHidden(`New passphrase for ${path}: `);
    if (isShort(passphrase)) {
      system.out.warning(
        `a passphrase must have at least ${MIN_CHARACTERS} characters; choose several words`,
      );
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

import { ccvaultCommand, commandLine } from '../../core/command-line.ts';
import { CliError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { DbusError } from './dbus/connection.ts';
import type { KeyringProgram } from './keyring-program.ts';

/** What the hints of an error depend on. */
export interface Reach {
  /** Keys are in the keyring, so no hint suggests another backend. */
  readonly holdsItems: boolean;
  /** The socket of the user's own bus, if another bus was used. */
  readonly otherBus: string | undefined;
  /** The time limit for everything that does not wait for the user, in milliseconds. */
  readonly limit: number;
}

const FILE_HINT = `use the file backend: ${ccvaultCommand('', { options: ['--backend', 'file'] })} ...`;
const RESTART_HINT = 'log out and in again, or restart your keyring service';

/** The error for a locked keyring that shows no dialog, because there is no display or it does not offer one. */
export function lockedError(program: KeyringProgram | undefined, canPrompt: boolean): CliError {
  const why = canPrompt ? '' : ', and there is no display to ask for its password';
  return new CliError('keystore', `the system keyring is locked${why}`, {
    code: 'locked',
    hints: [UNLOCK_HINTS[program ?? 'unknown']],
  });
}

const UNLOCK_HINTS: Readonly<Record<KeyringProgram | 'unknown', string>> = {
  'GNOME Keyring':
    'unlock it in your desktop session, or run this and type its password: gnome-keyring-daemon --replace --unlock',
  KWallet: 'unlock the wallet of KWallet in your desktop session, then run the command again',
  KeePassXC: 'unlock the database in KeePassXC, then run the command again',
  unknown: 'unlock it in your desktop session, then run the command again',
};

/** The error for a dialog that the user dismissed. */
export function dismissedError(): CliError {
  return new CliError('keystore', 'the dialog of the system keyring was dismissed', {
    code: 'denied',
    hints: ['run the command again and answer the dialog'],
  });
}

/** The error for a dialog that was not answered within `limit` milliseconds, without a terminal to end the wait. */
export function unansweredError(program: KeyringProgram | undefined, limit: number): CliError {
  const whose = program ?? 'the system keyring';
  return new CliError('keystore', `the dialog of ${whose} was not answered within ${inWords(limit)}`, {
    code: 'timeout',
    hints: ['run the command again and answer the dialog; it may be behind other windows'],
  });
}

/** The error for a Secret Service without a default collection, where keys are in one or one is needed. */
export function noCollectionError({ holdsItems }: Reach): CliError {
  return holdsItems
    ? new CliError('keystore', 'the system keyring that holds the keys is closed (no default collection)', {
        code: 'absent',
        hints: ['open it in your password manager (KeePassXC: its database), then run the command again'],
      })
    : new CliError(
        'keystore',
        'no system keyring is available (the Secret Service has no default collection, and without a display none can be created)',
        { code: 'absent', hints: [`run the command in your desktop session, or ${FILE_HINT}`] },
      );
}

/** The CliError `keystore` for a failure on the bus. */
export function busError(error: DbusError, reach: Reach): CliError {
  switch (error.reason) {
    case 'no-bus':
      return failed('absent', 'no system keyring is available (no session bus)', absenceHint(reach), error);
    case 'lost':
      return failed(
        'absent',
        `no system keyring is available (${error.message})`,
        'run the command again',
        error,
      );
    case 'refused':
      return failed(
        'denied',
        'the session bus refused this user',
        reach.otherBus === undefined
          ? 'run ccvault as the user whose session it is, without sudo'
          : busHint(reach.otherBus),
        error,
      );
    case 'timeout':
      return timeoutError(error, reach);
    case 'reply':
      return replyError(error, reach);
  }
}

function replyError(error: DbusError, reach: Reach): CliError {
  const name = error.errorName ?? '';
  if (/\.(NoReply|Timeout|TimedOut|Disconnected)$/.test(name)) {
    const why = error.message || name;
    return failed('timeout', `the system keyring did not respond (${why})`, RESTART_HINT, error);
  }
  if (/\.(ServiceUnknown|NameHasNoOwner)$|\.Spawn\./.test(name)) {
    const message = 'no system keyring is available (no Secret Service on the session bus)';
    return failed('absent', message, absenceHint(reach), error);
  }
  const hint = 'see the log of the keyring: journalctl --user -e';
  return failed('denied', `the system keyring refused: ${error.message || name}`, hint, error);
}

function absenceHint({ holdsItems, otherBus }: Reach): string {
  if (otherBus !== undefined) {
    return holdsItems ? busHint(otherBus) : `${busHint(otherBus)}; or ${FILE_HINT}`;
  }
  return holdsItems
    ? 'the keys are in the keyring of your desktop session: run the command there, or set DBUS_SESSION_BUS_ADDRESS to the bus of that session'
    : FILE_HINT;
}

function busHint(path: string): string {
  const variable = `DBUS_SESSION_BUS_ADDRESS=unix:path=${path}`;
  return `use the bus of your session: ${commandLine('export', variable)}`;
}

function timeoutError(cause: DbusError, { limit }: Reach): CliError {
  const message = `no response from the system keyring within ${Math.round(limit / 1000)} s`;
  return failed('timeout', message, RESTART_HINT, cause);
}

function failed(code: ErrorCode, message: string, hint: string, cause: DbusError): CliError {
  return new CliError('keystore', message, { code, hints: [hint], cause });
}

function inWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120 || seconds % 60 !== 0) return `${seconds} s`;
  return `${seconds / 60} minutes`;
}

import { isCliError } from '../../core/errors.ts';
import type { KeyStore, OpenOptions } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';
import { attendantOf } from './keyring-dialog.ts';
import { openSecretServiceKeyring, secretServiceAnswers } from './keyring-secret-service.ts';
import type { SecretServiceOptions } from './secret-service.ts';

const SERVICE = 'ccvault';

interface KeyringLimits {
  /** Time limit for a response that needs no user, in milliseconds. */
  readonly answer: number;
  /** Milliseconds a person has for the keyring's dialog where no terminal is. */
  readonly dialog: number;
}

const LIMITS: KeyringLimits = { answer: 10_000, dialog: 120_000 };

/** What the keyring needs of the outside. */
type KeyringSystem = Pick<System, 'attend' | 'env' | 'files' | 'host' | 'locks' | 'out' | 'terminal'>;

/**
 * The system keyring: the Secret Service on Linux, the Keychain on macOS, the Credential Manager on Windows. Items
 * stand under the service `ccvault` with their name as the account. Nothing is opened or asked before the first use.
 */
export async function openKeyring(
  system: KeyringSystem,
  options: OpenOptions = {},
  limits: KeyringLimits = LIMITS,
): Promise<KeyStore> {
  if (system.host.os === 'linux')
    return openSecretServiceKeyring(SERVICE, secretServiceOptions(system, options, limits));
  const [{ loadKeyringAddon }, { openNativeKeyring }] = await Promise.all([
    import('./keyring-addon.ts'),
    import('./keyring-native.ts'),
  ]);
  return openNativeKeyring(SERVICE, await loadKeyringAddon(system, options), system);
}

/**
 * Whether there is a system keyring to keep keys in; a locked one counts. Throws CliError `keystore` where one
 * seems to be there and does not respond, so that the choice of a backend never rests on a hung bus.
 */
export async function keyringAnswers(
  system: KeyringSystem,
  limits: KeyringLimits = LIMITS,
): Promise<boolean> {
  if (system.host.os !== 'linux') return true;
  try {
    return await secretServiceAnswers(secretServiceOptions(system, {}, limits));
  } catch (error) {
    if (isCliError(error) && error.code === 'absent') return false;
    throw error;
  }
}

function secretServiceOptions(
  system: KeyringSystem,
  { holdsItems = false, unattended = false }: OpenOptions,
  limits: KeyringLimits,
): SecretServiceOptions {
  return {
    // Without a display the service opens no dialog.
    environment: unattended ? { ...system.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined } : system.env,
    uid: process.getuid?.() ?? 0,
    limit: limits.answer,
    holdsItems,
    attendant: () => attendantOf(system, limits.dialog),
  };
}

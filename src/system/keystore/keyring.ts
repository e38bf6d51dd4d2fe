import { isCliError } from '../../core/errors.ts';
import type { KeyStore, OpenOptions } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';
import { attendantOf } from './keyring-dialog.ts';
import { openSecretServiceKeyring, secretServiceAnswers } from './keyring-secret-service.ts';
import type { SecretServiceOptions } from './secret-service.ts';

const SERVICE = 'ccvault';

interface KeyringLimits {
  /** The time limit for responses that do not wait for the user, in milliseconds. */
  readonly answer: number;
  /** The user's time for the keyring's dialog if there is no terminal, in milliseconds. */
  readonly dialog: number;
}

const LIMITS: KeyringLimits = { answer: 10_000, dialog: 120_000 };

type KeyringSystem = Pick<System, 'attend' | 'env' | 'files' | 'host' | 'locks' | 'out' | 'terminal'>;

/**
 * The system keyring: the Secret Service on Linux, the Keychain on macOS, the Credential Manager on Windows. Items
 * have the service `ccvault` and their name as the account. Nothing is opened or asked before the first use. The
 * limits apply on Linux only.
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
 * Whether a system keyring is available, locked or not. Throws CliError `keystore` if one seems to exist but does not
 * respond, so that a hung bus never decides the choice of a backend.
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
    // Without a display, no dialog is requested: see `SecretService.canPrompt`.
    environment: unattended ? { ...system.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined } : system.env,
    uid: process.getuid?.() ?? 0,
    limit: limits.answer,
    holdsItems,
    attendant: () => attendantOf(system, limits.dialog),
  };
}

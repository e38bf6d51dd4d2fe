import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encrypter } from 'age-encryption';
import { formatVault } from '../../src/system/keystore/vault-content.ts';

/**
 * Puts an empty vault under a passphrase into a folder, with next to no key stretching. ccvault keeps the stretching
 * that it finds until the passphrase is changed, so tests about something else do not spend their time on it.
 */
export async function createLightVault(folder: string, passphrase: string): Promise<void> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(2);
  encrypter.setPassphrase(passphrase);
  const sealed = await encrypter.encrypt(formatVault(new Map()));
  mkdirSync(folder, { mode: 0o700, recursive: true });
  writeFileSync(join(folder, 'vault.age'), sealed, { mode: 0o600 });
}

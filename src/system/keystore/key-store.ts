import type { BackendName, KeyStore, OpenOptions } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';

/**
 * Opens the backend with this name. Only its own code is loaded, and nothing is unlocked, asked or created before its
 * first use.
 */
export async function openKeyStore(
  name: BackendName,
  system: Pick<System, 'attend' | 'env' | 'host' | 'files' | 'locks' | 'terminal' | 'programs' | 'out'>,
  options: OpenOptions,
): Promise<KeyStore> {
  switch (name) {
    case 'keyring': {
      const { openKeyring } = await import('./keyring.ts');
      return openKeyring(system, options);
    }
    case 'file': {
      const { openAgeVault } = await import('./age-vault.ts');
      return openAgeVault(system);
    }
    case 'pass': {
      const { openPass } = await import('./pass.ts');
      return openPass(system, options);
    }
  }
}

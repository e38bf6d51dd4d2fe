import type * as Keyring from '@napi-rs/keyring';
import { CliError } from '../../core/errors.ts';
import type { OpenOptions } from '../../core/ports/keystore.ts';
import type { System } from '../../core/ports/system.ts';

/**
 * Loads the native addon for the macOS and Windows keyrings. The standalone build contains it, unpacks it into `lib`
 * of the vault's folder and compares its hash on every load. The runtime itself would unpack it into the temporary
 * folder, where it stays behind and fails on a `noexec` mount. Throws CliError `keystore` with code `absent` for a
 * build without it.
 */
export async function loadKeyringAddon(
  system: Pick<System, 'files' | 'host'>,
  { holdsItems = false }: OpenOptions = {},
): Promise<typeof Keyring> {
  if (process.versions.bun === undefined) return import('@napi-rs/keyring');
  const carried = Bun.embeddedFiles.find((file) => 'name' in file && String(file.name).endsWith('.node'));
  if (carried === undefined) {
    throw new CliError('keystore', 'this build of ccvault carries no keyring addon', {
      code: 'absent',
      hints: [
        holdsItems
          ? 'the keys are in the system keyring: use the released build, or the npm package'
          : 'use the encrypted file instead: --backend file',
      ],
    });
  }
  const bytes = new Uint8Array(await carried.arrayBuffer());
  const hash = hashOf(bytes);
  const folder = `${system.host.vaultDirectory}/lib`;
  const path = `${folder}/keyring-${hash.slice(0, 16)}.node`;
  const unpacked = system.files.read(path);
  if (unpacked === undefined || hashOf(unpacked) !== hash) {
    system.files.replace(path, bytes, { mode: 0o700 });
  }
  const loaded: { exports: unknown } = { exports: {} };
  process.dlopen(loaded, path);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the hash says that it is the addon of this build
  return loaded.exports as typeof Keyring;
}

function hashOf(bytes: Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
}

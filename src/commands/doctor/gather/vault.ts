import { viewProfile } from '../../../core/config/profile-view.ts';
import { CliError } from '../../../core/errors.ts';
import { chooseRegion, settingsFor } from '../../../core/plan/settings.ts';
import type { BackendName, KeyStore } from '../../../core/ports/keystore.ts';
import type { System } from '../../../core/ports/system.ts';
import { backendFromEnv } from '../../../vault/keys/backend-names.ts';
import { nobody } from '../../../vault/unattended.ts';
import { indexPath, readIndex } from '../../../vault/keys/index-file.ts';
import { decodeKeyItem, keyItemName, profileOfItem } from '../../../vault/keys/key-item.ts';
import { unfinishedRotations } from '../../../vault/rotation/journal.ts';
import type { Workspace } from '../../shared/workspace.ts';
import type { PrivateFile, VaultFacts } from '../facts.ts';
import { tried } from './fault.ts';
import { privateFile } from './private-file.ts';

interface Scope {
  readonly online: boolean;
  readonly profile: string | undefined;
}

/** The vault's folder, index and backend; the keys themselves are read only for `--online`. */
export async function gatherVault(
  workspace: Workspace,
  named: BackendName | undefined,
  { online, profile }: Scope,
): Promise<VaultFacts> {
  const { system } = workspace;
  const directory = system.host.vaultDirectory;
  const { value: files, fault: folderFault } = await tried(() => filesOfVault(system));
  if (files === undefined) {
    return { ...NOTHING, directory, indexPath: indexPath(system), fault: folderFault };
  }
  const { value: found, fault: indexFault } = await tried(() => readIndex(system));
  const index = found === 'damaged' ? undefined : found;
  const backend = named ?? backendFromEnv(system.env['CCVAULT_BACKEND']) ?? index?.backend;
  const opened =
    backend === undefined
      ? { store: undefined, items: undefined, fault: undefined }
      : await open(backend, index?.backend === backend && index.keys.length > 0, system);
  const keys = index?.keys ?? [];
  const refused = new Map<string, CliError>();
  const mayCall = system.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0';
  if (online && mayCall && opened.store !== undefined) {
    for (const entry of keys) {
      if (profile !== undefined && entry.profile !== profile) continue;
      const fault = await refusal(entry.profile, opened.store, workspace);
      if (fault !== undefined) refused.set(entry.profile, fault);
    }
  }
  return {
    directory,
    files,
    indexPath: indexPath(system),
    index: found === 'damaged' ? 'damaged' : found === undefined ? 'absent' : 'read',
    backend,
    keys,
    rotations: unfinishedRotations(system),
    fault: indexFault ?? opened.fault,
    items: opened.items,
    refused,
  };
}

/** The vault's folder and what is in it. Throws CliError where ccvault would not use it. */
function filesOfVault(system: System): readonly PrivateFile[] {
  const directory = system.host.vaultDirectory;
  const inside = system.files.list(directory).flatMap((name) => {
    const kind = /\.(?:json|age|bak)$/.test(name) ? 'file' : 'folder';
    return privateFile(`${directory}/${name}`, kind, system);
  });
  return [...privateFile(directory, 'folder', system), ...inside];
}

const NOTHING = {
  files: [],
  index: 'absent',
  backend: undefined,
  keys: [],
  rotations: [],
  items: undefined,
  refused: new Map<string, CliError>(),
} as const;

interface Opened {
  readonly store: KeyStore | undefined;
  readonly items: readonly string[] | undefined;
  readonly fault: CliError | undefined;
}

const NOT_OPENED: Opened = { store: undefined, items: undefined, fault: undefined };

async function open(backend: BackendName, holdsItems: boolean, system: System): Promise<Opened> {
  const path = `${system.host.vaultDirectory}/vault.age`;
  if (backend === 'file') {
    if (system.files.stat(path) === undefined) {
      const fault = new CliError('keystore', `${path} does not exist, though the index lists keys in it`, {
        hints: ['restore it from a backup, or store the keys again with: ccvault add PROFILE'],
      });
      return { ...NOT_OPENED, fault: holdsItems ? fault : undefined };
    }
    // It does not open without its passphrase, and a command that prints the passphrase may show a prompt.
    if (system.env['CCVAULT_PASSPHRASE'] === undefined) return NOT_OPENED;
  }
  const { value, fault } = await tried(async () => {
    const store = await system.keyStore(backend, nobody('doctor shows no prompts'), {
      holdsItems,
      unattended: true,
    });
    const names = await store.list();
    return { store, items: names.map(profileOfItem).filter((name) => name !== undefined) };
  });
  return { store: value?.store, items: value?.items, fault };
}

/** Why a stored key cannot be verified at the endpoint of its profile; undefined where AWS accepts it. */
async function refusal(
  profile: string,
  store: KeyStore,
  workspace: Workspace,
): Promise<CliError | undefined> {
  const { system } = workspace;
  const { fault } = await tried(async () => {
    const item = decodeKeyItem((await store.read(keyItemName(profile))) ?? '');
    // A key missing from the backend is another finding.
    if (item === undefined) return;
    const config = workspace.config();
    const view = viewProfile(config, profile);
    const region = chooseRegion(undefined, system.env, view);
    const sts = await system.aws.sts(settingsFor('sts', { region }, { config, env: system.env, view }));
    await sts.getCallerIdentity(item);
  });
  return fault;
}

import { ccvaultCommand } from '../../core/command-line.ts';
import { shortKeyId } from '../../core/credentials.ts';
import { CliError } from '../../core/errors.ts';
import type { BackendName, KeyStore } from '../../core/ports/keystore.ts';
import type { IndexEntry } from '../../vault/keys/index-file.ts';
import { decodeKeyItem, entryOf, profileOfItem } from '../../vault/keys/key-item.ts';
import type { Workspace } from '../shared/workspace.ts';

export interface BackendMove {
  readonly from: BackendName;
  /** `--backend`; without it the backend in use. */
  readonly to: BackendName | undefined;
  readonly dryRun: boolean;
}

/**
 * `import --from BACKEND`: copies every item, reads it back and compares; then records the new backend in the index,
 * and only then empties the old one. Wherever it is interrupted, each key is in the backend that the index records, and
 * the same command finishes the move. Returns the exit code.
 */
export async function moveFromBackend(move: BackendMove, workspace: Workspace): Promise<number> {
  const { system, vault } = workspace;
  const { backend: inUse, keys } = await vault.index();
  const to = move.to ?? (await vault.backendName()) ?? inUse;
  if (to === undefined || to === move.from) {
    throw new CliError('usage', `the keys cannot be moved from ${move.from} to ${move.from}`, {
      hints: [
        `name the backend to move to: ${ccvaultCommand('--backend BACKEND import', { options: ['--from', move.from] })}`,
      ],
    });
  }
  await system.locks.withLock('move', { purpose: `moving the keys from ${move.from} to ${to}` }, async () => {
    const open = (name: BackendName): Promise<KeyStore> =>
      system.keyStore(name, system.terminal, { holdsItems: name === inUse && keys.length > 0 });
    const [from, target] = [await open(move.from), await open(to)];
    const items = await from.list();
    if (items.length === 0) {
      // The move that emptied it may have been interrupted before this.
      if (inUse === to && !move.dryRun) await removeEmptyFile(from, workspace);
      system.out.info(`there are no keys in ${move.from}`);
      return;
    }
    if (move.dryRun) return tellPlan(items, move.from, to, workspace);
    const copied = await copyAll(items, from, target, inUse === to, workspace);
    await recordKeys(target, workspace);
    await removeCopied(copied, from, workspace);
    await removeEmptyFile(from, workspace);
    const moved = items.filter((item) => profileOfItem(item) !== undefined).length;
    system.out.info(`moved ${moved} ${moved === 1 ? 'key' : 'keys'} from ${move.from} to ${to}`);
    const { CCVAULT_BACKEND: named } = system.env;
    if (named !== undefined && named !== '' && named !== to) {
      system.out.warning(`CCVAULT_BACKEND names ${named}, which no longer holds the keys`);
      system.out.hint(`unset CCVAULT_BACKEND, or set it to ${to}`);
    }
  });
  return 0;
}

function tellPlan(items: readonly string[], from: string, to: string, { system }: Workspace): void {
  for (const item of items) {
    const profile = profileOfItem(item);
    const what = profile === undefined ? `the item ${item}` : `the key of profile ${profile}`;
    system.out.info(`would move ${what} from ${from} to ${to}`);
  }
}

/**
 * Copies the items that the target does not hold yet. Where the two hold different items of one name, that of the
 * backend in use stays, after a confirmation unless it is the session key. Throws CliError `keystore` before the first
 * write where that is refused or no prompt is possible.
 */
async function copyAll(
  items: readonly string[],
  from: KeyStore,
  target: KeyStore,
  targetInUse: boolean,
  workspace: Workspace,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  const wanted = new Map<string, string>();
  for (const item of items) {
    const value = await from.read(item);
    if (value === undefined) continue;
    values.set(item, value);
    const there = await target.read(item);
    if (there === value) continue;
    if (there !== undefined && item !== 'session-key') {
      const [kept, lost] = targetInUse ? [target, from] : [from, target];
      await confirmOverwrite(item, { kept, lost, keptValue: targetInUse ? there : value }, workspace);
    }
    if (there === undefined || !targetInUse) wanted.set(item, value);
  }
  for (const [item, value] of wanted) {
    await target.write(item, value);
    if ((await target.read(item)) !== value) {
      throw new CliError('keystore', `${target.name} did not keep ${item}; nothing was removed`, {
        hints: ['check its state with its own program, then run the command again'],
      });
    }
    const profile = profileOfItem(item);
    if (profile !== undefined)
      workspace.system.out.info(`copied the key of profile ${profile} to ${target.name}`);
  }
  return values;
}

interface Conflict {
  readonly kept: KeyStore;
  readonly lost: KeyStore;
  readonly keptValue: string;
}

async function confirmOverwrite(
  item: string,
  { kept, lost, keptValue }: Conflict,
  { system }: Workspace,
): Promise<void> {
  const profile = profileOfItem(item);
  const what = profile === undefined ? `different items ${item}` : `different keys for profile ${profile}`;
  const key = decodeKeyItem(keptValue);
  const id = key === undefined ? '' : ` ${shortKeyId(key.accessKeyId)}`;
  const both = `${kept.name} and ${lost.name} hold ${what}`;
  const question = `${both}. Keep${id} from ${kept.name}, which is in use, and delete the other?`;
  if ((await system.terminal.unavailable()) === undefined && (await system.terminal.confirm(question)))
    return;
  throw new CliError('keystore', `${both}; nothing was changed`, {
    hints: [`run the command in a terminal and confirm to keep${id} from ${kept.name}`],
  });
}

/** Records the target as the backend in use, and the keys that it holds as the index. */
async function recordKeys(target: KeyStore, { vault }: Workspace): Promise<void> {
  const entries: IndexEntry[] = [];
  for (const item of await target.list()) {
    if (profileOfItem(item) === undefined) continue;
    const key = decodeKeyItem((await target.read(item)) ?? '');
    if (key !== undefined) entries.push(entryOf(key));
  }
  await vault.recordBackend(target.name, entries);
}

/** Empties the old backend of what was copied; an item that has changed since stays. */
async function removeCopied(
  copied: ReadonlyMap<string, string>,
  from: KeyStore,
  { system }: Workspace,
): Promise<void> {
  for (const [item, value] of copied) {
    if ((await from.read(item)) === value) await from.remove(item);
    else system.out.warning(`${item} in ${from.name} has changed since it was copied and stays there`);
  }
}

/** Removes an empty vault.age: with it, rebuilding a lost index would look for the keys there. */
async function removeEmptyFile(from: KeyStore, { system }: Workspace): Promise<void> {
  if (from.name !== 'file' || (await from.list()).length > 0) return;
  system.files.remove(`${system.host.vaultDirectory}/vault.age`);
}

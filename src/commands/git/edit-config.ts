import { commandLine } from '../../core/command-line.ts';
import { CliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { addBlock, removeBlock } from '../../git/config-block.ts';

type Editing = Pick<System, 'files' | 'clock'>;

/** Writes the set-up at the end of the file; returns false when it is already there. Throws CliError `config`. */
export async function writeSetup(path: string, lines: readonly string[], system: Editing): Promise<boolean> {
  const encoded = lines.map((line) => Buffer.from(line, 'utf8').toString('latin1'));
  return edit(path, (text) => addBlock(text, encoded), system);
}

/**
 * Removes the set-up from the file, and the file itself if it was created for it; returns false when there was none.
 * Throws CliError `config`.
 */
export async function removeSetup(path: string, system: Editing): Promise<boolean> {
  return edit(path, (text) => (text === undefined ? undefined : removeBlock(text).text), system);
}

// One character per byte (latin1), so that bytes that are not UTF-8 stay unchanged.
type Edit = (text: string | undefined) => string | undefined;

/** Changes a file as `git config` does: under git's lock, so that no write of git or ccvault is lost. */
async function edit(path: string, change: Edit, system: Editing): Promise<boolean> {
  const { files } = system;
  const text = readBytes(path, system);
  if (change(text) === text) return false;
  // Git locks the file that a symlink points to.
  const target = files.followLinks(path);
  const lock = `${target}.lock`;
  await takeLock(lock, system);
  try {
    const before = readBytes(target, system);
    const after = change(before);
    if (after === before) return false;
    if (after === undefined) files.remove(target);
    else files.replace(target, Buffer.from(after, 'latin1'), { mode: 0o644 });
    return true;
  } finally {
    files.remove(lock);
  }
}

// Git holds the lock for milliseconds, and leaves it behind only if it is killed.
const LOCK_TRIES = 250;
const LOCK_PAUSE_MILLISECONDS = 20;

async function takeLock(lock: string, { files, clock }: Editing): Promise<void> {
  for (let tries = 1; !files.createIfAbsent(lock); tries++) {
    if (tries === LOCK_TRIES) {
      throw new CliError('config', `another program holds the lock of git's configuration: ${lock}`, {
        hints: [`if no git is running, the lock is stale: remove it with: ${commandLine('rm', lock)}`],
      });
    }
    await clock.sleep(LOCK_PAUSE_MILLISECONDS);
  }
}

function readBytes(path: string, { files }: Pick<System, 'files'>): string | undefined {
  const bytes = files.read(path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');
}

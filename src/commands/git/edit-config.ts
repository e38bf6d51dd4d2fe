import { commandLine } from '../../core/command-line.ts';
import { CliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { addBlock, removeBlock } from '../../git/config-block.ts';

type Editing = Pick<System, 'files' | 'clock'>;

/** Puts the set-up at the end of the file; false when it stood there already. Throws CliError `config`. */
export async function writeSetup(path: string, lines: readonly string[], system: Editing): Promise<boolean> {
  const encoded = lines.map((line) => Buffer.from(line, 'utf8').toString('latin1'));
  return edit(path, (text) => addBlock(text, encoded), system);
}

/**
 * Takes the set-up out of the file, and a file away that was made for it; false when there was none. Throws CliError
 * `config`.
 */
export async function removeSetup(path: string, system: Editing): Promise<boolean> {
  return edit(path, (text) => (text === undefined ? undefined : removeBlock(text).text), system);
}

// One character a byte: what is not UTF-8 goes through unchanged.
type Edit = (text: string | undefined) => string | undefined;

/** Changes a file as `git config` does: under git's lock, so that no write of either is lost. */
async function edit(path: string, change: Edit, system: Editing): Promise<boolean> {
  const { files } = system;
  const text = readBytes(path, system);
  if (change(text) === text) return false;
  // Git locks what a symlink points to.
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

// Git holds the lock for milliseconds, and leaves it behind only when it is killed.
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

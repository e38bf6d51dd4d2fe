import { exactText } from '../../core/bytes.ts';
import { CliError, messageOf } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';

const MAX_TRIES = 20;

export interface AwsFileEdit {
  readonly path: string;
  /** What the lock is held for, in the message to processes that wait. */
  readonly purpose: string;
  /** Begins the message of an error: what the command has done nevertheless. */
  readonly otherwise?: string;
  /** The hint where the file cannot be written. */
  readonly hint: string;
  /** The new text of the file, from its current text; undefined for no change. May be called again. */
  readonly change: (text: string) => string | undefined;
}

/**
 * Changes one of the AWS files in one step, in one ccvault process at a time, keeping mode and symlink. Editors and the
 * AWS CLI take no locks: right before the write the file is compared with what was read, and if it has changed,
 * `change` runs again on the new text. A file that does not change need not be UTF-8. Throws CliError `config`.
 */
export async function editAwsFile(edit: AwsFileEdit, system: Pick<System, 'files' | 'locks'>): Promise<void> {
  await system.locks.withLock('config', { purpose: edit.purpose }, async () => {
    for (let tries = 1; !tryEdit(edit, system); tries += 1) {
      if (tries === MAX_TRIES) throw failure(edit, `${edit.path} keeps changing`, ['run the command again']);
    }
  });
}

/** Returns false if the file was changed meanwhile. */
function tryEdit(edit: AwsFileEdit, { files }: Pick<System, 'files'>): boolean {
  const { path, change, hint } = edit;
  const found = files.read(path) ?? null;
  const bytes = found ?? new Uint8Array();
  const text = change(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  if (text === undefined) return true;
  // Bytes that are not UTF-8 would be lost.
  if (exactText(bytes) === undefined) {
    throw failure(edit, `${path} is not UTF-8 and was left unchanged`, [
      'save it as UTF-8, then run the command again',
    ]);
  }
  try {
    return files.replace(path, text, { mode: 0o600, expected: found });
  } catch (error) {
    const what = messageOf(error);
    throw failure(edit, edit.otherwise === undefined ? what : `ccvault ${what}`, [hint], error);
  }
}

function failure(
  { otherwise }: AwsFileEdit,
  what: string,
  hints: readonly string[],
  cause?: unknown,
): CliError {
  return new CliError('config', otherwise === undefined ? what : `${otherwise}, but ${what}`, {
    hints,
    cause,
  });
}

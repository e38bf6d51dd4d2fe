import { exactText } from '../../core/bytes.ts';
import { CliError, messageOf } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';

export interface AwsFileEdit {
  readonly path: string;
  /** What the lock is held for. */
  readonly purpose: string;
  /** How an error begins: what is done all the same. */
  readonly otherwise?: string;
  /** The way out of a file that cannot be written. */
  readonly hint: string;
  /** The new text, from what is in the file now; undefined for no change. */
  readonly change: (text: string) => string | undefined;
}

/**
 * Changes one of the AWS files in one step, alone among ccvault's processes, mode and symlink kept. A file in which
 * nothing changes need not be UTF-8. Throws CliError `config`.
 */
export async function editAwsFile(edit: AwsFileEdit, system: Pick<System, 'files' | 'locks'>): Promise<void> {
  const { path, otherwise, hint, change, purpose } = edit;
  const failure = (what: string, hints: readonly string[], cause?: unknown): CliError =>
    new CliError('config', `${otherwise === undefined ? '' : `${otherwise}, but `}${path} ${what}`, {
      hints,
      cause,
    });
  await system.locks.withLock('config', { purpose }, async () => {
    const bytes = system.files.read(path) ?? new Uint8Array();
    const text = change(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    if (text === undefined) return;
    // Other bytes would not survive being read and written.
    if (exactText(bytes) === undefined) {
      throw failure('is not UTF-8 and was left unchanged', ['save it as UTF-8, then run the command again']);
    }
    try {
      system.files.replace(path, text, { mode: 0o600 });
    } catch (error) {
      throw failure(`cannot be written: ${messageOf(error)}`, [hint], error);
    }
  });
}

import { exactText } from '../../core/bytes.ts';
import { CliError } from '../../core/errors.ts';
import type { Workspace } from '../shared/workspace.ts';

/**
 * Changes the AWS config file in one ccvault process at a time, and only if its text is still the one that `change`
 * got: an editor that saves at the same time is not overwritten. Returns whether anything changed. Throws CliError
 * `config` for a file that is not UTF-8 or cannot be written, with code `changed` for one that was changed meanwhile.
 */
export async function changeConfigFile(
  { system, configPath }: Workspace,
  purpose: string,
  change: (text: string) => string,
): Promise<boolean> {
  return system.locks.withLock('config', { purpose }, async () => {
    const bytes = system.files.read(configPath) ?? null;
    const before = exactText(bytes ?? new Uint8Array());
    if (before === undefined) {
      throw new CliError('config', `${configPath} is not UTF-8 and was left unchanged`, {
        hints: [`save it as UTF-8: ${configPath}`],
      });
    }
    const after = change(before);
    if (after === before) return false;
    if (system.files.replace(configPath, after, { mode: 0o600, expected: bytes })) return true;
    throw new CliError('config', `${configPath} was changed by another program meanwhile`, {
      code: 'changed',
      hints: ['run the command again'],
    });
  });
}

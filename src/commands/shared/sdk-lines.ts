import { removeProfileKeys, setProfileKeys, writtenSettings } from '../../core/config/edit.ts';
import { credentialProcessLine } from '../../core/config/credential-process-line.ts';
import { CliError, messageOf } from '../../core/errors.ts';
import type { Workspace } from './workspace.ts';

const KEY = 'credential_process';

/**
 * Writes the SDKs' line into the sections of these profiles in the config file, or takes it back, in one step. Gives
 * the profiles that it changed. Throws CliError `config` where the file cannot be written.
 */
export async function editSdkLines(
  profiles: readonly string[],
  action: 'write' | 'undo',
  { system, configPath: path }: Workspace,
  dryRun = false,
): Promise<readonly string[]> {
  return system.locks.withLock('config', { purpose: `writing ${path}` }, async () => {
    const before = system.files.readText(path) ?? '';
    let text = before;
    const changed = profiles.filter((profile) => {
      const edited = action === 'write' ? withLine(text, profile) : withoutLine(text, profile);
      const differs = edited !== text;
      text = edited;
      return differs;
    });
    if (text === before || dryRun) return changed;
    try {
      system.files.replace(path, text, { mode: 0o600 });
    } catch (error) {
      throw new CliError('config', `${path} cannot be written: ${messageOf(error)}`, {
        hints: ['correct its permissions, then run the command again'],
        cause: error,
      });
    }
    return changed;
  });
}

function withLine(text: string, profile: string): string {
  return setProfileKeys(text, profile, 'config', [[KEY, credentialProcessLine(profile)]]);
}

/** Only where the line is ours: another one is its writer's. */
function withoutLine(text: string, profile: string): string {
  const lines = writtenSettings(text, profile, 'config').filter(({ key }) => key === KEY);
  const ours = lines.length > 0 && lines.every(({ value }) => value === credentialProcessLine(profile));
  return ours ? removeProfileKeys(text, profile, 'config', [KEY]) : text;
}

import { commandLine } from '../../../core/command-line.ts';
import type { Facts, PrivateFile } from '../facts.ts';
import type { Finding } from '../finding.ts';

/** Owners and modes of the vault's folder and of the AWS files with keys in them. */
export function checkFiles({ vault, config, host }: Facts): readonly Finding[] {
  if (host.os === 'win32') return [];
  return [
    ...vault.files.flatMap((file) => fault(file, 'error')),
    ...config.modes.flatMap((file) => fault(file, 'warning')),
  ];
}

function fault({ path, kind, mode, isOurs }: PrivateFile, severity: Finding['severity']): readonly Finding[] {
  if (!isOurs) {
    const fix =
      kind === 'folder'
        ? 'set CCVAULT_HOME to a folder of your own'
        : `sudo ${commandLine('chown', 'USER', path).replace('USER', '"$USER"')}`;
    return [{ severity: 'error', check: 'files', message: `${path} belongs to another user`, fix }];
  }
  if ((mode & 0o077) === 0) return [];
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  return [
    {
      severity,
      check: 'files',
      message: `${path} is open to other users (mode ${shown})`,
      fix: commandLine('chmod', kind === 'folder' ? '700' : '600', path),
    },
  ];
}

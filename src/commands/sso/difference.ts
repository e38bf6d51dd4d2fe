import { ccvaultCommand } from '../../core/command-line.ts';
import type { System } from '../../core/ports/system.ts';
import type { Populated } from '../../core/sso/populate.ts';
import { DEFAULT_TEMPLATE } from '../../core/sso/profile-names.ts';
import { renderTable } from '../../core/rows/table.ts';

const HEADINGS = ['CHANGE', 'PROFILE', 'ACCOUNT', 'ROLE', 'NOTE'];
const GIVES_WAY = ['ROLE', 'ACCOUNT', 'NOTE'];
/** Of more rows a terminal shows only the first, because a prompt follows. */
const MOST_ROWS = 40;
const MOST_NAMES = 5;

/** Shows what would be added, changed and removed: on a terminal the first rows, with `all` every one. */
export function showDifference({ changes }: Populated, all: boolean, { out }: Pick<System, 'out'>): void {
  const shown = all || !out.stdoutIsTerminal ? changes : changes.slice(0, MOST_ROWS);
  const table = renderTable(
    HEADINGS,
    shown.map(({ kind, profile, accountId, roleName, note }) => [kind, profile, accountId, roleName, note]),
    {
      terminal: out.stdoutIsTerminal,
      columns: out.columns('stdout'),
      givesWay: GIVES_WAY,
      names: 'PROFILE',
      ellipsis: out.isUnicode ? '…' : '~',
    },
  );
  out.data(table);
  const more = changes.length - shown.length;
  if (more > 0) out.info(`and ${more} more, which --dry-run shows`);
}

/** Warns of the profiles that stay unchanged because they exist elsewhere. */
export function tellElsewhere(names: readonly string[], session: string, { out }: Pick<System, 'out'>): void {
  if (names.length === 0) return;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  out.warning(`left unchanged, because they exist elsewhere: ${shown}${more}`);
  const name = `--name={session}.${DEFAULT_TEMPLATE}`;
  out.hint(
    `give the profiles of this session other names: ${ccvaultCommand('sso populate', { options: [name], operands: [session] })}`,
  );
}

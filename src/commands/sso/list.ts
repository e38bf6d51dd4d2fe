import type { System } from '../../core/ports/system.ts';
import { jsonDocument } from '../../core/printable.ts';
import { matchesAll, searchText } from '../../core/rows/row-filter.ts';
import { roleKey, standingProfiles } from '../../core/sso/standing-profiles.ts';
import { renderTable } from '../../core/rows/table.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { Workspace } from '../shared/workspace.ts';
import { chooseSession } from './choose-session.ts';
import { askForAccounts } from './directory.ts';

type ListInput = CommandInput<'sso list'>;

/** A role of an account in `sso list --json`; null where an account has no role, or a role no profile. */
interface Row {
  readonly account: string;
  readonly accountName: string;
  readonly email: string;
  readonly role: string | null;
  readonly profile: string | null;
}

const HEADINGS = ['ACCOUNT', 'NAME', 'ROLE', 'PROFILE', 'EMAIL'];
const GIVES_WAY = ['EMAIL', 'PROFILE'];

/** `ccvault sso list`: lists from AWS the accounts and roles that a sign-in may use. */
export async function run(input: ListInput, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const { name, patterns } = nameAndPatterns(input, workspace);
  const chosen = await chooseSession(workspace, name, input.options.noBrowser);
  const { wanted: all } = await askForAccounts(chosen);
  const standing = standingProfiles(chosen.session, workspace.config());
  const rows = all.flatMap(({ id, name: accountName, email, roles }): Row[] => {
    const row = { account: id, accountName, email };
    if (roles.length === 0) return [{ ...row, role: null, profile: null }];
    return roles.map((role) => ({ ...row, role, profile: standing.get(roleKey(id, role)) ?? null }));
  });
  const shown = rows.filter((row) => matchesAll(searchText(cellsOf(row)), patterns));
  system.out.data(input.options.json ? jsonDocument(shown) : render(shown, system));
  if (input.options.json) return 0;
  if (all.length === 0)
    system.out.info('the sign-in has access to no account: ask the administrator of IAM Identity Center');
  else if (shown.length === 0) system.out.info('no account matches');
  return 0;
}

/** With only one session its name may be omitted: the first word is then a pattern, unless it is that name. */
function nameAndPatterns(
  { arguments: { session, patterns } }: ListInput,
  workspace: Workspace,
): { readonly name: string | undefined; readonly patterns: readonly string[] } {
  const names = workspace.config().ssoSessionNames();
  if (session === undefined || names.includes(session) || names.length !== 1) {
    return { name: session, patterns };
  }
  return { name: undefined, patterns: [session, ...patterns] };
}

function cellsOf({ account, accountName, role, profile, email }: Row): readonly string[] {
  return [account, accountName, role ?? '', profile ?? '', email];
}

function render(rows: readonly Row[], { out }: Pick<System, 'out'>): string {
  return renderTable(HEADINGS, rows.map(cellsOf), {
    terminal: out.stdoutIsTerminal,
    columns: out.columns('stdout'),
    givesWay: GIVES_WAY,
    names: 'NAME',
    ellipsis: out.isUnicode ? '…' : '~',
  });
}

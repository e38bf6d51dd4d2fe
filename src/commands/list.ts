import { byUrgency } from '../core/rows/colours.ts';
import { firstStep } from '../core/plan/first-step.ts';
import type { System } from '../core/ports/system.ts';
import { jsonDocument } from '../core/printable.ts';
import { matchesAll, searchText } from '../core/rows/row-filter.ts';
import { renderTable } from '../core/rows/table.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { ageCell, hintAtOldKeys, urgencyOfAge, keyAges } from './shared/key-age.ts';
import { cells, profileRows } from './shared/profile-rows.ts';
import type { ProfileRow } from './shared/profile-rows.ts';
import { Workspace } from './shared/workspace.ts';

type Ages = ReadonlyMap<string, number>;
type ListInput = CommandInput<'list'>;

const HEADINGS = ['PROFILE', 'ACCOUNT', 'ROLE', 'REGION', 'KEY', 'AGE', 'MFA', 'SESSION'];
const GIVES_WAY = ['MFA', 'REGION', 'ACCOUNT', 'AGE', 'KEY', 'ROLE'];

/** `ccvault list`: from config, index and the readable headers of sessions; reads no secret and uses no network. */
export async function run(input: ListInput, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const all = await profileRows(workspace);
  const now = system.clock.now();
  const ages = keyAges(
    all.map(({ storedKey }) => storedKey).filter((key) => key !== undefined),
    now,
  );
  const { patterns } = input.arguments;
  const found =
    patterns.length === 0
      ? all
      : all.filter((row) => matchesAll(searchText(cellsOf(row, ages, now)), patterns));
  const shown = sorted(found, input.options.sort ?? 'config');
  system.out.data(render(shown, ages, input, system));
  const { json, profiles, credentials, sessions } = input.options;
  if (json || profiles || credentials || sessions) return 0;
  if (all.length === 0) system.out.hint(firstStep(workspace.config()));
  else if (shown.length === 0) system.out.info('no profile matches');
  const names = new Set(shown.map(({ profile }) => profile));
  hintAtOldKeys(new Map([...ages].filter(([profile]) => names.has(profile))), system);
  return 0;
}

function sorted(rows: readonly ProfileRow[], order: 'name' | 'session' | 'config'): readonly ProfileRow[] {
  switch (order) {
    case 'config':
      return rows;
    case 'name':
      return rows.toSorted((a, b) => compare(a.profile.toLowerCase(), b.profile.toLowerCase()));
    case 'session':
      return rows.toSorted((a, b) => compare(endOf(a), endOf(b)));
  }
}

/** Sorts what expires first to the top: sessions, then profiles that would prompt, then those without a session. */
function endOf({ sessionExpiresAt, asks }: ProfileRow): string {
  return asks === undefined ? (sessionExpiresAt ?? '~~') : '~';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function render(
  rows: readonly ProfileRow[],
  ages: Ages,
  { options }: ListInput,
  { out, clock }: Pick<System, 'out' | 'clock'>,
): string {
  if (options.json) return jsonDocument(rows.map(asJson));
  const namesOnly = (kept: readonly ProfileRow[]): string => kept.map((row) => `${row.profile}\n`).join('');
  if (options.credentials) return namesOnly(rows.filter(({ storedKey }) => storedKey !== undefined));
  if (options.profiles) return namesOnly(rows);
  if (options.sessions) return namesOnly(rows.filter((row) => row.sessionExpiresAt !== null));
  const now = clock.now();
  const colours = out.colours('stdout');
  return renderTable(
    HEADINGS,
    rows.map((row) => cellsOf(row, ages, now)),
    {
      terminal: out.stdoutIsTerminal,
      columns: out.columns('stdout'),
      givesWay: GIVES_WAY,
      ellipsis: out.isUnicode ? '…' : '~',
      ...(colours ? { colour: (row, heading) => colourOf(rows[row], heading, ages, now) } : {}),
    },
  );
}

function cellsOf(row: ProfileRow, ages: Ages, now: number): readonly string[] {
  return [
    row.profile,
    row.account ?? '',
    cells.role(row),
    row.region ?? '',
    cells.key(row),
    ageCell(ages.get(row.profile)),
    cells.mfa(row),
    cells.session(row, now),
  ];
}

function colourOf(row: ProfileRow | undefined, heading: string, ages: Ages, now: number): string | undefined {
  if (row === undefined) return undefined;
  if (heading === 'AGE') return byUrgency(urgencyOfAge(ages.get(row.profile)));
  if (heading === 'KEY') return byUrgency(row.storedKey === undefined && row.plainKey ? 'soon' : undefined);
  if (heading !== 'SESSION' || row.sessionExpiresAt === null || row.asks !== undefined) return undefined;
  const minutes = (Date.parse(row.sessionExpiresAt) - now) / 60_000;
  if (minutes < 2) return byUrgency('now');
  return byUrgency(minutes < 10 ? 'soon' : undefined);
}

/** One profile as `list --json` shows it. */
function asJson(row: ProfileRow): Readonly<Record<string, string | boolean | null>> {
  return {
    profile: row.profile,
    region: row.region,
    account: row.account,
    roleArn: row.roleArn,
    sourceProfile: row.sourceProfile,
    mfaSerial: row.mfaSerial,
    hasKey: row.storedKey !== undefined,
    keyIdSuffix: row.storedKey?.accessKeyId.slice(-4) ?? null,
    sessionExpiresAt: row.sessionExpiresAt,
  };
}

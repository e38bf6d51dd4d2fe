import { accountOfArn } from '../core/arn.ts';
import { shortKeyId } from '../core/credentials.ts';
import { formatTimeLeft } from '../core/durations.ts';
import { planFor } from '../core/plan.ts';
import type { PlanContext } from '../core/plan.ts';
import type { System } from '../core/ports.ts';
import { viewProfile } from '../core/profile-view.ts';
import { renderTable } from '../cli/render.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import type { SessionHeader } from '../vault/session-store.ts';
import type { IndexEntry } from '../vault/index-file.ts';
import { Workspace } from './workspace.ts';

/** One profile as `list --json` shows it. */
interface Row {
  readonly profile: string;
  readonly region: string | null;
  readonly account: string | null;
  readonly roleArn: string | null;
  readonly sourceProfile: string | null;
  readonly mfaSerial: string | null;
  readonly hasKey: boolean;
  readonly keyIdSuffix: string | null;
  readonly sessionExpiresAt: string | null;
}

/** `ccvault list`: config, index and the readable headers of sessions; no secret and no network. */
export async function run(input: CommandInput<'list'>, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const context = await workspace.planContext();
  const entries = new Map((await workspace.vault.index()).keys.map((entry) => [entry.profile, entry]));
  const sessions = liveSessions(workspace);
  const names = new Set([...context.config.profileNames(), ...entries.keys()]);
  const rows = [...names].map((name) => rowOf(name, workspace, context, entries.get(name), sessions));
  const ages = keyAges(entries.values(), system.clock.now());
  system.out.data(render(rows, ages, input, system));
  const { json, profiles, credentials, sessions: sessionsOnly } = input.options;
  if (!json && !profiles && !credentials && !sessionsOnly) hintAtOldKeys(ages, system);
  return 0;
}

const DAY_MILLISECONDS = 86_400_000;
// What AWS's own checks (IAM security hub control IAM.3, AWS Config access-keys-rotated) take as too old.
const OLD_AFTER_DAYS = 90;

/** How old each profile's key is, in days: since AWS made it, or since it was stored where that is not known. */
function keyAges(entries: Iterable<IndexEntry>, now: number): ReadonlyMap<string, number> {
  const ages = new Map<string, number>();
  for (const { profile, createdAt, storedAt } of entries) {
    const days = Math.floor((now - Date.parse(createdAt ?? storedAt)) / DAY_MILLISECONDS);
    if (!Number.isNaN(days)) ages.set(profile, Math.max(0, days));
  }
  return ages;
}

function isOld(days: number | undefined): days is number {
  return days !== undefined && days > OLD_AFTER_DAYS;
}

function hintAtOldKeys(ages: ReadonlyMap<string, number>, { out }: Pick<System, 'out'>): void {
  for (const [profile, days] of ages) {
    if (isOld(days)) out.hint(`the key of profile ${profile} is ${days} days old: ccvault rotate ${profile}`);
  }
}

function ageCell(days: number | undefined): string {
  if (days === undefined) return '';
  return isOld(days) ? `${days} d!` : `${days} d`;
}

function render(
  rows: readonly Row[],
  ages: ReadonlyMap<string, number>,
  input: CommandInput<'list'>,
  system: Pick<System, 'out' | 'clock'>,
): string {
  const { json, profiles, credentials, sessions } = input.options;
  if (json) return `${JSON.stringify(rows, undefined, 2)}\n`;
  const namesOnly = (kept: readonly Row[]): string => kept.map((row) => `${row.profile}\n`).join('');
  if (credentials) return namesOnly(rows.filter((row) => row.hasKey));
  if (profiles) return namesOnly(rows);
  if (sessions) return namesOnly(rows.filter((row) => row.sessionExpiresAt !== null));
  return renderTable(
    ['PROFILE', 'ACCOUNT', 'ROLE', 'REGION', 'KEY', 'AGE', 'MFA', 'SESSION'],
    rows.map((row) => [
      row.profile,
      row.account ?? '',
      row.roleArn?.slice(row.roleArn.lastIndexOf('/') + 1) ?? '',
      row.region ?? '',
      row.keyIdSuffix === null ? '' : shortKeyId(row.keyIdSuffix),
      ageCell(ages.get(row.profile)),
      row.mfaSerial?.slice(row.mfaSerial.lastIndexOf('/') + 1) ?? '',
      row.sessionExpiresAt === null
        ? ''
        : formatTimeLeft(Date.parse(row.sessionExpiresAt) - system.clock.now()),
    ]),
    { terminal: system.out.stdoutIsTerminal },
  );
}

function rowOf(
  name: string,
  workspace: Workspace,
  context: PlanContext,
  entry: IndexEntry | undefined,
  sessions: ReadonlyMap<string, SessionHeader>,
): Row {
  const view = viewProfile(context.config, name);
  const roleArn = view.get('role_arn') ?? null;
  const account =
    (roleArn === null ? undefined : accountOfArn(roleArn)) ??
    entry?.account ??
    view.get('sso_account_id') ??
    null;
  return {
    profile: name,
    region: view.get('region') ?? null,
    account,
    roleArn,
    sourceProfile: view.get('source_profile') ?? null,
    mfaSerial: view.get('mfa_serial') ?? null,
    hasKey: entry !== undefined,
    keyIdSuffix: entry?.accessKeyId.slice(-4) ?? null,
    sessionExpiresAt: sessions.size === 0 ? null : sessionEnd(name, workspace, context, sessions),
  };
}

function liveSessions(workspace: Workspace): ReadonlyMap<string, SessionHeader> {
  const now = workspace.system.clock.now();
  const live = workspace.sessions
    .list()
    .filter(({ header }) => header.expiresAt !== null && Date.parse(header.expiresAt) > now);
  return new Map(live.map(({ id, header }) => [id, header]));
}

function sessionEnd(
  name: string,
  workspace: Workspace,
  context: PlanContext,
  sessions: ReadonlyMap<string, SessionHeader>,
): string | null {
  try {
    const last = planFor(name, context).steps.at(-1);
    return last === undefined
      ? null
      : (sessions.get(workspace.sessions.nameOf(last.cacheKey))?.expiresAt ?? null);
  } catch {
    // A profile whose configuration is broken has no session; `explain` says what is wrong with it.
    return null;
  }
}

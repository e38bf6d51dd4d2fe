import { accountOfArn } from '../core/aws/arn.ts';
import { shortKeyId } from '../core/credentials.ts';
import { formatTimeLeft } from '../core/aws/durations.ts';
import { planFor } from '../core/plan/plan.ts';
import type { PlanContext } from '../core/plan/facts.ts';
import type { System } from '../core/ports/system.ts';
import { viewProfile } from '../core/config/profile-view.ts';
import type { ProfileView } from '../core/config/profile-view.ts';
import { renderTable } from '../core/table.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import type { SessionStore } from '../vault/sessions/session-store.ts';
import type { IndexEntry } from '../vault/keys/index-file.ts';
import { ageCell, hintAtOldKeys, keyAges } from './shared/key-age.ts';
import { Workspace } from './shared/workspace.ts';

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
  const sessions = new LiveSessions(workspace.sessions, system.clock.now());
  const names = new Set([...context.config.profileNames(), ...entries.keys()]);
  const rows = [...names].map((name) => rowOf(name, entries.get(name), context, sessions));
  const ages = keyAges(entries.values(), system.clock.now());
  system.out.data(render(rows, ages, input, system));
  const { json, profiles, credentials, sessions: sessionsOnly } = input.options;
  if (!json && !profiles && !credentials && !sessionsOnly) hintAtOldKeys(ages, system);
  return 0;
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
    {
      terminal: system.out.stdoutIsTerminal,
      columns: system.out.columns('stdout'),
      givesWay: ['MFA', 'REGION', 'ACCOUNT', 'AGE', 'KEY', 'ROLE'],
    },
  );
}

function rowOf(
  name: string,
  entry: IndexEntry | undefined,
  context: PlanContext,
  sessions: LiveSessions,
): Row {
  const view = viewOrNothing(name, context);
  const roleArn = view?.get('role_arn') ?? null;
  const accountOfSso = view?.get('sso_account_id') ?? null;
  const account = (roleArn === null ? undefined : accountOfArn(roleArn)) ?? entry?.account ?? accountOfSso;
  return {
    profile: name,
    region: view?.get('region') ?? null,
    account,
    roleArn,
    sourceProfile: view?.get('source_profile') ?? null,
    mfaSerial: view?.get('mfa_serial') ?? null,
    hasKey: entry !== undefined,
    keyIdSuffix: entry?.accessKeyId.slice(-4) ?? null,
    sessionExpiresAt: sessions.mayBelongTo(name, roleArn ?? accountOfSso)
      ? sessions.endOf(name, context)
      : null,
  };
}

function viewOrNothing(name: string, context: PlanContext): ProfileView | undefined {
  try {
    return viewProfile(context.config, name);
  } catch {
    // One profile's mistake must not hide the others; `explain` says what it is.
    return undefined;
  }
}

/** The sessions that have not ended, by the names that their readable headers give. */
class LiveSessions {
  readonly #store: SessionStore;
  readonly #ends = new Map<string, string>();
  readonly #names = new Set<string>();

  constructor(store: SessionStore, now: number) {
    this.#store = store;
    for (const { id, header } of store.list()) {
      if (header.expiresAt === null || !(Date.parse(header.expiresAt) > now)) continue;
      this.#ends.set(id, header.expiresAt);
      for (const text of [header.profile, header.roleArn, header.account]) {
        if (text !== null) this.#names.add(text);
      }
    }
  }

  /** False for the most of ten thousand profiles, without making a plan for each. */
  mayBelongTo(profile: string, roleOrAccount: string | null): boolean {
    return this.#names.has(profile) || (roleOrAccount !== null && this.#names.has(roleOrAccount));
  }

  endOf(profile: string, context: PlanContext): string | null {
    try {
      const last = planFor(profile, context).steps.at(-1);
      return last === undefined ? null : (this.#ends.get(this.#store.nameOf(last.cacheKey)) ?? null);
    } catch {
      // A profile whose configuration is broken has no session.
      return null;
    }
  }
}

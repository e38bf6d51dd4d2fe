import { accountOf, parseArn } from '../../core/aws/arn.ts';
import { formatTimeLeft } from '../../core/aws/durations.ts';
import { viewProfile } from '../../core/config/profile-view.ts';
import type { ProfileView } from '../../core/config/profile-view.ts';
import { shortKeyId } from '../../core/credentials.ts';
import type { PlanContext } from '../../core/plan/facts.ts';
import type { IndexEntry } from '../../vault/keys/index-file.ts';
import { SessionOutlook } from './session-outlook.ts';
import type { Asked } from './session-outlook.ts';
import type { Workspace } from './workspace.ts';

/** One profile of the config files or the vault, as `list` and the picker show it. */
export interface ProfileRow {
  readonly profile: string;
  readonly region: string | null;
  readonly account: string | null;
  readonly roleArn: string | null;
  /** The permission set of IAM Identity Center. */
  readonly ssoRole: string | null;
  readonly sourceProfile: string | null;
  readonly mfaSerial: string | null;
  readonly storedKey: IndexEntry | undefined;
  /** Whether it has a key in a plaintext file. */
  readonly plainKey: boolean;
  readonly sessionExpiresAt: string | null;
  readonly asks: Asked | undefined;
  /** When the last of its narrowed sessions expires, ISO 8601 UTC; null where it has none. */
  readonly narrowedUntil: string | null;
}

/**
 * Every profile, in the order of the files, then those that only the vault knows. No secret is read and no network
 * used. Throws CliError `config` for a file that cannot be read.
 */
export async function profileRows(workspace: Workspace): Promise<readonly ProfileRow[]> {
  const context = await workspace.planContext();
  const entries = new Map((await workspace.vault.index()).keys.map((entry) => [entry.profile, entry]));
  const outlook = new SessionOutlook(context, workspace.sessions, workspace.system);
  const others = [...entries.keys()].filter((name) => !context.config.hasProfile(name));
  const names = [...context.config.profileNames(), ...others];
  return names.map((name) => rowOf(name, entries.get(name), context, outlook));
}

function rowOf(
  name: string,
  entry: IndexEntry | undefined,
  context: PlanContext,
  sessions: SessionOutlook,
): ProfileRow {
  const view = viewOrNothing(name, context);
  const roleArn = view?.get('role_arn') ?? null;
  const role = roleArn === null ? undefined : parseArn(roleArn);
  const account = (role && accountOf(role)) ?? entry?.account ?? view?.get('sso_account_id');
  const outlook = view === undefined ? undefined : sessions.of(view, role);
  return {
    profile: name,
    region: view?.get('region') ?? null,
    account: account ?? null,
    roleArn,
    ssoRole: view?.get('sso_role_name') ?? null,
    sourceProfile: view?.get('source_profile') ?? null,
    mfaSerial: view?.get('mfa_serial') ?? null,
    storedKey: entry,
    plainKey: view?.get('aws_secret_access_key') !== undefined,
    sessionExpiresAt: outlook?.expiresAt ?? null,
    asks: outlook?.asks,
    narrowedUntil: sessions.narrowedUntil(name) ?? null,
  };
}

function viewOrNothing(name: string, context: PlanContext): ProfileView | undefined {
  try {
    return viewProfile(context.config, name);
  } catch {
    // One profile's mistake must not hide the others; `explain` reports it.
    return undefined;
  }
}

/**
 * The cells of a row in `list` and the picker; empty where there is nothing. `now` is in milliseconds since the epoch.
 */
export const cells = {
  role: ({ roleArn, ssoRole }: ProfileRow): string =>
    roleArn === null ? (ssoRole ?? '') : lastPart(roleArn),
  mfa: ({ mfaSerial }: ProfileRow): string => (mfaSerial === null ? '' : lastPart(mfaSerial)),
  key: ({ storedKey, plainKey }: ProfileRow): string => {
    if (storedKey !== undefined) return shortKeyId(storedKey.accessKeyId.slice(-4));
    return plainKey ? 'file' : '';
  },
  session: ({ sessionExpiresAt, asks, narrowedUntil }: ProfileRow, now: number): string => {
    const own = asks ?? (sessionExpiresAt === null ? '' : timeLeft(sessionExpiresAt, now));
    const narrowed = narrowedUntil === null ? '' : `narrowed ${timeLeft(narrowedUntil, now)}`;
    return [own, narrowed].filter((part) => part !== '').join(', ');
  },
} as const;

function timeLeft(end: string, now: number): string {
  return formatTimeLeft(Date.parse(end) - now);
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

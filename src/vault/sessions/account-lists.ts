import { ssoTokenName } from '../../core/plan/sso-token-name.ts';
import type { System } from '../../core/ports/system.ts';
import { decodeAccounts, encodeAccounts } from '../../core/sso/accounts.ts';
import type { SsoAccount } from '../../core/sso/accounts.ts';
import type { SsoSession } from '../../core/sso/session.ts';
import type { SessionStore } from './session-store.ts';
import { tokenRecords } from './token-records.ts';

/** How long a list counts as current. */
const KEPT_MILLISECONDS = 3_600_000;

/** `names` holds accounts without their roles. */
export type ListKind = 'roles' | 'names';

export interface KeptList {
  readonly accounts: readonly SsoAccount[];
  /** Older than an hour: for use only when AWS cannot be asked. */
  readonly isOld: boolean;
}

/**
 * The accounts and roles of a sign-in, as AWS last listed them: sealed beside the sessions and dropped with the
 * sign-in. Never calls AWS.
 */
export class AccountLists {
  readonly #system: Pick<System, 'clock'>;
  readonly #sessions: SessionStore;

  constructor(system: Pick<System, 'clock'>, sessions: SessionStore) {
    this.#system = system;
    this.#sessions = sessions;
  }

  /** Undefined where no list is cached. Throws what the backend throws. */
  async read(session: SsoSession, kind: ListKind): Promise<KeptList | undefined> {
    const record = await this.#sessions.read(nameOf(session, kind));
    const accounts = record === undefined ? undefined : decodeAccounts(record.payload);
    if (record === undefined || accounts === undefined) return undefined;
    // NaN compares false and so counts as old.
    const isFresh = Date.parse(record.header.expiresAt ?? '') > this.#system.clock.now();
    return { accounts, isOld: !isFresh };
  }

  /** Best effort, like every cached session. */
  async write(session: SsoSession, kind: ListKind, accounts: readonly SsoAccount[]): Promise<void> {
    await tokenRecords(this.#system, this.#sessions).write(nameOf(session, kind), encodeAccounts(accounts), {
      kind: `sso-account-${kind}`,
      profile: undefined,
      expiresAt: this.#system.clock.now() + KEPT_MILLISECONDS,
      root: ssoTokenName(session),
    });
  }
}

function nameOf(session: SsoSession, kind: ListKind): string {
  return `sso-account-${kind} of ${ssoTokenName(session)}`;
}

import type { Arn } from '../../core/aws/arn.ts';
import type { ProfileView } from '../../core/config/profile-view.ts';
import { planFor } from '../../core/plan/plan.ts';
import type { PlanContext } from '../../core/plan/facts.ts';
import type { Plan, SsoStep } from '../../core/plan/steps.ts';
import { ssoTokenName } from '../../core/plan/sso-token-name.ts';
import type { System } from '../../core/ports/system.ts';
import { tokenOfAwsCli } from '../../sources/sso-aws-cli.ts';
import { stepAt } from '../../vault/plan-steps.ts';
import { freshnessOf } from '../../vault/sessions/freshness.ts';
import type { SessionHeader } from '../../vault/sessions/session-header.ts';
import type { SessionStore } from '../../vault/sessions/session-store.ts';

/** What using a profile now would prompt for. */
export type Asked = 'MFA' | 'sign in';

export interface Outlook {
  /** When the profile's session expires, ISO 8601 UTC; null without one. */
  readonly expiresAt: string | null;
  readonly asks: Asked | undefined;
}

const NOTHING: Outlook = { expiresAt: null, asks: undefined };
const SIGN_IN_MILLISECONDS = 5 * 60_000;
// These do not affect the prompts, and differ from profile to profile.
const OWN_SETTINGS = new Set([
  'role_arn',
  'role_session_name',
  'external_id',
  'region',
  'output',
  'sso_account_id',
  'sso_role_name',
]);

/**
 * Which profiles have a session and which would prompt, from the readable headers of the sessions alone. Ten thousand
 * profiles differ in little but their role, so a plan is made for each kind of profile, not for each profile.
 */
export class SessionOutlook {
  readonly #context: PlanContext;
  readonly #store: SessionStore;
  readonly #system: Pick<System, 'clock' | 'crypto' | 'files' | 'host'>;
  readonly #headers = new Map<string, SessionHeader>();
  /** The profiles, roles and accounts in the headers of sessions. */
  readonly #names = new Set<string>();
  /** When the last narrowed session of a profile expires, by profile. */
  readonly #narrowed = new Map<string, string>();
  readonly #asked = new Map<string, Asked | undefined>();

  constructor(
    context: PlanContext,
    store: SessionStore,
    system: Pick<System, 'clock' | 'crypto' | 'files' | 'host'>,
  ) {
    this.#context = context;
    this.#store = store;
    this.#system = system;
    const now = system.clock.now();
    for (const { id, header } of store.list()) {
      if (!freshnessOf(header, now).alive) continue;
      this.#headers.set(id, header);
      this.#noteNarrowed(header);
      for (const text of [header.profile, header.roleArn, header.account]) {
        if (text !== null) this.#names.add(text);
      }
    }
  }

  /** When the last of a profile's narrowed sessions expires, ISO 8601 UTC; undefined where it has none. */
  narrowedUntil(profile: string): string | undefined {
    return this.#narrowed.get(profile);
  }

  #noteNarrowed({ profile, policy, expiresAt }: SessionHeader): void {
    if (policy === undefined || profile === null || expiresAt === null) return;
    const known = this.#narrowed.get(profile);
    if (known === undefined || known < expiresAt) this.#narrowed.set(profile, expiresAt);
  }

  /** The outlook of a profile; `role` is its `role_arn`, if that is an ARN. */
  of(view: ProfileView, role: Arn | undefined): Outlook {
    try {
      const asks = this.#askedFor(view, role);
      const owner = view.get('role_arn') ?? view.get('sso_account_id');
      if (!this.#names.has(view.name) && (owner === undefined || !this.#names.has(owner))) {
        return asks === undefined ? NOTHING : { expiresAt: null, asks };
      }
      const plan = planFor(view.name, this.#context);
      const header = this.#headerAt(plan, plan.steps.length - 1);
      if (header === undefined) return { expiresAt: null, asks };
      const enough = freshnessOf(header, this.#system.clock.now()).freshIfPrompted;
      return { expiresAt: header.expiresAt, asks: enough ? undefined : asks };
    } catch {
      return NOTHING;
    }
  }

  /** What a profile would prompt for if its own session had expired. */
  #askedFor(view: ProfileView, role: Arn | undefined): Asked | undefined {
    const kind = this.#kindOf(view, role);
    if (kind === undefined) return undefined;
    const known = this.#asked.get(kind);
    if (known !== undefined || this.#asked.has(kind)) return known;
    const asked = this.#askedByPlan(view.name);
    this.#asked.set(kind, asked);
    return asked;
  }

  #askedByPlan(profile: string): Asked | undefined {
    try {
      const plan = planFor(profile, this.#context);
      return plan.ifLongLived === undefined ? this.#askedAt(plan, plan.steps.length - 1) : undefined;
    } catch {
      // A profile whose configuration is broken prompts for nothing; `explain` reports what is wrong.
      return undefined;
    }
  }

  /** The same text for profiles with the same prompts; undefined for those that never prompt. */
  #kindOf(view: ProfileView, role: Arn | undefined): string | undefined {
    const shared = view.get('source_profile') ?? view.get('sso_session') ?? view.get('sso_start_url');
    const serial = view.get('mfa_serial');
    if (shared === undefined && serial === undefined) return undefined;
    const stored = shared === undefined || this.#context.storedKeys.has(view.name);
    const where = role?.resource.startsWith('role/') ? role.partition : view.get('role_arn');
    let kind = `${stored ? view.name : ''}\n${where}`;
    for (const key of view.keys()) {
      if (!OWN_SETTINGS.has(key)) kind += `\n${key}=${view.get(key)}`;
    }
    return kind;
  }

  /** Goes up the chain as the resolver does, to a session that can be used or a step that prompts. */
  #askedAt(plan: Plan, index: number): Asked | undefined {
    const step = stepAt(plan, index);
    if ('mfaSerial' in step && step.mfaSerial !== undefined) {
      return plan.mfaProcess === undefined ? 'MFA' : undefined;
    }
    if (step.kind === 'sso') return this.#isSignedIn(step) ? undefined : 'sign in';
    if (index === 0) return undefined;
    const upstream = this.#headerAt(plan, index - 1);
    const enough = upstream !== undefined && freshnessOf(upstream, this.#system.clock.now()).freshIfPrompted;
    return enough ? undefined : this.#askedAt(plan, index - 1);
  }

  #isSignedIn({ sso }: SsoStep): boolean {
    const until = this.#system.clock.now() + SIGN_IN_MILLISECONDS;
    const kept = this.#headers.get(this.#store.nameOf(ssoTokenName(sso)));
    if (kept !== undefined && Date.parse(kept.expiresAt ?? '') >= until) return true;
    const ofAwsCli = tokenOfAwsCli(sso, this.#system);
    return ofAwsCli !== undefined && ofAwsCli.expiresAt >= until;
  }

  #headerAt(plan: Plan, index: number): SessionHeader | undefined {
    return this.#headers.get(this.#store.nameOf(stepAt(plan, index).cacheKey));
  }
}

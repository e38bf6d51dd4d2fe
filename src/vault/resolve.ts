import type { AwsConfig } from '../core/config/aws-config.ts';
import { viewProfile } from '../core/config/profile-view.ts';
import type { Credentials } from '../core/credentials.ts';
import { isCliError } from '../core/errors.ts';
import { rootOf } from '../core/plan/steps.ts';
import type { KeyStep, Plan, SessionStep, Step } from '../core/plan/steps.ts';
import { assertNotAwaited } from '../core/plan/credential-process-cycles.ts';
import type { System } from '../core/ports/system.ts';
import type { RenewalRule } from '../core/renewal-rule.ts';
import { Secret } from '../core/secret.ts';
import { decodeCredentials, encodeCredentials } from './sessions/credentials-codec.ts';
import { freshnessOf } from './sessions/freshness.ts';
import { isOutage } from './outage.ts';
import { sessionHeader } from './sessions/session-header.ts';
import type { SessionHeader } from './sessions/session-header.ts';
import type { SessionStore } from './sessions/session-store.ts';
import { describe, isCached, planInWords, stepAt } from './plan-steps.ts';
import type { PlainKeyHint } from './plain-key-hint.ts';
import { singleFlight } from './single-flight.ts';
import { sourceContext } from './source-context.ts';
import type { Vault } from './keys/vault.ts';

export interface ResolveOptions {
  /** `--mfa-token`. */
  readonly mfaToken?: string;
  /** `silent` (`--fresh`) renews what needs no prompt; `all` (`refresh`) renews everything. */
  readonly renew?: 'silent' | 'all';
  /** When sessions are renewed; USUAL_RULE by default. */
  readonly rule?: RenewalRule;
  readonly noBrowser?: boolean;
  /** Options of this run that `refresh` must repeat to make the same session, for hints. */
  readonly refreshOptions?: readonly string[];
}

export interface UsedSession {
  readonly cacheKey: string;
  /** In milliseconds since the epoch: after that it may have to be renewed. */
  readonly freshUntil: number;
}

interface Cached {
  readonly credentials: Credentials;
  /** Whether it may be used without renewal. */
  readonly good: boolean;
  /** Whether enough is left of it if its renewal needs a prompt. */
  readonly freshIfPrompted: boolean;
}

/**
 * Carries out plans: looks for the last step's session first and goes up the chain only where that is missing. Each
 * missing session is made under a lock that all processes share.
 */
export class Resolver {
  readonly #system: System;
  readonly #vault: Vault;
  readonly #sessions: SessionStore;
  readonly #config: AwsConfig;
  readonly #options: ResolveOptions;
  readonly #startedAt: number;
  readonly #sourceContext = () => sourceContext(this.#system, this.#sessions, this.#options.noBrowser);
  /** What this process has already made or read, by cache key. */
  readonly #known = new Map<string, Credentials>();
  /** The cached session that the credentials came from; undefined once a step was carried out. */
  #used: UsedSession | undefined;
  readonly #plainKeyHint: PlainKeyHint;
  /** The profile whose long-lived key was read from a plaintext file. */
  #plainKeyOf: string | undefined;

  constructor(
    system: System,
    vault: Vault,
    sessions: SessionStore,
    config: AwsConfig,
    options: ResolveOptions,
    plainKeyHint: PlainKeyHint,
  ) {
    this.#system = system;
    this.#vault = vault;
    this.#sessions = sessions;
    this.#config = config;
    this.#options = options;
    this.#plainKeyHint = plainKeyHint;
    this.#startedAt = system.clock.now();
  }

  /** The cached session that `credentials` returned last; undefined where a step had to be carried out. */
  get usedSession(): UsedSession | undefined {
    return this.#used;
  }

  /** The credentials a plan ends with. Throws CliError of every kind, each naming the profile and the fix. */
  async credentials(plan: Plan): Promise<Credentials> {
    const credentials = await this.#carryOut(plan).catch(async (error: unknown) => {
      const { errorOrFirstStep } = await import('./nothing-set-up.ts');
      throw await errorOrFirstStep(error, plan, this.#system.env, this.#config, this.#vault);
    });
    // Only on success: an error has its own hints.
    if (this.#plainKeyOf !== undefined) this.#plainKeyHint.give(this.#plainKeyOf);
    return credentials;
  }

  async #carryOut(plan: Plan): Promise<Credentials> {
    assertNotAwaited(plan, this.#system.env);
    this.#system.out.debug(() => planInWords(plan));
    if (plan.ifLongLived === undefined) return this.#obtain(plan, plan.steps.length - 1);
    // Only the output of the process tells which of the two plans applies; a cached session of either needs no run.
    for (const candidate of [plan, plan.ifLongLived]) {
      const cached = await this.#cached(candidate, candidate.steps.length - 1);
      if (cached?.good && candidate.steps.length > 1) return cached.credentials;
    }
    const answer = await this.#obtain(plan, 0);
    const chosen = answer.sessionToken === undefined ? plan.ifLongLived : plan;
    return this.#obtain(chosen, chosen.steps.length - 1);
  }

  async #obtain(plan: Plan, index: number): Promise<Credentials> {
    const step = stepAt(plan, index);
    const known = this.#known.get(step.cacheKey);
    if (known !== undefined) return known;
    const credentials = isCached(step)
      ? await this.#obtainCached(plan, index, step)
      : await this.#make(plan, index, step);
    this.#known.set(step.cacheKey, credentials);
    return credentials;
  }

  async #obtainCached(plan: Plan, index: number, step: Step): Promise<Credentials> {
    const find = async (): Promise<Credentials | undefined> => {
      const cached = await this.#cached(plan, index);
      return cached?.good ? cached.credentials : undefined;
    };
    const good = await find();
    if (good !== undefined) return good;
    try {
      return await singleFlight(this.#system.locks, {
        name: `step ${this.#sessions.nameOf(step.cacheKey)}`,
        purpose: `getting ${describe(step)}`,
        find,
        make: async () => {
          const credentials = await this.#make(plan, index, step);
          await this.#cache(plan, step, credentials);
          return credentials;
        },
        ignoresFailure: this.#options.mfaToken !== undefined,
      });
    } catch (error) {
      const last = this.#options.renew === 'all' ? undefined : await this.#cached(plan, index);
      if (last === undefined || !isCliError(error)) throw error;
      // A sign-in that AWS ended early is noticed only when it is used.
      const endedEarly = error.code === 'prompt-impossible' && last.freshIfPrompted;
      if (!endedEarly && !isOutage(error)) throw error;
      this.#system.out.warning(`${error.message}; using the cached session until it expires`);
      return last.credentials;
    }
  }

  /** The cached session of a step that has not expired, and whether it may be used without renewal. */
  async #cached(plan: Plan, index: number): Promise<Cached | undefined> {
    const step = stepAt(plan, index);
    if (!isCached(step)) return undefined;
    const record = await this.#sessions.read(step.cacheKey);
    this.#system.out.debug(() => `cache of ${step.kind}: ${record?.header.expiresAt ?? 'nothing'}`);
    if (record === undefined) return undefined;
    const fresh = freshnessOf(record.header, this.#system.clock.now(), this.#options.rule);
    if (!fresh.alive) return undefined;
    const credentials = decodeCredentials(record.payload, this.#system.clock.now());
    if (credentials === undefined) return undefined;
    const { freshIfPrompted, freshIfSilent, freshUntil } = fresh;
    const renew = this.#madeSinceStart(record.header) ? undefined : this.#options.renew;
    if (renew === 'all') return { credentials, good: false, freshIfPrompted };
    if (renew === undefined && freshIfSilent && freshIfPrompted) {
      if (index === plan.steps.length - 1) this.#used = { cacheKey: step.cacheKey, freshUntil };
      return { credentials, good: true, freshIfPrompted };
    }
    const good = (await this.#needsPrompt(plan, index))
      ? freshIfPrompted
      : freshIfSilent && renew === undefined;
    return { credentials, good, freshIfPrompted };
  }

  /** Another process may have renewed the session while this one waited: it is as fresh as a new one. */
  #madeSinceStart(header: SessionHeader): boolean {
    return Date.parse(header.madeAt) >= this.#startedAt;
  }

  /** Whether renewing a step needs a prompt, for itself or further up the chain. */
  async #needsPrompt(plan: Plan, index: number): Promise<boolean> {
    const step = stepAt(plan, index);
    if ('mfaSerial' in step && step.mfaSerial !== undefined) return true;
    if (step.kind === 'sso') {
      const { hasSsoToken } = await import('../sources/sso-token.ts');
      return !(await hasSsoToken(step, this.#sourceContext()));
    }
    if (index === 0) return false;
    const upstream = await this.#cached(plan, index - 1);
    return upstream?.good !== true && this.#needsPrompt(plan, index - 1);
  }

  async #cache(plan: Plan, step: Step, credentials: Credentials): Promise<void> {
    if (credentials.expiresAt === undefined || credentials.sessionToken === undefined) return;
    // A machine with only ambient credentials has no vault to seal sessions with, and must not be asked to create one.
    const unattended = plan.steps[0].kind !== 'key' && plan.steps[0].kind !== 'sso';
    if (unattended && (await this.#vault.backendName()) === undefined) return;
    const root = this.#sessions.nameOf(rootOf(plan.steps[0]));
    const header = sessionHeader(step, credentials.expiresAt, this.#system.clock.now(), root);
    await this.#sessions.write(step.cacheKey, header, encodeCredentials(credentials));
    this.#system.out.debug(() => `kept ${describe(step)} until ${header.expiresAt}`);
    this.#sessions.prune();
  }

  async #make(plan: Plan, index: number, step: Step): Promise<Credentials> {
    this.#used = undefined;
    this.#system.out.debug(() => `getting ${describe(step)}`);
    switch (step.kind) {
      case 'key':
        return this.#readKey(step);
      case 'session-token':
      case 'federation-token':
      case 'assume-role':
        return this.#callSts(plan, index, step);
      case 'environment':
      case 'container':
      case 'instance':
      case 'process':
      case 'web-identity':
      case 'sso':
      case 'login': {
        const { fetchFromSource } = await import('../sources/load.ts');
        return fetchFromSource(step, this.#sourceContext());
      }
    }
  }

  async #callSts(plan: Plan, index: number, step: SessionStep): Promise<Credentials> {
    const credentials = await this.#obtain(plan, index - 1);
    const { mfaToken, refreshOptions = [] } = this.#options;
    const { callSts } = await import('./sts-steps.ts');
    return callSts(
      plan,
      step,
      { step: stepAt(plan, index - 1), credentials },
      { system: this.#system, vault: this.#vault, mfaToken, refreshOptions },
    );
  }

  async #readKey(step: KeyStep): Promise<Credentials> {
    if (step.place === 'vault') {
      const { accessKeyId, secretAccessKey } = await this.#vault.read(step.profile ?? '');
      return { accessKeyId, secretAccessKey };
    }
    const profile = viewProfile(this.#config, step.profile ?? '');
    const token = profile.sessionToken();
    if (token === undefined) this.#plainKeyOf = step.profile;
    return {
      accessKeyId: step.accessKeyId,
      secretAccessKey: new Secret(profile.get('aws_secret_access_key') ?? ''),
      ...(token === undefined ? {} : { sessionToken: new Secret(token) }),
    };
  }
}

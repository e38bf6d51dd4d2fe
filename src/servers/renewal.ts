import type { Credentials } from '../core/credentials.ts';
import { CliError } from '../core/errors.ts';
import type { Clock } from '../core/ports/system.ts';
import { USUAL_RULE } from '../core/renewal-rule.ts';
import type { RenewalRule } from '../core/renewal-rule.ts';
import { DEAD_SECONDS } from './renewal-rules.ts';

/** Between two tries that brought no newer credentials. */
const RETRY_MS = 15_000;
const RETRY_LONG_MS = 60_000;
/** The longest that a request waits, though most clients give up sooner. The renewal goes on. */
const PATIENCE_MS = 20_000;

export interface RenewalOptions {
  /** Returns valid credentials, new ones if possible. Never called twice at once. */
  readonly make: () => Promise<Credentials>;
  readonly clock: Clock;
  /** Gets every failure, even while clients still get valid credentials. */
  readonly onFailure?: (error: unknown) => void;
  /** Credentials to begin with. */
  readonly first?: Credentials;
  /** When to renew; `USUAL_RULE` by default. */
  readonly rule?: RenewalRule;
  /**
   * How long a request waits for a due renewal while the current credentials are valid, in milliseconds; 0 if unset.
   */
  readonly waitMilliseconds?: number;
}

/**
 * Credentials that are renewed before they expire: by a request, one renewal at a time, which runs in the background
 * or delays the response within bounds. If it fails, the current credentials are handed out until a minute is left;
 * then its error is thrown.
 */
export class Renewal {
  readonly #options: RenewalOptions;
  #current: Credentials | undefined;
  #running: Promise<Credentials> | undefined;
  #error: unknown;
  /** When the next renewal is due, in milliseconds since the epoch. */
  #due = 0;

  constructor(options: RenewalOptions) {
    this.#options = options;
    if (options.first === undefined) return;
    this.#current = options.first;
    // Their lifetime is unknown here; renewing too early only costs a look into the cache.
    this.#due = (options.first.expiresAt ?? Infinity) - this.#marginOf(Infinity);
  }

  /** Throws CliError `aws` with code `renewing` after 20 s or `ended` for expired credentials, or what `make` threw. */
  async credentials(): Promise<Credentials> {
    const current = this.#usable();
    if (current !== undefined) {
      await this.begin();
      return this.#usable() ?? current;
    }
    const due = this.#options.clock.now() >= this.#due;
    if (this.#running === undefined && !due && this.#error !== undefined) throw this.#error;
    return within(PATIENCE_MS, this.#renew(), () => {
      throw new CliError('aws', 'the credentials are being renewed: ccvault may be asking for an MFA code', {
        code: 'renewing',
      });
    });
  }

  /** Begins a renewal if one is due, and waits for it at most `waitMilliseconds`. Never throws. */
  async begin(): Promise<void> {
    const { clock, waitMilliseconds } = this.#options;
    if (clock.now() < this.#due) return;
    // A failure goes to onFailure, and to requests after the current credentials have expired.
    const renewed = this.#renew().catch(() => undefined);
    if (waitMilliseconds !== undefined) await within(waitMilliseconds, renewed, () => undefined);
  }

  /** The time left at which to renew, of a lifetime, both in milliseconds. */
  #marginOf(life: number): number {
    return (this.#options.rule ?? USUAL_RULE).silentSeconds(life / 1000) * 1000;
  }

  #usable(): Credentials | undefined {
    const left = (this.#current?.expiresAt ?? Infinity) - this.#options.clock.now();
    return left > DEAD_SECONDS * 1000 ? this.#current : undefined;
  }

  #renew(): Promise<Credentials> {
    this.#running ??= this.#make().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #make(): Promise<Credentials> {
    try {
      this.#take(await this.#options.make());
      const usable = this.#usable();
      if (usable !== undefined) return usable;
      throw new CliError('aws', 'the credentials are about to expire and could not be renewed', {
        code: 'ended',
      });
    } catch (error) {
      this.#error = error;
      this.#due = this.#options.clock.now() + RETRY_MS;
      this.#options.onFailure?.(error);
      throw error;
    }
  }

  #take(credentials: Credentials): void {
    const now = this.#options.clock.now();
    const before = this.#current?.expiresAt;
    this.#current = credentials;
    this.#error = undefined;
    const { expiresAt } = credentials;
    if (expiresAt === undefined) {
      this.#due = Infinity;
    } else if (expiresAt === before) {
      // The same credentials again: not due yet, or AWS cannot be reached.
      const soon = (this.#options.rule ?? USUAL_RULE).promptSeconds * 1000 + RETRY_LONG_MS;
      this.#due = now + (expiresAt - now < soon ? RETRY_MS : RETRY_LONG_MS);
    } else {
      const margin = this.#marginOf(expiresAt - now);
      // Credentials that never last as long as the margin would otherwise be renewed by every request.
      this.#due = margin > expiresAt - now ? now + RETRY_MS : expiresAt - margin;
    }
  }
}

/** The result of the work, or that of `late` if it takes longer; the work goes on. */
async function within<T>(milliseconds: number, work: Promise<T>, late: () => T): Promise<T> {
  const limit = Promise.withResolvers<() => T>();
  const timer = setTimeout(() => limit.resolve(late), milliseconds);
  try {
    const result = await Promise.race([work.then((value) => () => value), limit.promise]);
    return result();
  } finally {
    clearTimeout(timer);
  }
}

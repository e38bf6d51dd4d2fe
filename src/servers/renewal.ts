import type { Credentials } from '../core/credentials.ts';
import { CliError } from '../core/errors.ts';
import type { Clock } from '../core/ports/system.ts';
import { USUAL_RULE } from '../core/renewal-rule.ts';
import type { RenewalRule } from '../core/renewal-rule.ts';
import { DEAD_SECONDS } from './renewal-rules.ts';

/** Between two tries that brought nothing newer. */
const RETRY_MS = 15_000;
const RETRY_LONG_MS = 60_000;
/** What a client has to wait at most, though most give up sooner; the renewal goes on. */
const PATIENCE_MS = 20_000;

export interface RenewalOptions {
  /** Credentials that are good now. Called by one request at a time. */
  readonly make: () => Promise<Credentials>;
  readonly clock: Clock;
  /** Told of every failure, also of those that clients are not told of, since they still get good credentials. */
  readonly onFailure?: (error: unknown) => void;
  /** Credentials there are already. */
  readonly first?: Credentials;
  /** When they are renewed; the usual rule without one. */
  readonly rule?: RenewalRule;
  /** How long a request waits for a due renewal while the present credentials are valid, in milliseconds; 0 if unset. */
  readonly waitMilliseconds?: number;
}

/**
 * Credentials that are renewed before they expire, upon a request, one renewal at a time. It runs beside the
 * response, or is waited for within bounds. When it fails they are handed out until a minute is left, then its error
 * is thrown.
 */
export class Renewal {
  readonly #options: RenewalOptions;
  #current: Credentials | undefined;
  #running: Promise<Credentials> | undefined;
  #error: unknown;
  /** When the next try is due, ms since the epoch. */
  #due = 0;

  constructor(options: RenewalOptions) {
    this.#options = options;
    if (options.first === undefined) return;
    this.#current = options.first;
    // Nobody knows here what it was granted for; asking too early costs a look into the cache.
    this.#due = (options.first.expiresAt ?? Infinity) - this.#marginOf(Infinity);
  }

  /** Throws CliError `aws` with code `renewing` when it takes longer than 20 s, else what `make` threw. */
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

  /** Begins a renewal that is due, and waits for it as long as a request does. */
  async begin(): Promise<void> {
    const { clock, waitMilliseconds } = this.#options;
    if (clock.now() < this.#due) return;
    // A failure goes to onFailure, and to requests that come after the present credentials expired.
    const renewed = this.#renew().catch(() => undefined);
    if (waitMilliseconds !== undefined) await within(waitMilliseconds, renewed, () => undefined);
  }

  /** In milliseconds, of a life in milliseconds. */
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
      // The same again: not due yet, or AWS cannot be asked.
      const soon = (this.#options.rule ?? USUAL_RULE).promptSeconds * 1000 + RETRY_LONG_MS;
      this.#due = now + (expiresAt - now < soon ? RETRY_MS : RETRY_LONG_MS);
    } else {
      const margin = this.#marginOf(expiresAt - now);
      // What is never given for as long as asked would else be asked for with every request.
      this.#due = margin > expiresAt - now ? now + RETRY_MS : expiresAt - margin;
    }
  }
}

/** What the work comes to, or what `late` gives when it takes longer; the work goes on. */
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

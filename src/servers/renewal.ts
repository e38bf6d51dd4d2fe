import type { Credentials } from '../core/credentials.ts';
import { CliError } from '../core/errors.ts';
import type { Clock } from '../core/ports/system.ts';

/** With less than this left they are as good as dead: a request signed with them may arrive too late. */
const DEAD_MS = 60_000;
/** As for cached sessions: 15 minutes or a quarter of what is left when they come, whichever is less. */
const RENEW_MS = 15 * 60_000;
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
  /** `--min-ttl`: renewed with less than this left. */
  readonly minTtlSeconds?: number;
}

/**
 * Credentials that are made anew before they end. While they are good nobody waits: the renewal runs beside the
 * answer, one at a time. When it fails they are handed out until a minute is left, then its error is thrown.
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
    if (options.first !== undefined) this.#take(options.first);
  }

  /** Throws CliError `aws` with code `renewing` when it takes longer than 20 s, else what `make` threw. */
  async credentials(): Promise<Credentials> {
    const { clock } = this.#options;
    const current = this.#usable();
    const due = clock.now() >= this.#due;
    if (current !== undefined) {
      // Its failure is told to onFailure, and to whoever asks when these have ended.
      if (due) this.#renew().catch(() => {});
      return current;
    }
    if (this.#running === undefined && !due && this.#error !== undefined) throw this.#error;
    return this.#inTime(this.#renew());
  }

  #usable(): Credentials | undefined {
    const left = (this.#current?.expiresAt ?? Infinity) - this.#options.clock.now();
    return left > DEAD_MS ? this.#current : undefined;
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
      throw new CliError('aws', 'the credentials are about to end and could not be renewed', {
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
      this.#due = now + (expiresAt - now < 5 * RETRY_LONG_MS ? RETRY_MS : RETRY_LONG_MS);
    } else {
      const { minTtlSeconds } = this.#options;
      const margin =
        minTtlSeconds === undefined ? Math.min(RENEW_MS, (expiresAt - now) / 4) : minTtlSeconds * 1000;
      // What is never given for as long as asked would else be asked for with every request.
      this.#due = margin > expiresAt - now ? now + RETRY_MS : expiresAt - margin;
    }
  }

  async #inTime(work: Promise<Credentials>): Promise<Credentials> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(
        new CliError('aws', 'the credentials are being renewed: ccvault may be asking for an MFA code', {
          code: 'renewing',
        }),
      );
    }, PATIENCE_MS);
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

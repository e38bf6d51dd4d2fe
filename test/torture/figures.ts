import { it } from 'node:test';
import { SEED } from './extent.ts';

export type Figure =
  | 'cases'
  | 'kills'
  | 'errors'
  | 'short writes'
  | 'flips'
  | 'truncations'
  | 'processes'
  | 'losses';

/** Counts what a file of tests does, and tells it as the last of its tests: `make torture` adds them up. */
export class Figures {
  readonly #counts = new Map<Figure, number>();
  readonly #subject: string;

  constructor(subject: string) {
    this.#subject = subject;
  }

  count(figure: Figure, more = 1): void {
    this.#counts.set(figure, (this.#counts.get(figure) ?? 0) + more);
  }

  /** To be called at the end of a file. */
  tell(): void {
    it(`${this.#subject}: figures`, (t) => {
      t.diagnostic(formatFigures(this.#subject, this.#counts));
    });
  }
}

const MARK = 'torture figures';

function formatFigures(subject: string, counts: ReadonlyMap<Figure, number>): string {
  const figures = [...counts].map(([figure, count]) => `${figure}=${count}`).join(', ');
  return `${MARK}: ${subject}: ${figures} (CCVAULT_TORTURE_SEED=${SEED})`;
}

/** The counts of a line that `tell` printed; undefined for any other. */
export function parseFigures(
  line: string,
): readonly (readonly [figure: string, count: number])[] | undefined {
  if (!line.startsWith(MARK)) return undefined;
  return [...line.matchAll(/([a-z][a-z ]*)=(\d+)/g)].map(([, figure = '', count]) => [
    figure.trim(),
    Number(count),
  ]);
}

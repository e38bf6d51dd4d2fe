export type Severity = 'error' | 'warning' | 'note';

/** One problem that `doctor` found. */
export interface Finding {
  readonly severity: Severity;
  /** The check that found it: `backend`, `config`, `git`... */
  readonly check: string;
  /** What is wrong and why it matters, in one line without a full stop. */
  readonly message: string;
  /** A command line that can be pasted wherever there is one, else what to do by hand. */
  readonly fix: string;
}

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** The worst first; findings of one severity keep their order. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

import { findProgram } from '../run.ts';
import type { Target } from '../targets.ts';

/** One thing that is looked at, on artefacts of `dist/release`. */
export interface Check {
  /** What it is about: `linux-arm64, under qemu-user`. */
  readonly subject: string;
  /** What is done, in a sentence of VERIFIED.md. */
  readonly does: string;
  /** Programs it needs, each with the Debian package that brings it. */
  readonly needs: Readonly<Record<string, string>>;
  /** Whether it makes a root of its own, which only root may. */
  readonly asRoot?: boolean;
  /** The one platform whose artefacts it is about; it is left out where `ONLY` had that one not made. */
  readonly target?: Target;
  /** Throws what is wrong. */
  run(): Promise<void>;
}

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Runs a check, or says what keeps it from being run. */
export async function carryOut(check: Check): Promise<Outcome> {
  const missing = Object.entries(check.needs).filter(([program]) => findProgram(program) === undefined);
  if (missing.length > 0) {
    const packages = missing.map(([, debian]) => debian).join(' ');
    return {
      kind: 'skipped',
      why: `needs ${missing.map(([name]) => name).join(', ')}: apt-get install ${packages}`,
    };
  }
  if (check.asRoot === true && process.getuid?.() !== 0) {
    return { kind: 'skipped', why: 'needs root, which alone may make a root file system' };
  }
  try {
    await check.run();
    return { kind: 'passed' };
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

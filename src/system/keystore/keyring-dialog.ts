import type { System } from '../../core/ports/system.ts';

const SILENCE_MILLISECONDS = 1000;

/** Waits for the user, to whom the keyring shows its own dialog. */
export interface Attendant {
  /** The user's time in milliseconds; undefined on a terminal, where Ctrl-C ends the wait. */
  readonly limit: number | undefined;
  /**
   * Settles as `answer` does. Announces a dialog that is still open after a second, since it may be behind other
   * windows; `whose` names the program. Throws CliError `interrupted` on Ctrl-C.
   */
  attend<T>(answer: Promise<T>, whose: () => string): Promise<T>;
}

/** The attendant for this terminal. `limit`, in milliseconds, applies if there is no terminal. */
export async function attendantOf(
  system: Pick<System, 'attend' | 'out' | 'terminal'>,
  limit: number,
): Promise<Attendant> {
  const onTerminal = (await system.terminal.unavailable()) === undefined;
  return {
    limit: onTerminal ? undefined : limit,
    async attend(answer, whose) {
      if (await settlesWithin(answer, SILENCE_MILLISECONDS)) return answer;
      const line = `${whose()} shows a dialog and waits for your response`;
      if (onTerminal) return system.attend([`ccvault: ${line} (Ctrl-C cancels)`], () => answer);
      system.out.info(line);
      return answer;
    },
  };
}

async function settlesWithin(answer: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), milliseconds);
  const settled = (): void => resolve(true);
  answer.then(settled, settled);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

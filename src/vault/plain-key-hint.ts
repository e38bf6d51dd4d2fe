import { ccvaultCommand } from '../core/command-line.ts';
import type { Output } from '../core/ports/terminal.ts';

/** The hint about a long-lived key in plain text: shown once per run, however many resolvers the run creates. */
export class PlainKeyHint {
  readonly #out: Pick<Output, 'hint'>;
  #given = false;

  constructor(out: Pick<Output, 'hint'>) {
    this.#out = out;
  }

  give(profile: string): void {
    if (this.#given) return;
    this.#given = true;
    this.#out.hint(
      `the key of profile ${profile} is stored in plain text; import it with: ${ccvaultCommand('import', { operands: [profile] })}`,
    );
  }
}

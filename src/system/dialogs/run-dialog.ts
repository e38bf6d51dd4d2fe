import { CliError } from '../../core/errors.ts';
import { endedWith } from '../../core/ports/programs.ts';
import type { Choice } from '../../core/ports/terminal.ts';
import type { System } from '../../core/ports/system.ts';

export type DialogSystem = Pick<System, 'env' | 'host' | 'out' | 'programs'>;

/** How to run a dialog's program. The texts are arguments or standard input, never part of a script. */
export interface Dialog {
  readonly command: readonly [string, ...string[]];
  readonly input?: string;
}

const NO = 1;
/** The exit codes of env(1) and the shells for a command that is not executable or not found. */
const NEVER_RAN: ReadonlySet<number> = new Set([126, 127]);
/** Programs that exit with the same code when they are closed and when they cannot open a window. */
const NEED_DISPLAY: ReadonlySet<string> = new Set(['zenity', 'kdialog']);

/**
 * What was typed or chosen, without the line break at the end. Throws CliError `interrupted` if the dialog is closed,
 * and `failure` with code `prompt-impossible` if it cannot open.
 */
export async function answerOf(system: DialogSystem, dialog: Dialog): Promise<string> {
  const { exitCode, stdout } = await run(system, dialog);
  if (exitCode !== 0) throw closed(system, dialog);
  return stdout.replace(/\r?\n$/, '');
}

/** Whether the answer is yes. Throws CliError as `answerOf` does. */
export async function isConfirmed(system: DialogSystem, dialog: Dialog): Promise<boolean> {
  const { exitCode } = await run(system, dialog);
  if (exitCode === 0) return true;
  if (exitCode === NO && !lacksDisplay(system, dialog)) return false;
  throw closed(system, dialog);
}

/**
 * The choice whose number, from 1, the output begins with. Throws CliError `interrupted` if the output names none.
 */
export function choiceOf(answer: string, choices: readonly Choice[]): string {
  const choice = choices[Number.parseInt(answer, 10) - 1];
  if (choice === undefined) throw new CliError('interrupted', 'cancelled');
  return choice.value;
}

/** Whether windows can be expected to open: on Linux, whether a display is set. */
export function hasDesktop({ env, host }: Pick<DialogSystem, 'env' | 'host'>): boolean {
  return host.os !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

async function run(
  { programs, env }: DialogSystem,
  { command, input }: Dialog,
): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const result = await programs.run(command, { environment: env, ...(input === undefined ? {} : { input }) });
  // A wrapper of that name could not run the program itself, so nobody was asked.
  if (NEVER_RAN.has(result.exitCode)) {
    throw new CliError('failure', `${command[0]} ${endedWith(result.exitCode)}`, {
      code: 'prompt-impossible',
    });
  }
  return result;
}

function lacksDisplay(system: DialogSystem, { command: [program] }: Dialog): boolean {
  return NEED_DISPLAY.has(program) && !hasDesktop(system);
}

function closed(system: DialogSystem, dialog: Dialog): CliError {
  if (!lacksDisplay(system, dialog)) return new CliError('interrupted', 'cancelled');
  return new CliError(
    'failure',
    `${dialog.command[0]} cannot open a window: neither DISPLAY nor WAYLAND_DISPLAY is set`,
    { code: 'prompt-impossible' },
  );
}

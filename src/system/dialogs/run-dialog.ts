import { CliError } from '../../core/errors.ts';
import { endedWith } from '../../core/ports/programs.ts';
import type { Choice } from '../../core/ports/terminal.ts';
import type { System } from '../../core/ports/system.ts';

export type DialogSystem = Pick<System, 'env' | 'host' | 'out' | 'programs'>;

/** What a dialog's program is given; the question is an argument or its standard input, never part of a script. */
export interface Dialog {
  readonly command: readonly [string, ...string[]];
  readonly input?: string;
}

const NO = 1;
/** Of env(1) and the shells, for a command that is not executable or not found. */
const NEVER_RAN: ReadonlySet<number> = new Set([126, 127]);
/** Those that end alike where they were closed and where they could not open a window. */
const NEED_DISPLAY: ReadonlySet<string> = new Set(['zenity', 'kdialog']);

/** What was typed or chosen. Throws CliError `interrupted` where the dialog was closed. */
export async function answerOf(system: DialogSystem, dialog: Dialog): Promise<string> {
  const { exitCode, stdout } = await run(system, dialog);
  if (exitCode !== 0) throw closed(system, dialog);
  return stdout.replace(/\r?\n$/, '');
}

/** Whether it was answered with yes. Throws CliError `interrupted` where the dialog was closed. */
export async function isConfirmed(system: DialogSystem, dialog: Dialog): Promise<boolean> {
  const { exitCode } = await run(system, dialog);
  if (exitCode === 0) return true;
  if (exitCode === NO && !lacksDisplay(system, dialog)) return false;
  throw closed(system, dialog);
}

/** The choice whose number, from 1, the output begins with. Throws CliError `interrupted` if there is none. */
export function choiceOf(answer: string, choices: readonly Choice[]): string {
  const choice = choices[Number.parseInt(answer, 10) - 1];
  if (choice === undefined) throw new CliError('interrupted', 'cancelled');
  return choice.value;
}

/** Whether windows can be expected to open. */
export function hasDesktop({ env, host }: Pick<DialogSystem, 'env' | 'host'>): boolean {
  return host.os !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

async function run(
  { programs, env }: DialogSystem,
  { command, input }: Dialog,
): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const result = await programs.run(command, { environment: env, ...(input === undefined ? {} : { input }) });
  // What stands under the program's name cannot run the program itself: nobody was asked.
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

import { isOverSsh } from '../../core/display.ts';
import { isCliError } from '../../core/errors.ts';
import type { Questions } from '../../core/ports/terminal.ts';
import { printable } from '../../core/printable.ts';
import type { PromptName } from '../../core/prompts.ts';
import type { Asker } from './asker.ts';
import { askpass } from './askpass.ts';
import { kdialog } from './kdialog.ts';
import { osascript } from './osascript.ts';
import { hasDesktop } from './run-dialog.ts';
import type { DialogSystem } from './run-dialog.ts';
import { zenity } from './zenity.ts';

const WINDOWS = { zenity, kdialog, osascript };
type WindowName = keyof typeof WINDOWS;

/**
 * The dialog that asks instead of the terminal: the program that `name` names, else the first one installed on this
 * desktop. Undefined if `name` names none and none is installed.
 */
export async function dialogAsker(name: PromptName, system: DialogSystem): Promise<Asker | undefined> {
  switch (name) {
    case 'zenity':
    case 'kdialog':
    case 'osascript':
      return windowAsker(name, system);
    case 'askpass':
      return askpassAsker(system);
    case 'auto':
    case 'terminal':
    case 'ykman':
      return firstWindow(system);
  }
}

async function firstWindow(system: DialogSystem): Promise<Asker | undefined> {
  for (const name of windowsOf(system)) {
    if ((await whyNot(name, system)) === undefined) return windowAsker(name, system);
  }
  return undefined;
}

function windowsOf(system: DialogSystem): readonly WindowName[] {
  if (!hasDesktop(system)) return [];
  switch (system.host.os) {
    case 'linux':
      return ['zenity', 'kdialog'];
    case 'darwin':
      // Over SSH, someone else sits in front of the Mac's desktop.
      return isOverSsh(system.env) ? [] : ['osascript'];
    case 'win32':
      return [];
  }
}

async function windowAsker(name: WindowName, system: DialogSystem): Promise<Asker> {
  const reason = await whyNot(name, system);
  return {
    means: `in a window of ${name}`,
    questions: shownAsTyped(WINDOWS[name](system)),
    ...(reason === undefined ? {} : { unavailable: `${name} ${reason}` }),
  };
}

async function askpassAsker(system: DialogSystem): Promise<Asker> {
  const program = system.env['SSH_ASKPASS'] ?? '';
  const reason = program === '' ? undefined : await whyNot(program, system);
  const unavailable = reason === undefined ? undefined : `${program}, which SSH_ASKPASS names, ${reason}`;
  return {
    means: `by ${program === '' ? 'SSH_ASKPASS' : program}`,
    questions: shownAsTyped(askpass(program, system)),
    ...(program === '' ? { unavailable: 'SSH_ASKPASS is not set' } : {}),
    ...(unavailable === undefined ? {} : { unavailable }),
  };
}

/** Why a program cannot be started, to follow its name; undefined if it can. */
async function whyNot(program: string, { programs, env }: DialogSystem): Promise<string | undefined> {
  try {
    await programs.locate(program, env);
    return undefined;
  } catch (error) {
    if (isCliError(error)) return error.code === 'not-executable' ? 'is not executable' : 'was not found';
    throw error;
  }
}

/** Removes characters that move, hide or reorder text from questions and choices. */
function shownAsTyped(questions: Questions): Questions {
  const shown = (text: string): string => printable(text).trimEnd();
  return {
    ask: (question) => questions.ask(shown(question)),
    askHidden: (question) => questions.askHidden(shown(question)),
    confirm: (question) => questions.confirm(shown(question)),
    choose: (question, choices) =>
      questions.choose(
        shown(question),
        choices.map(({ value, label }) => ({ value, label: shown(label) })),
      ),
  };
}

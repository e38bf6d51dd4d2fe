import type { Environment } from '../../core/ports/environment.ts';
import type { ProcessControl } from '../../core/ports/programs.ts';
import type { Output } from '../../core/ports/terminal.ts';
import { becomeCommand } from './become.ts';
import { refuseChangedArguments, variablesNotUtf8 } from './exact-bytes.ts';
import { findProgram } from './find-program.ts';
import { takeInheritance } from './inheritance.ts';
import type { Inheritance } from './inheritance.ts';
import { findWindowsProgram } from './windows-program.ts';

type Command = readonly [string, ...string[]];

/**
 * Starts the command of `exec`. `prepare` records what the parent left for a child (0.3 ms): call it before anything
 * opens files or changes signals. The code that runs a command as a child process is loaded when needed. `become` and
 * `run` throw CliError `usage` for an argument that is not UTF-8. A variable that is not UTF-8 reaches the command
 * unchanged if ccvault becomes it, and altered, with a warning, if ccvault runs it. On Windows both are UTF-16.
 */
export function createProcessControl(out: Pick<Output, 'warning'>): ProcessControl {
  let taken: Inheritance | undefined;
  const takeStock = (): Inheritance => (taken ??= takeInheritance());

  async function run(command: Command, environment: Environment): Promise<number> {
    if (process.platform === 'win32') {
      const { runWindowsCommand } = await import('./windows-command.ts');
      return runWindowsCommand(command, environment);
    }
    refuseChangedArguments(command);
    for (const name of variablesNotUtf8(environment).keys()) {
      out.warning(`the variable ${name} is not UTF-8; the command receives it altered`);
    }
    const { runCommand } = await import('./relay.ts');
    return runCommand(command, environment, takeStock());
  }

  async function become(command: Command, environment: Environment): Promise<number> {
    if (process.versions.bun !== undefined && process.platform !== 'win32') {
      refuseChangedArguments(command);
      await becomeCommand(command, environment, takeStock());
    }
    return run(command, environment);
  }

  return {
    prepare: () => void takeStock(),
    check(command, environment) {
      if (process.platform === 'win32') {
        findWindowsProgram(command[0], environment);
        return;
      }
      refuseChangedArguments(command);
      findProgram(command[0], environment['PATH']);
    },
    become,
    run,
    async untilSignal() {
      const { untilSignal } = await import('./until-signal.ts');
      return untilSignal();
    },
  };
}

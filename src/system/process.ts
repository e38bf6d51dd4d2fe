import type { Environment, Output, ProcessControl } from '../core/ports.ts';
import { takeInheritance } from './inheritance.ts';

type Command = readonly [string, ...string[]];

/**
 * The child of `exec`. Made at the start of the program, before anything else opens files or changes signals:
 * it takes stock then of what the parent left for a child (0.3 ms); the rest is loaded when a command is due.
 * `become` and `run` throw CliError `usage` for an argument that is not UTF-8; a variable that is not UTF-8
 * reaches the command as it was where ccvault becomes it, and changed, with a warning, where it runs it.
 */
export function createProcessControl(out: Pick<Output, 'warning'>): ProcessControl {
  const inheritance = takeInheritance();

  async function run(command: Command, environment: Environment): Promise<number> {
    if (process.platform === 'win32') {
      const { runWindowsCommand } = await import('./windows-command.ts');
      return runWindowsCommand(command, environment);
    }
    const { refuseChangedArguments, variablesNotUtf8 } = await import('./exact-bytes.ts');
    refuseChangedArguments(command);
    for (const name of variablesNotUtf8(environment).keys()) {
      out.warning(`the variable ${name} is not UTF-8 and reaches the command changed`);
    }
    const { runCommand } = await import('./relay.ts');
    return runCommand(command, environment, inheritance);
  }

  async function become(command: Command, environment: Environment): Promise<number> {
    if (process.versions.bun !== undefined && process.platform !== 'win32') {
      const { refuseChangedArguments } = await import('./exact-bytes.ts');
      refuseChangedArguments(command);
      const { becomeCommand } = await import('./become.ts');
      await becomeCommand(command, environment, inheritance);
    }
    return run(command, environment);
  }

  return {
    become,
    run,
    async untilSignal() {
      const { untilSignal } = await import('./until-signal.ts');
      return untilSignal();
    },
  };
}

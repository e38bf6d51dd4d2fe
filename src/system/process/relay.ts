import type { ChildProcess, StdioOptions } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { Environment } from '../../core/ports/environment.ts';
import { withCoreDumpsAsBefore } from '../core-dumps.ts';
import { heedChildren } from './child-signals.ts';
import { cannotRun, checkInterpreter, FALLBACK_SHELL, findProgram } from './find-program.ts';
import { limitToPutBack, openDescriptors } from './inheritance.ts';
import type { Inheritance } from './inheritance.ts';
import { errorCode } from '../system-errors.ts';

// signal(7), on Linux; ignored signals are not known on macOS.
const SIGCHLD = 17;

type Command = readonly [string, ...string[]];

// Signals that are sent to this process but meant for the command.
const RELAYED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGINT', 'SIGQUIT'] as const;

// Signals that a terminal sends to the whole foreground group, the command included. Relayed as well, one Ctrl-C
// would arrive twice, and programs such as terraform take the second one to mean "stop without cleaning up".
const FROM_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT'] as const);

/**
 * Runs the command to its end with the standard streams and inherited descriptors of this process, in its process
 * group, and relays signals. Resolves to the exit code, or to 128+n if signal n killed the command. Throws CliError
 * as `findProgram` and `cannotRun` do. The standalone build passes its signal mask on; Node clears it.
 */
export async function runCommand(
  command: Command,
  environment: Environment,
  inheritance: Inheritance,
): Promise<number> {
  const path = findProgram(command[0], environment['PATH']);
  // Imported at the top, it would be loaded with the bundle even if no command is run.
  const { spawn } = await import('node:child_process');
  await heedChildren();
  const options = { env: environment, stdio: inheritedStdio(inheritance) };
  const start = (program: Program): Promise<number> =>
    waitFor(() => spawn(program.file, program.arguments, { ...options, argv0: program.name }));
  const shell = restoringShell(command, environment, inheritance);
  // The shell would report it in its own words, with the exit code of a command that was not found.
  if (shell !== undefined) checkInterpreter(command[0], path);
  try {
    return await start(shell ?? programOf(path, command));
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOEXEC') {
      return start(programOf(FALLBACK_SHELL, [FALLBACK_SHELL, path, ...command.slice(1)]));
    }
    throw code === undefined ? error : cannotRun(command[0], code);
  }
}

interface Program {
  readonly file: string;
  readonly name: string;
  readonly arguments: readonly string[];
}

function programOf(file: string, command: Command): Program {
  return { file, name: command[0], arguments: command.slice(1) };
}

/**
 * Spawning resets every signal and passes on the raised limit on open files. Where the parent left something else, a
 * shell restores it and becomes the command. Undefined where there is nothing to restore.
 */
function restoringShell(
  command: Command,
  environment: Environment,
  inheritance: Inheritance,
): Program | undefined {
  const limit = limitToPutBack(inheritance);
  const steps = [
    ...inheritance.ignoredSignals.flatMap((signal) => (signal === SIGCHLD ? [] : [`trap '' ${signal}`])),
    ...(limit === undefined ? [] : [`ulimit -S -n ${limit.soft}`]),
  ];
  // No shell passes an ignored SIGCHLD on. env(1) of coreutils 8.31 and later does, but takes a name with `=` for a
  // variable.
  const ignoresChildren = inheritance.ignoredSignals.includes(SIGCHLD) && !command[0].includes('=');
  if (steps.length === 0 && !ignoresChildren) {
    return undefined;
  }
  const ignoring = ignoresChildren
    ? ['env --ignore-signal=CHLD true 2>/dev/null && exec env --ignore-signal=CHLD "$@"']
    : [];
  const script = [...steps, ...ignoring, 'exec "$@"'].join('; ');
  return { file: shellFor(environment), name: 'sh', arguments: ['-c', script, 'sh', ...command] };
}

/**
 * dash and busybox drop variables whose names are not identifiers, such as bash's exported functions. bash passes
 * them on, and reads no start-up file when it is called `sh`.
 */
function shellFor(environment: Environment): string {
  const oddName = Object.keys(environment).some((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return oddName && existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
}

function inheritedStdio(inheritance: Inheritance): StdioOptions {
  const stdio: ('inherit' | 'ignore' | number)[] = ['inherit', 'inherit', 'inherit'];
  for (const { number } of openDescriptors(inheritance)) {
    // Above 2, `ignore` means closed.
    while (stdio.length < number) {
      stdio.push('ignore');
    }
    stdio[number] = number;
  }
  return stdio;
}

/** Starts a child, relays signals to it and waits for its end. Throws the system's error if it does not start. */
async function waitFor(start: () => ChildProcess): Promise<number> {
  let child: ChildProcess | undefined;
  const relay = (signal: NodeJS.Signals): void => {
    if (!(FROM_TERMINAL.has(signal) && inTerminalForeground())) {
      child?.kill(signal);
    }
  };
  for (const signal of RELAYED) {
    process.on(signal, relay);
  }
  try {
    return await new Promise<number>((resolve, reject) => {
      const started = withCoreDumpsAsBefore(start);
      child = started;
      started.once('error', reject);
      started.once('exit', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
  } finally {
    for (const signal of RELAYED) {
      process.off(signal, relay);
    }
  }
}

/**
 * Whether a terminal currently sends its signals to this process group. A signal that another process sends to this
 * process alone cannot be distinguished from the terminal's meanwhile.
 */
function inTerminalForeground(): boolean {
  if (process.platform !== 'linux') {
    return isatty(0) || isatty(1) || isatty(2);
  }
  try {
    // proc_pid_stat(5): after the name in parentheses come state, ppid, pgrp, session, tty_nr, tpgid.
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[2] === fields[5];
  } catch {
    return false;
  }
}

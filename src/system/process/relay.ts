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

// signal(7); on macOS nothing is known of ignored signals.
const SIGCHLD = 17;

type Command = readonly [string, ...string[]];

// What someone may send to us and mean for the command. SIGUSR1 would otherwise open Node's debugger.
const RELAYED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGINT', 'SIGQUIT'] as const;

// What a terminal sends to the whole foreground group, the command included: sent again, one Ctrl-C would be
// two, and programs such as terraform read the second as "stop without cleaning up".
const FROM_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT'] as const);

/**
 * Runs the command to its end with our standard streams and inherited descriptors, in our process group, and
 * relays signals. Resolves to its exit code, or 128+n when signal n killed it. Throws CliError as
 * `findProgram` and `cannotRun` do. The command's signal mask is ours in the standalone build; Node clears it.
 */
export async function runCommand(
  command: Command,
  environment: Environment,
  inheritance: Inheritance,
): Promise<number> {
  const path = findProgram(command[0], environment['PATH']);
  // A bundle loads what is imported at the top with the program, becoming or not.
  const { spawn } = await import('node:child_process');
  await heedChildren();
  const options = { env: environment, stdio: inheritedStdio(inheritance) };
  const start = (program: Program): Promise<number> =>
    waitFor(() => spawn(program.file, program.arguments, { ...options, argv0: program.name }));
  const shell = restoringShell(command, environment, inheritance);
  // The shell would tell of it in its own words, with the code of a command that was not found.
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
 * Spawning puts every signal to its default and passes on the raised limit on open files. Where that is not
 * what the parent had left, a shell puts it back and becomes the command.
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
  // No shell leaves SIGCHLD ignored for what it becomes; env(1) of coreutils 8.31 and later can, and reads `a=b` as its own.
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
 * dash and busybox lose variables whose names no script could use, such as bash's exported functions; bash
 * passes them on, and reads no start-up file when its name is `sh`.
 */
function shellFor(environment: Environment): string {
  const oddName = Object.keys(environment).some((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return oddName && existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
}

function inheritedStdio(inheritance: Inheritance): StdioOptions {
  const stdio: ('inherit' | 'ignore' | number)[] = ['inherit', 'inherit', 'inherit'];
  for (const { number } of openDescriptors(inheritance)) {
    // Above 2 `ignore` means closed.
    while (stdio.length < number) {
      stdio.push('ignore');
    }
    stdio[number] = number;
  }
  return stdio;
}

/** Starts a child, relays signals to it and waits for it, whatever happens. Throws the system's error. */
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
 * Whether a terminal sends its signals to our process group now. A signal that another process sends us alone
 * at such a time cannot be told from the terminal's.
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

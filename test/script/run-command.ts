// Commands of a script: run to the end, in the background, or on a terminal with somebody typing.

import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { findProgramIn } from '../support/requires.ts';
import { Pty } from '../support/pty.ts';
import { expandWord } from './line.ts';
import { lookUp, type Background, type Captured, type ScriptState } from './state.ts';

const TIME_LIMIT_MS = 60_000;

/** Starts a program without a controlling terminal, whatever the tests themselves run on. */
function start(state: ScriptState, [program = '', ...args]: readonly string[]): ChildProcess {
  const path = findProgramIn(program, state.env.get('PATH') ?? '', state.cwd);
  if (path === undefined) throw new Error(`no program ${program}`);
  const child = spawn(path, args, {
    argv0: program,
    cwd: state.cwd,
    env: Object.fromEntries(state.env),
    // A session of its own has no terminal, and a group that can be ended as a whole.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(state.stdin ?? '');
  state.stdin = undefined;
  return child;
}

function follow(child: ChildProcess, label: string, expected: Background['expected']): Background {
  const output = { stdout: '', stderr: '', terminal: '' };
  let notify: (() => void)[] = [];
  const wake = (): void => {
    const waiting = notify;
    notify = [];
    for (const one of waiting) one();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    wake();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
    wake();
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
      wake();
    });
  });
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  return {
    label,
    expected,
    output: () => output,
    changed: () => new Promise((resolve) => notify.push(resolve)),
    kill,
    ended,
  };
}

/** Runs to the end; the exit code, with the output in `state.last`. */
export async function run(state: ScriptState, command: readonly string[]): Promise<number> {
  const running = follow(start(state, command), command.join(' '), 0);
  const timer = setTimeout(() => running.kill('SIGKILL'), TIME_LIMIT_MS);
  try {
    return await running.ended;
  } finally {
    clearTimeout(timer);
    state.last = running.output();
  }
}

/** Starts it; `wait` sees how it ends. */
export function runInBackground(
  state: ScriptState,
  command: readonly string[],
  expected: Background['expected'],
): void {
  state.backgrounds.push(follow(start(state, command), command.join(' '), expected));
}

/**
 * Runs on a terminal of its own and types the answers that `tty-in` queued. With `redirect` the terminal is only
 * the controlling one: the three standard streams are elsewhere.
 */
export async function runOnTerminal(
  state: ScriptState,
  command: readonly string[],
  redirect: boolean,
): Promise<number> {
  const files = ['in', 'out', 'err'].map((name) => join(state.work, `.tty-${name}`));
  const pty = redirect
    ? Pty.spawn('/bin/sh', ['-c', REDIRECTED, 'sh', ...files, ...command], options(state))
    : Pty.spawn(command[0] ?? '', command.slice(1), options(state));
  state.terminal = pty;
  try {
    for (const { prompt, text, enter } of state.answers) {
      await pty.expect(prompt);
      const typed = expandWord(text, (name) => lookUp(state, name));
      const key = CONTROL_KEYS.get(typed);
      if (key === undefined && enter) await pty.answer(typed);
      else pty.send(key ?? typed);
    }
    return await pty.wait(TIME_LIMIT_MS);
  } finally {
    await pty.hangUp();
    state.answers = [];
    state.terminal = undefined;
    state.last = { ...(redirect ? readBack(files) : { stdout: '', stderr: '' }), terminal: pty.text };
  }
}

/** Answers that are a key and no Enter after it. */
const CONTROL_KEYS: ReadonlyMap<string, string> = new Map([
  ['^C', '\u0003'],
  ['^D', '\u0004'],
  ['^Z', '\u001A'],
]);

const REDIRECTED = ': >"$1"; in=$1 out=$2 err=$3; shift 3; exec "$@" <"$in" >"$out" 2>"$err"';

function options(state: ScriptState): { env: Record<string, string>; cwd: string } {
  return { env: Object.fromEntries(state.env), cwd: state.cwd };
}

function readBack(files: readonly string[]): Pick<Captured, 'stdout' | 'stderr'> {
  const [, stdout = '', stderr = ''] = files.map((file) => {
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    return text;
  });
  return { stdout, stderr };
}

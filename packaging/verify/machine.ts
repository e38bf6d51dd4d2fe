import { mkdirSync, mkdtempSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { WORK } from '../release.ts';

export interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Input {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Somewhere that a program can be run: a root file system of its own, an emulator. */
export interface Machine {
  /** Where `ccvault` stands there. */
  readonly program: string;
  /** Where it may write; kept from one run to the next. */
  readonly home: string;
  run(command: readonly [string, ...string[]], input?: Input): Promise<Result>;
}

interface Root {
  /** Files and folders that are seen there, by the path that they have there. */
  readonly files: Readonly<Record<string, string>>;
  readonly program: string;
  /** Whether there is a `/proc` and a `/dev`. */
  readonly kernel?: boolean;
}

/** A root file system with nothing but the given files and a home, made by bubblewrap. */
export function sandbox({ files, program, kernel = true }: Root): Machine {
  const home = newFolder('home');
  const binds = Object.entries(files).flatMap(([inside, outside]) => ['--ro-bind', outside, inside]);
  const kernelFiles = kernel ? ['--proc', '/proc', '--dev', '/dev'] : [];
  const start = [
    '--unshare-all',
    '--die-with-parent',
    ...binds,
    ...kernelFiles,
    '--bind',
    home,
    '/home',
    '--',
  ];
  return {
    program,
    home: '/home',
    run: (command, input) => capture(['bwrap', ...start, ...command], input),
  };
}

/** Runs a command with an environment of its own, and gives how it ended; a signal is 128 and its number, as in a shell. */
export async function capture(
  [file, ...args]: readonly [string, ...string[]],
  { env = {}, stdin = '' }: Input = {},
): Promise<Result> {
  const { exitCode, signal, stdout, stderr, code } = await execa(file, args, {
    env,
    extendEnv: false,
    input: stdin,
    reject: false,
    timeout: 300_000,
  });
  const ended = exitCode ?? (signal === undefined ? undefined : 128 + constants.signals[signal]);
  if (ended === undefined) throw new Error(`${file} was not run: ${code ?? stderr}`);
  return { exitCode: ended, stdout, stderr };
}

/** A folder that is there until the next `make dist`. */
export function newFolder(name: string): string {
  const parent = join(WORK, 'verify');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, `${name}-`));
}

#!/usr/bin/env node
import './system/process/no-debugger.ts';
import { runPlainLine } from './cli/plain-line.ts';
import { plainLine } from './spec/plain-line.ts';
import { createBase } from './system/create-base.ts';
import type { RealSystem } from './system/create-system.ts';
import { openLinuxLibc } from './system/libc.ts';

const compiled = process.versions.bun !== undefined;
// The file itself, not the link or launcher that was called: the name decides which program this is.
const base = createBase(() => (compiled ? [process.execPath] : [process.execPath, import.meta.filename]));
const started = (compiled ? process.argv0 : process.argv[1]) ?? '';
const name = /([^/\\]*?)(?:\.(?:exe|mjs|cmd))?$/.exec(started)?.[1];
const args = process.argv.slice(2);

/** The arguments as for `ccvault`; undefined for the remote helper, which has a command line of its own. */
const argv =
  name === 'git-remote-codecommit'
    ? undefined
    : name === 'git-credential-ccvault'
      ? ['credential-helper', ...args]
      : args;

// A run whose event loop empties before its work is done must not exit with 0.
process.exitCode = 1;
let system: Promise<RealSystem> | undefined;
let ending: Promise<number> | undefined;

// No top-level await: chunks loaded later import this module and would wait forever for its end.
void run().then((code) => process.exit(code));

async function run(): Promise<number> {
  // Opened first, for the functions that cannot await it.
  const libc = await openLinuxLibc();
  // Without the C library there are no ready answers.
  const line = argv === undefined || libc === undefined ? undefined : plainLine(argv);
  if (line !== undefined) {
    try {
      const code = await runPlainLine(line, base, whole);
      if (code !== undefined) return code;
    } catch (error) {
      const { endFailed } = await import('./cli/run.ts');
      return endFailed(argv ?? [], error, base, { debug: false });
    }
  }
  const all = await whole();
  const { start } = await import('./start.ts');
  return start(argv, args, all);
}

/** The whole system, for a run that needs more than its base; created once. */
function whole(): Promise<RealSystem> {
  system ??= createWhole();
  return system;
}

async function createWhole(): Promise<RealSystem> {
  // An unfinished run ends with an error message, and the runtime does not print an unhandled rejection with a page of
  // source.
  process.once('beforeExit', () => void endUnfinished());
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => void endUnfinished(error));
  }
  const { createSystem } = await import('./system/create-system.ts');
  return createSystem(base);
}

/** Ends the program with the exit code for `error`, or for an unfinished run; the first call decides. */
async function endUnfinished(error?: unknown): Promise<void> {
  ending ??= codeOfUnfinished(error);
  process.exit(await ending);
}

async function codeOfUnfinished(error: unknown): Promise<number> {
  const cli = await import('./cli/run.ts');
  return cli.endUnfinished(argv ?? [], base, error);
}

#!/usr/bin/env node
import './system/process/no-debugger.ts';
import { runPlainLine } from './cli/plain-line.ts';
import { plainLine } from './spec/plain-line.ts';
import { createBase } from './system/create-base.ts';
import type { RealSystem } from './system/create-system.ts';
import { openLinuxLibc } from './system/libc.ts';

const compiled = process.versions.bun !== undefined;
// The file itself and not the link or launcher it was called by: another name would make it another program.
const base = createBase(() => (compiled ? [process.execPath] : [process.execPath, import.meta.filename]));
const started = (compiled ? process.argv0 : process.argv[1]) ?? '';
const name = /([^/\\]*?)(?:\.(?:exe|mjs|cmd))?$/.exec(started)?.[1];
const args = process.argv.slice(2);

/** The command line of the program under its first name; undefined for the remote helper, which has another. */
const argv =
  name === 'git-remote-codecommit'
    ? undefined
    : name === 'git-credential-ccvault'
      ? ['credential-helper', ...args]
      : args;

// Until a run says otherwise.
process.exitCode = 1;
let system: Promise<RealSystem> | undefined;
let ending: Promise<number> | undefined;

// Not awaited at the top: chunks that are loaded later import this one, and would wait for its end for ever.
void run().then((code) => process.exit(code));

async function run(): Promise<number> {
  // First, so that whatever cannot wait finds it open.
  const libc = await openLinuxLibc();
  // Elsewhere nothing stands ready.
  const line = argv === undefined || libc === undefined ? undefined : plainLine(argv);
  if (line !== undefined) {
    try {
      const code = await runPlainLine(line, base, whole);
      if (code !== undefined) return code;
    } catch (error) {
      const { endFailed } = await import('./cli/run.ts');
      return endFailed(args, error, base, { debug: false });
    }
  }
  const all = await whole();
  const { start } = await import('./start.ts');
  return start(argv, args, all);
}

/** All of the system, for a run that needs more than its base. */
function whole(): Promise<RealSystem> {
  system ??= createWhole();
  return system;
}

async function createWhole(): Promise<RealSystem> {
  // A run that ends before its work is done, whatever has emptied the event loop, must not look like one that did it; nor
  // may a rejection that nothing awaited be printed by the runtime, with a page of source.
  process.once('beforeExit', () => void endUnfinished());
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => void endUnfinished(error));
  }
  const { createSystem } = await import('./system/create-system.ts');
  return createSystem(base);
}

/** Ends the program for the first reason given. */
async function endUnfinished(error?: unknown): Promise<void> {
  ending ??= codeOfUnfinished(error);
  process.exit(await ending);
}

async function codeOfUnfinished(error: unknown): Promise<number> {
  const cli = await import('./cli/run.ts');
  return cli.endUnfinished(argv ?? [], base, error);
}

#!/usr/bin/env node
import './system/process/no-debugger.ts';
import { endUnfinished, runProgram, runRemoteHelper } from './cli/run.ts';
import { openLinuxLibc } from './system/libc.ts';
import { createSystem } from './system/create-system.ts';
import { COMMIT, VERSION } from './version.ts';

const compiled = process.versions.bun !== undefined;
// The file itself and not the link or launcher it was called by: another name would make it another program.
const system = createSystem(() => (compiled ? [process.execPath] : [process.execPath, import.meta.filename]));
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

const build = {
  version: VERSION,
  kind: compiled ? 'standalone' : 'npm',
  platform: `${process.platform}-${process.arch}`,
  runtime: compiled ? `Bun ${process.versions.bun}` : `Node ${process.versions.node}`,
  commit: COMMIT,
} as const;

/** The npm build needs proxies and ciphers that came with Node 24.7; package managers only warn about engines. */
function isTooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return !compiled && (major < 24 || (major === 24 && minor < 7));
}

if (isTooOld()) {
  system.out.error(`this is Node ${process.versions.node}, and ccvault needs 24.7 or newer`);
  system.out.hint('install a newer Node, or the standalone build, which needs none');
  process.exit(1);
}

// A run that ends before its work is done, whatever has emptied the event loop, must not look like one that did it; nor
// may a rejection that nothing awaited be printed by the runtime, with a page of source.
process.exitCode = 1;
process.once('beforeExit', () => process.exit(endUnfinished(argv ?? [], system)));
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.once(event, (error: unknown) => process.exit(endUnfinished(argv ?? [], system, error)));
}

async function run(): Promise<number> {
  // First, so that whatever cannot wait finds it open.
  await openLinuxLibc();
  return argv === undefined ? runRemoteHelper(args, system) : runProgram(argv, build, system);
}

// Not awaited at the top: chunks that are loaded later import this one, and would wait for its end for ever.
void run().then((code) => process.exit(code));

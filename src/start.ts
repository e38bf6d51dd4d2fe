import { runProgram, runRemoteHelper } from './cli/run.ts';
import type { RealSystem } from './system/create-system.ts';
import { COMMIT, VERSION } from './version.ts';

const compiled = process.versions.bun !== undefined;

const build = {
  version: VERSION,
  kind: compiled ? 'standalone' : 'npm',
  platform: `${process.platform}-${process.arch}`,
  runtime: compiled ? `Bun ${process.versions.bun}` : `Node ${process.versions.node}`,
  commit: COMMIT,
} as const;

/** Runs any command line, or the remote helper where `argv` is undefined, and gives the exit code. */
export async function start(
  argv: readonly string[] | undefined,
  args: readonly string[],
  system: RealSystem,
): Promise<number> {
  if (isTooOld()) {
    system.out.error(`this is Node ${process.versions.node}, and ccvault needs 24.7 or newer`);
    system.out.hint('install a newer Node, or the standalone build, which needs none');
    return 1;
  }
  return argv === undefined ? runRemoteHelper(args, system) : runProgram(argv, build, system);
}

/** The npm build needs proxies and ciphers that came with Node 24.7; package managers only warn about engines. */
function isTooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return !compiled && (major < 24 || (major === 24 && minor < 7));
}

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

/** Runs a command line, or the remote helper with `args` if `argv` is undefined. Resolves to the exit code. */
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

/** Older Node lacks what the npm build needs, such as `proxyEnv` of its agents; package managers only warn. */
function isTooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return !compiled && (major < 24 || (major === 24 && minor < 7));
}

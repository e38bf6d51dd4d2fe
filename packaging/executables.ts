import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { needProc } from './elf/need-proc.ts';
import { checkSignature } from './mach-o/check.ts';
import { signAdHoc } from './mach-o/sign.ts';
import { executableOf, ROOT } from './release.ts';
import { run } from './run.ts';
import type { Target } from './targets.ts';

const PACKAGES = join(import.meta.dirname, 'platforms/node_modules');

/** What the runtime writes behind the program that it carries; without it an executable is the bare runtime. */
const PAYLOAD_END = '\n---- Bun! ----\n';
/** The folder that the runtime shows the program's files in. */
const PAYLOAD_ROOT = '/$bunfs/root/';
const PAYLOAD_ROOT_WINDOWS = String.raw`B:/~BUN/root/`;

/**
 * Compiles the program for a target, with the runtime of the registry's package and the flags of `make build`. The file
 * must bear its final name when it is compiled: the name goes in. One for macOS has the right signature afterwards, one for
 * Linux with glibc looks for /proc before its runtime does.
 */
export async function compile(target: Target, bun: string, flags: readonly string[]): Promise<void> {
  const outfile = executableOf(target);
  mkdirSync(dirname(outfile), { recursive: true });
  await run(
    bun,
    [
      'build',
      'src/main.ts',
      ...flags,
      ...addonFlags(target),
      `--target=${target.bunTarget}`,
      `--compile-executable-path=${runtimeOf(target)}`,
      `--outfile=${outfile}`,
    ],
    { cwd: ROOT },
  );
  if (target.os === 'linux') needProc(outfile);
  if (target.os === 'macos') {
    // The one for arm64 is signed by the runtime, rightly; the one for x64 still bears the bare runtime's signature.
    if (target.arch === 'x64') writeFileSync(outfile, signAdHoc(readFileSync(outfile), 'ccvault'));
    checkSignature(readFileSync(outfile));
  }
  checkPayload(target, readFileSync(outfile));
}

/** Throws when an executable carries no program, as after `strip`. */
export function checkPayload(target: Target, bytes: Buffer): void {
  const root = target.os === 'windows' ? PAYLOAD_ROOT_WINDOWS : PAYLOAD_ROOT;
  const end = bytes.lastIndexOf(PAYLOAD_END);
  if (end === -1 || bytes.lastIndexOf(`${root}ccvault`, end) === -1) {
    throw new Error(`the executable for ${target.id} carries no program: was it stripped?`);
  }
}

/** The file with the runtime that a target's executable is made from. */
function runtimeOf(target: Target): string {
  return onlyFile(join(target.runtime, 'bin', target.os === 'windows' ? 'bun.exe' : 'bun'));
}

function addonFlags(target: Target): string[] {
  return target.addon === undefined ? [] : [`--asset=${onlyFile(join(target.addon, '*.node'))}`];
}

function onlyFile(pattern: string): string {
  const [path, ...others] = globSync(pattern, { cwd: PACKAGES });
  if (path === undefined || others.length > 0) {
    throw new Error(
      `packaging/platforms/node_modules/${pattern} is not one file: run make dist, which installs the packages`,
    );
  }
  return join(PACKAGES, path);
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { findBun, findNode } from './builds.ts';

const DRIVER = join(import.meta.dirname, 'system-driver.ts');

/** The driver in the npm build's runtime: the words of its command. */
export const NODE_DRIVER: readonly string[] = [findNode() ?? '', DRIVER];

/** Compiles the driver as the standalone build is compiled and gives its path. Takes about a second. */
export function compileDriver(folder: string): string {
  const driver = join(folder, 'system-driver');
  const options =
    '--compile --minify --bytecode --format=esm --splitting --no-compile-autoload-dotenv --no-compile-autoload-bunfig';
  const bun = findBun();
  if (bun === undefined) throw new Error('no Bun for this machine');
  execFileSync(bun, ['build', ...options.split(' '), '--external', 'execa', '--outfile', driver, DRIVER], {
    stdio: 'pipe',
  });
  return driver;
}

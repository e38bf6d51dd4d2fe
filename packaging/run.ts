import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { COMMIT_TIME, ROOT } from './release.ts';

interface RunOptions {
  /** Where it runs: the root, unless said. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program that makes an artefact, and gives what it printed. Its environment has nothing that changes the bytes:
 * one locale, one zone, and the commit's moment for whoever would look at the clock.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { stdout } = await execa(program, args, {
    cwd: options.cwd ?? ROOT,
    stdin: 'ignore',
    maxBuffer: 1e9,
    env: { LC_ALL: 'C', TZ: 'UTC', SOURCE_DATE_EPOCH: String(COMMIT_TIME), ...options.env },
  });
  return stdout;
}

/** Programs that are missing, each with the Debian package that brings it. */
export function missingPrograms(programs: Readonly<Record<string, string>>): string[] {
  return Object.entries(programs)
    .filter(([program]) => findProgram(program) === undefined)
    .map(([program, debian]) => `${program} is not installed: apt-get install ${debian}`);
}

/** The path of a program of PATH. */
export function findProgram(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** Works on each item, on at most `width` of them at a time; the first failure ends it. */
export async function eachOf<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

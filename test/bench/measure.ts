// Whole commands timed side by side: best of N, interleaved, so that the machine's other work falls on all alike.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { findBun } from '../support/builds.ts';

export type Command = {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** A variable with another value in each round. */
  readonly changing?: string;
};

export interface Measured {
  /** The best. */
  readonly milliseconds: number;
  readonly median: number;
  /** The largest resident memory of any run. */
  readonly megabytes: number;
}

/**
 * The times and the largest memory of each command. Throws when one fails. Bun starts them: starting a program costs
 * Node two milliseconds more, which would bring every ratio nearer to one.
 */
export async function bestOf<Name extends string>(
  rounds: number,
  commands: Readonly<Record<Name, Command>>,
): Promise<Record<Name, Measured>> {
  return (await measured({ rounds, commands })) as Record<Name, Measured>;
}

/** How long it takes until `atOnce` runs of each command, started together, have ended, in milliseconds. */
export async function allAtOnce<Name extends string>(
  atOnce: number,
  commands: Readonly<Record<Name, Command>>,
): Promise<Record<Name, number>> {
  return (await measured({ atOnce, commands })) as Record<Name, number>;
}

async function measured(request: unknown): Promise<unknown> {
  const bun = findBun();
  if (bun === undefined) throw new Error('no Bun to start the commands with: run npm ci');
  const stopwatch = spawn(bun, [join(import.meta.dirname, 'stopwatch.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  stopwatch.stdin.end(JSON.stringify(request));
  const [figures, [status]] = await Promise.all([json(stopwatch.stdout), once(stopwatch, 'close')]);
  if (status !== 0) throw new Error('a command failed');
  return figures;
}

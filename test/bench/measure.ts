// Whole commands timed side by side: best of N, interleaved, so that the machine's other work falls on all alike.
import { spawnSync } from 'node:child_process';

export type Command = {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Runs beforehand, untimed, each time. */
  readonly before?: () => void;
};

/** The best time of each command in milliseconds. Throws when one fails. */
export function bestOf<Name extends string>(
  rounds: number,
  commands: Readonly<Record<Name, Command>>,
): Record<Name, number> {
  const names = Object.keys(commands) as Name[];
  const best = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY])) as Record<
    Name,
    number
  >;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) best[name] = Math.min(best[name], time(name, commands[name]));
  }
  return best;
}

function time(name: string, command: Command): number {
  command.before?.();
  const [program, ...args] = command.argv;
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, {
    env: command.env,
    input: command.input ?? '',
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const took = performance.now() - start;
  // A command that reads no input may end before all of it is written.
  const failed = error !== undefined && (error as NodeJS.ErrnoException).code !== 'EPIPE';
  if (failed || status !== 0) {
    throw new Error(`${name} ended with ${error?.message ?? status}: ${stderr?.toString() ?? ''}`);
  }
  return took;
}

// Run by Bun: reads what to measure from stdin and prints the figures as JSON.
//   { rounds, commands }: the best and the middle time of each command in milliseconds and its largest memory in MB
//   { atOnce, commands }: the time until that many runs of each command, started together, have ended
import type { Command, Measured } from './measure.ts';

type Request =
  | { readonly rounds: number; readonly commands: Record<string, Command> }
  | { readonly atOnce: number; readonly commands: Record<string, Command> };

const request = (await Bun.stdin.json()) as Request;
console.log(JSON.stringify('rounds' in request ? inTurn(request) : await together(request)));

function inTurn({ rounds, commands }: Extract<Request, { rounds: number }>): Record<string, Measured> {
  // The first run of each is not counted: it leaves the answers that the others find ready.
  for (const [name, command] of Object.entries(commands)) time(name, command, rounds);
  const runs = new Map<string, Run[]>();
  for (let round = 0; round < rounds; round++) {
    // In another order each time: what a heavy one leaves behind would fall on the same neighbour else.
    for (const [name, command] of shuffled(Object.entries(commands))) {
      runs.set(name, [...(runs.get(name) ?? []), time(name, command, round)]);
    }
  }
  return Object.fromEntries([...runs].map(([name, all]) => [name, summary(all)]));
}

function summary(runs: readonly Run[]): Measured {
  const times = runs.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return {
    milliseconds: times[0] ?? Number.NaN,
    median: times[Math.floor(times.length / 2)] ?? Number.NaN,
    megabytes: Math.max(...runs.map(({ megabytes }) => megabytes)),
  };
}

function shuffled<T>(list: readonly T[]): readonly T[] {
  return list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

async function together({ atOnce, commands }: Extract<Request, { atOnce: number }>): Promise<unknown> {
  const took: Record<string, number> = {};
  for (const [name, { argv, env }] of Object.entries(commands)) {
    const start = Bun.nanoseconds();
    const runs = Array.from({ length: atOnce }, () =>
      Bun.spawn([...argv], { env, stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' }),
    );
    const codes = await Promise.all(runs.map((run) => run.exited));
    took[name] = (Bun.nanoseconds() - start) / 1e6;
    if (codes.some((code) => code !== 0)) throw new Error(`${name}: one of ${atOnce} ended with a failure`);
  }
  return took;
}

type Run = Omit<Measured, 'median'>;

function time(name: string, { argv, env, input, changing }: Command, round: number): Run {
  const start = Bun.nanoseconds();
  const { exitCode, stderr, resourceUsage } = Bun.spawnSync([...argv], {
    env: changing === undefined ? env : { ...env, [changing]: String(round) },
    stdin: input === undefined ? 'ignore' : new TextEncoder().encode(input),
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const milliseconds = (Bun.nanoseconds() - start) / 1e6;
  if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}: ${stderr.toString()}`);
  return { milliseconds, megabytes: resourceUsage.maxRSS / 2 ** 20 };
}

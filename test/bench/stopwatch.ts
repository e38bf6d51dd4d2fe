// Run by Bun: reads `{ rounds, commands }` from stdin, times each command, prints the best times as JSON.
import type { Command } from './measure.ts';

const { rounds, commands } = (await Bun.stdin.json()) as {
  rounds: number;
  commands: Record<string, Command>;
};
const best: Record<string, number> = {};
for (let round = 0; round < rounds; round++) {
  for (const [name, command] of Object.entries(commands)) {
    best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, time(name, command, round));
  }
}
console.log(JSON.stringify(best));

function time(name: string, { argv, env, input, changing }: Command, round: number): number {
  const start = Bun.nanoseconds();
  const { exitCode, stderr } = Bun.spawnSync([...argv], {
    env: changing === undefined ? env : { ...env, [changing]: String(round) },
    stdin: input === undefined ? 'ignore' : new TextEncoder().encode(input),
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const took = (Bun.nanoseconds() - start) / 1e6;
  if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}: ${stderr.toString()}`);
  return took;
}

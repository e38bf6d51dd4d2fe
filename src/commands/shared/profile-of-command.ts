import { splitCommand } from '../../core/split-command.ts';
import { walk } from '../../spec/walk.ts';

/**
 * The profile that a `credential_process` asks ccvault for: that of `ccvault export` or `ccvault exec`. Undefined for
 * every other command, and where the profile is left to the environment.
 */
export function profileOfCommand(command: string): string | undefined {
  // The operating system is not known here, so this reads the command both ways: a path names ccvault in one at most.
  const readings = (['linux', 'win32'] as const).map((os) => splitCommand(command, os) ?? []);
  const reading = readings.find(([program = '']) => /(?:^|[\\/])ccvault(?:\.exe)?$/i.test(program));
  if (reading === undefined) return undefined;
  const { command: verb, items } = walk(reading.slice(1));
  if (verb !== 'export' && verb !== 'exec') return undefined;
  const [profile] = items.flatMap((item) => (item.kind === 'argument' ? [item.text] : []));
  return profile;
}

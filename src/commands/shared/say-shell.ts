import type { System } from '../../core/ports/system.ts';

/** Says that `exec` starts a shell of its own accord, since it was given no command. */
export function sayShell(
  [shell]: readonly [string, ...string[]],
  profile: string | undefined,
  { out }: Pick<System, 'out'>,
): void {
  const whose = profile === undefined ? '' : ` with the credentials of profile ${profile}`;
  out.info(`starting ${shell}${whose}; leave it with exit`);
}

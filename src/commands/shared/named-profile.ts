import type { Environment } from '../../core/ports/environment.ts';

/** The profile named by the argument or, in its absence, by AWS_PROFILE. */
export function namedProfile(env: Environment, argument: string | undefined): string | undefined {
  return argument ?? (env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || undefined);
}

import { CliError } from '../core/errors.ts';
import type { Environment } from '../core/ports/environment.ts';

/** Whether the environment turns off certificate verification for every connection: both runtimes obey the variable. */
export function isTlsUnchecked(env: Environment): boolean {
  return env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0';
}

/** Throws CliError `config` where certificates would not be verified. */
export function refuseUncheckedTls(env: Environment): void {
  if (!isTlsUnchecked(env)) return;
  throw new CliError('config', 'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off certificate verification', {
    hints: ['unset it; for a private certificate authority, set AWS_CA_BUNDLE to its PEM file'],
  });
}

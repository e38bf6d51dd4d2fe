import type { Environment } from '../../core/ports/environment.ts';

/** Whether a terminal knows escape sequences: none is promised without TERM, which Windows alone leaves out. */
export function drawsEscapes(env: Environment): boolean {
  const term = env['TERM'] ?? '';
  return term === '' ? process.platform === 'win32' : term !== 'dumb';
}

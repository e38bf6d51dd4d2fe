import type { Environment } from '../../core/ports/environment.ts';

/** Whether a terminal knows escape sequences: none is promised without TERM, which Windows alone leaves out. */
export function drawsEscapes(env: Environment): boolean {
  const term = env['TERM'] ?? '';
  return term === '' ? process.platform === 'win32' : term !== 'dumb';
}

/** Whether colours are wanted too (no-color.org). */
export function drawsColours(env: Environment): boolean {
  return drawsEscapes(env) && (env['NO_COLOR'] ?? '') === '';
}

/** Whether the locale is one of UTF-8 (POSIX, "Internationalization Variables"); macOS and Windows need none for it. */
export function showsUnicode(env: Environment): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return locale === '' ? process.platform !== 'linux' : /utf-?8/i.test(locale);
}

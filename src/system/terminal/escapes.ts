import type { Environment } from '../../core/ports/environment.ts';

/** Whether a terminal supports escape sequences: not with TERM=dumb, and not without TERM, except on Windows. */
export function drawsEscapes(env: Environment): boolean {
  const term = env['TERM'] ?? '';
  return term === '' ? process.platform === 'win32' : term !== 'dumb';
}

/** Whether a terminal may show colours: it supports escape sequences, and NO_COLOR is not set (no-color.org). */
export function drawsColours(env: Environment): boolean {
  return drawsEscapes(env) && (env['NO_COLOR'] ?? '') === '';
}

/**
 * Whether the locale is UTF-8 (POSIX, "Internationalization Variables"); true without a locale on macOS and Windows.
 */
export function showsUnicode(env: Environment): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return locale === '' ? process.platform !== 'linux' : /utf-?8/i.test(locale);
}

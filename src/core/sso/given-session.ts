import { CliError } from '../errors.ts';

/** True for a session name that needs no quotes in a header and can precede `/ACCOUNT/ROLE` on a command line. */
export function isSessionName(name: string): boolean {
  return /^[\p{L}\p{M}\p{N}_.@+][\p{L}\p{M}\p{N}_.@+-]*$/u.test(name);
}

/**
 * A start URL as AWS knows it, from what a user may have copied from the browser: without fragment and trailing
 * slashes. Throws CliError `usage` for anything but an https URL without user name and query.
 */
export function startUrlOf(text: string): string {
  const url = URL.parse(text.trim());
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && url.search === '') {
    url.hash = '';
    return url.href.replace(/\/+$/, '');
  }
  throw new CliError('usage', `not a start URL: ${text}`, {
    hints: ['write it like https://d-1234567890.awsapps.com/start'],
  });
}

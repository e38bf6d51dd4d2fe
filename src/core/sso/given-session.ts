import { CliError } from '../errors.ts';

/** A name that can precede `/ACCOUNT/ROLE`, in a header without quotes and in a command line. */
export function isSessionName(name: string): boolean {
  return /^[\p{L}\p{M}\p{N}_.@+][\p{L}\p{M}\p{N}_.@+-]*$/u.test(name);
}

/**
 * A start URL in the form AWS accepts, from what a person may have copied from the browser: without fragment and final slash.
 * Throws CliError `usage` for anything but an https URL without user and query.
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

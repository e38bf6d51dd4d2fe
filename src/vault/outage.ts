import { isCliError } from '../core/errors.ts';
import type { CliError } from '../core/errors.ts';

// Our codes for requests that did not reach AWS, and AWS's codes for "try later" (STS API reference, "Common errors").
const OUTAGES: ReadonlySet<string> = new Set([
  'network',
  'tls',
  'captive-portal',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'InternalFailure',
  'InternalError',
]);

/** Whether AWS could not be reached or could not respond, as opposed to a refusal. */
export function isOutage(error: unknown): error is CliError {
  return isCliError(error) && error.kind === 'aws' && OUTAGES.has(error.code ?? error.awsCode ?? '');
}

import { localTime } from '../local-time.ts';
import { sentence } from './error-facts.ts';
import type { ErrorFacts, FailedCall } from './error-facts.ts';
import { shortKeyId } from '../credentials.ts';
import { optInRegionOfHost } from './regions.ts';
import { formatDuration } from './durations.ts';
import { ccvaultCommand } from '../command-line.ts';
import { CliError } from '../errors.ts';
import type { Host } from '../ports/system.ts';

const SET_CLOCK: Readonly<Record<Host['os'], string>> = {
  linux: 'sudo timedatectl set-ntp true',
  darwin: 'sudo sntp -sS time.apple.com',
  win32: 'w32tm /resync',
};

const SKEW_CODES = new Set(['RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture']);
const SKEW_TEXT = /signature (?:expired|not yet current)/i;
// AWS also returns SignatureDoesNotMatch for a wrong region or service in the signature: the secret may be right.
const SCOPE_TEXT = /credential should be scoped to/i;
const THROTTLING_CODES = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'SlowDown',
]);

/** The CliError for an AWS error document: by its code and, where AWS uses one code for several causes, by its text. */
export function awsRefusal(facts: ErrorFacts, call: FailedCall): CliError {
  if (SKEW_CODES.has(facts.awsCode) || SKEW_TEXT.test(facts.message)) return clockSkew(facts, call);
  if (/MultiFactorAuthentication failed/i.test(facts.message)) return mfaRefusal(facts, call);
  if (THROTTLING_CODES.has(facts.awsCode) || facts.status === 429) {
    return refusal(facts, `AWS throttled the request (${facts.awsCode})`, ['try again in a minute']);
  }
  const key =
    call.accessKeyId === undefined ? 'the access key' : `the access key ${shortKeyId(call.accessKeyId)}`;
  const said = sentence(facts.message) || facts.awsCode;
  switch (facts.awsCode) {
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return unknownKey(facts, call, key);
    case 'SignatureDoesNotMatch':
    case 'InvalidSignatureException':
      if (SCOPE_TEXT.test(facts.message)) return wrongScope(facts, call, said);
      return refusal(facts, `the secret access key does not match ${key}`, [
        `store the key again: ${commandFor('add', call)}`,
      ]);
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return expired(facts, call, said);
    case 'AccessDenied':
    case 'AccessDeniedException':
      return refusal(facts, `AWS denied ${call.action}: ${said}`, deniedHints(facts.message, call.action));
    case 'PackedPolicyTooLarge':
      return refusal(facts, `the session policies are too large for AWS STS: ${said}`, [
        'AWS packs policies and session tags together: shorten the --policy-file, name fewer --policy-arn or set fewer session_tags',
      ]);
    case 'MalformedPolicyDocument':
      return refusal(facts, `AWS refused ${call.action}: ${said} (${facts.awsCode})`, [
        'correct the --policy-file as the IAM User Guide describes policies ("IAM JSON policy elements reference")',
      ]);
    case 'OptInRequired':
    case 'RegionDisabledException':
      return refusal(facts, `${call.action}: ${said}`, [
        'use a region that is enabled for the account: --region',
      ]);
    case 'ValidationError':
      return refusal(
        facts,
        `AWS rejected the ${call.action} request: ${said}`,
        validationHints(facts.message),
      );
    default:
      return refusal(facts, `AWS refused ${call.action}: ${said} (${facts.awsCode})`, []);
  }
}

function unknownKey(facts: ErrorFacts, call: FailedCall, key: string): CliError {
  const optIn = optInRegionOfHost(call.host);
  if (optIn === undefined) {
    return refusal(
      facts,
      `AWS does not know ${key}: it is deleted or inactive, or belongs to another partition`,
      ['look for the key in the IAM console; for China or GovCloud set the region'],
    );
  }
  return refusal(
    facts,
    `AWS does not know ${key} in ${optIn}: the account has not enabled that region, or the key is deleted or inactive, or belongs to another partition`,
    ['to tell which, try it with --region us-east-1, where every valid key is known'],
  );
}

function wrongScope(facts: ErrorFacts, call: FailedCall, said: string): CliError {
  return refusal(facts, `AWS refused the region or service of the request to ${call.host}: ${said}`, [
    'check AWS_REGION and the region and endpoint_url of the profile; the secret access key is not the problem',
  ]);
}

function commandFor(command: string, { profile = 'PROFILE' }: FailedCall): string {
  return ccvaultCommand(command, { operands: [profile] });
}

function refusal(facts: ErrorFacts, message: string, hints: readonly string[]): CliError {
  return new CliError('aws', message, { awsCode: facts.awsCode, hints });
}

function clockSkew(facts: ErrorFacts, call: FailedCall): CliError {
  const server = Date.parse(facts.headers['date'] ?? '');
  const here = `here it is ${localTime(call.now)}`;
  const hints = [`set the clock: ${SET_CLOCK[call.os]}`];
  if (Number.isNaN(server)) {
    return new CliError('aws', `the clock of this computer is wrong: ${here}, which AWS does not accept`, {
      code: 'clock-skew',
      hints,
    });
  }
  // In whole minutes: the Date header has whole seconds, and AWS accepts five minutes either way.
  const minutes = Math.round(Math.abs(call.now - server) / 60_000);
  if (minutes === 0) {
    // Delayed after it was signed: a laptop that slept, a process that was stopped, a slow network.
    return new CliError(
      'aws',
      `the request for ${call.action} reached AWS too late: it was signed minutes before`,
      {
        code: 'clock-skew',
        hints: ['run the command again'],
      },
    );
  }
  const off = formatDuration(minutes * 60);
  const direction = call.now > server ? 'ahead' : 'behind';
  return new CliError(
    'aws',
    `the clock of this computer is ${off} ${direction}: ${here}, at AWS ${localTime(server)}`,
    { code: 'clock-skew', hints },
  );
}

function mfaRefusal(facts: ErrorFacts, call: FailedCall): CliError {
  const serial = call.mfaSerial ?? 'the MFA device';
  if (/unable to validate|serial number is valid/i.test(facts.message)) {
    return new CliError('aws', `AWS does not know the MFA device ${serial} for this user`, {
      code: 'mfa-device',
      hints: [
        'set mfa_serial to the ARN of a virtual or hardware device of the user; passkeys give no codes',
      ],
    });
  }
  return new CliError('aws', `AWS refused the MFA code for ${serial}: wrong, or already used`, {
    code: 'mfa-refused',
    hints: ['wait for the next code and try again'],
  });
}

function expired(facts: ErrorFacts, call: FailedCall, said: string): CliError {
  if (call.accessKeyId === undefined) {
    return refusal(facts, `the web identity token has expired: ${said}`, []);
  }
  return refusal(facts, `the session of ${shortKeyId(call.accessKeyId)} has expired`, [
    `renew it: ${commandFor('refresh', call)}`,
  ]);
}

function deniedHints(message: string, action: string): readonly string[] {
  if (/with session credentials/i.test(message)) {
    return [
      'this call accepts only the long-lived key of a user: store that, or use a profile with role_arn',
    ];
  }
  if (/assumed by root/i.test(message))
    return ['use the key of an IAM user: the root user cannot assume roles'];
  const denial = /with an explicit deny in an? ((?:[a-z-]+ )*?(?:policy|boundary))/i.exec(message)?.[1];
  if (denial !== undefined) return [`a ${denial} forbids it: ask its administrator`];
  const missing = /not authorized to perform:? ([a-z0-9-]+:[a-zA-Z]+)/.exec(message)?.[1];
  return [`the permission needed is ${missing ?? action}`];
}

function validationHints(message: string): readonly string[] {
  if (/role chaining/i.test(message)) {
    return [
      'a role assumed through another lasts an hour at most: lower duration_seconds of the profile (or -d)',
    ];
  }
  if (/DurationSeconds exceeds/i.test(message)) {
    return ["lower duration_seconds of the profile (or -d), or raise the role's maximum session duration"];
  }
  return [];
}

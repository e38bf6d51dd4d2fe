import type { ArgumentSpec, CommandSpec } from './command.ts';
import { jsonOption, noBrowserOption } from './options.ts';

const sessionArgument = {
  name: 'session',
  shown: 'NAME',
  completes: 'sso-sessions',
  summary: 'A [sso-session NAME] of the AWS config file; may be omitted if there is only one',
} as const satisfies ArgumentSpec;

export const ssoAdd = {
  section: 'sso',
  summary: 'Configure a sign-in to IAM Identity Center',
  description:
    'Adds [sso-session NAME] to the AWS config file and changes nothing else in it. Asks for the start URL and the ' +
    'region if they are omitted. The AWS CLI and the SDKs read the same section.',
  arguments: [{ name: 'session', shown: 'NAME', required: true, summary: 'The name of the session' }],
  options: {
    'start-url': {
      kind: 'string',
      value: 'URL',
      summary: 'The address of the access portal',
    },
    region: {
      kind: 'string',
      value: 'REGION',
      completes: 'regions',
      summary: 'The region of IAM Identity Center',
    },
    scopes: {
      kind: 'string',
      value: 'SCOPES',
      summary: 'The scopes of the sign-in, separated by commas (default sso:account:access)',
    },
  },
  examples: [
    [
      'ccvault sso add work --start-url https://acme.awsapps.com/start --region eu-west-1',
      'then sign in with `ccvault sso login`',
    ],
  ],
} as const satisfies CommandSpec;

export const ssoLogin = {
  section: 'sso',
  summary: 'Sign in to IAM Identity Center',
  description:
    'Signs you in ahead of time and prints when the sign-in expires. Every profile and role of the session uses the ' +
    'token, which is stored encrypted and renewed without a prompt while the session lasts.',
  arguments: [sessionArgument],
  options: noBrowserOption,
  examples: [
    ['ccvault sso login', 'in the browser'],
    ['ccvault sso login --no-browser work', 'with a code, in a browser on any computer'],
  ],
} as const satisfies CommandSpec;

export const ssoLogout = {
  section: 'sso',
  summary: 'Sign out of IAM Identity Center',
  description:
    'Deletes the token and every session made from it, and ends the sign-in at AWS. The AWS CLI has its own token, ' +
    'which `aws sso logout` ends.',
  arguments: [sessionArgument],
  examples: [['ccvault sso logout work', 'end the session work']],
} as const satisfies CommandSpec;

export const ssoPopulate = {
  section: 'sso',
  summary: 'Write a profile for each account and role',
  description:
    'Writes one profile for each account and role that you may use, between two comment lines in the AWS config file, ' +
    'and changes nothing else in it. Shows what it would add, change and remove, and asks first; without a terminal it ' +
    'needs --yes. A second run changes nothing, and what you add to one of its profiles stays.',
  arguments: [sessionArgument],
  options: {
    account: {
      kind: 'list',
      value: 'PATTERN',
      summary: 'Only accounts whose name or id contains this, or matches it all if it has * or ?; repeatable',
    },
    role: {
      kind: 'list',
      value: 'PATTERN',
      summary: 'Only roles whose name matches in the same way; repeatable',
    },
    name: {
      kind: 'string',
      value: 'TEMPLATE',
      summary:
        'Profile names, from {account}, {accountName}, {role}, {session} (default {accountName}.{role})',
    },
    region: {
      kind: 'string',
      value: 'REGION',
      completes: 'regions',
      summary: 'The region to write to those profiles that have none',
    },
    prune: {
      kind: 'flag',
      summary: 'Remove the profiles whose role is gone, or has a profile of another name',
    },
    'dry-run': { kind: 'flag', summary: 'Show the difference and write nothing' },
    yes: { kind: 'flag', short: 'y', summary: 'Do not ask' },
    ...noBrowserOption,
  },
  examples: [
    ['ccvault sso populate --region eu-west-1', 'every account and role'],
    ['ccvault sso populate --account "*-prod" --role ReadOnly', 'some of them'],
    ['ccvault sso populate --prune --dry-run', 'show what would be removed'],
  ],
  notes: [
    'A profile name contains letters and digits of any alphabet, ".", "-" and "_"; any other character becomes "-". ' +
      'Where two accounts would have the same names, both get their ids. A profile of the same name elsewhere in the ' +
      'AWS files stays unchanged, and is reported.',
  ],
} as const satisfies CommandSpec;

export const ssoList = {
  section: 'sso',
  summary: 'List the accounts and roles that you may use',
  description:
    'Lists the accounts and roles that your sign-in may use, and the profile of each. For an hour, completion and the ' +
    'picker offer them too.',
  arguments: [
    sessionArgument,
    {
      name: 'patterns',
      shown: 'PATTERN',
      variadic: true,
      summary: 'Text that a listed row contains, in any column and case; a row must match all patterns',
    },
  ],
  options: { ...noBrowserOption, ...jsonOption },
  examples: [
    ['ccvault sso list', 'everything'],
    ['ccvault sso list work prod admin', 'rows of the session work with both words'],
  ],
} as const satisfies CommandSpec;

import type { ArgumentSpec, CommandSpec } from './command.ts';
import { jsonOption, noBrowserOption } from './options.ts';

const sessionArgument = {
  name: 'session',
  shown: 'NAME',
  completes: 'sso-sessions',
  summary: 'A [sso-session NAME] of the AWS config file; may be left out where there is one',
} as const satisfies ArgumentSpec;

export const ssoAdd = {
  section: 'sso',
  summary: 'Note where you sign in to IAM Identity Center',
  description:
    'Adds [sso-session NAME] to the AWS config file, touching nothing else in it. Asks for the start URL and the ' +
    'region where they are left out. The AWS CLI and the SDKs read the same section.',
  arguments: [{ name: 'session', shown: 'NAME', required: true, summary: 'What to call it' }],
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
      summary: 'What the sign-in is for, separated by commas (default sso:account:access)',
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
    'Signs you in ahead of use and says until when. The token is kept sealed; every profile and role of the session ' +
    'uses it, and it is renewed without asking while the session lasts.',
  arguments: [sessionArgument],
  options: noBrowserOption,
  examples: [
    ['ccvault sso login', 'in the browser'],
    ['ccvault sso login --no-browser work', 'with a code, in a browser of any computer'],
  ],
} as const satisfies CommandSpec;

export const ssoLogout = {
  section: 'sso',
  summary: 'Sign out of IAM Identity Center',
  description:
    'Forgets the token and every session made from it, and ends the sign-in at AWS. The AWS CLI has a token of its ' +
    'own, which `aws sso logout` ends.',
  arguments: [sessionArgument],
  examples: [['ccvault sso logout work', 'end the session work']],
} as const satisfies CommandSpec;

export const ssoPopulate = {
  section: 'sso',
  summary: 'Write a profile for each account and role',
  description:
    'Writes one profile for each account and role that you may use, between two comment lines of the AWS config file, ' +
    'and touches no other byte of it. Shows what it would add, change and remove, and asks first; without a terminal it ' +
    'needs --yes. A second run changes nothing, and what you add to one of its profiles stays.',
  arguments: [sessionArgument],
  options: {
    account: {
      kind: 'list',
      value: 'PATTERN',
      summary:
        'Only accounts with this in their name or id; with * or ? in it the whole has to fit; repeatable',
    },
    role: { kind: 'list', value: 'PATTERN', summary: 'Only roles, likewise; repeatable' },
    name: {
      kind: 'string',
      value: 'TEMPLATE',
      summary:
        'Names of the profiles, of {account}, {accountName}, {role}, {session} (default {accountName}.{role})',
    },
    region: {
      kind: 'string',
      value: 'REGION',
      completes: 'regions',
      summary: 'The region to write to its profiles that have none',
    },
    prune: { kind: 'flag', summary: 'Remove its profiles whose role was taken away or has another name' },
    'dry-run': { kind: 'flag', summary: 'Show the difference and write nothing' },
    yes: { kind: 'flag', short: 'y', summary: 'Do not ask' },
    ...noBrowserOption,
  },
  examples: [
    ['ccvault sso populate --region eu-west-1', 'every account and role'],
    ['ccvault sso populate --account "*-prod" --role ReadOnly', 'some of them'],
    ['ccvault sso populate --prune --dry-run', 'show what is gone'],
  ],
  notes: [
    'A name has letters and digits of any alphabet, ".", "-" and "_"; what else an account is called becomes "-". ' +
      'Where two accounts would have the same names, both get their ids. A profile that stands elsewhere under ' +
      'such a name is left as it is, and named.',
  ],
} as const satisfies CommandSpec;

export const ssoList = {
  section: 'sso',
  summary: 'List the accounts and roles that you may use',
  description:
    'Asks IAM Identity Center for the accounts and roles of your sign-in, and shows the profile that stands for each. ' +
    'For an hour completion and the picker offer them too.',
  arguments: [
    sessionArgument,
    {
      name: 'patterns',
      shown: 'PATTERN',
      variadic: true,
      summary: 'What a row has to hold to be listed, in any column and case; all of them',
    },
  ],
  options: { ...noBrowserOption, ...jsonOption },
  examples: [
    ['ccvault sso list', 'everything'],
    ['ccvault sso list work prod admin', 'rows of the session work with both words'],
  ],
} as const satisfies CommandSpec;

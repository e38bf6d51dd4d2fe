import { BACKENDS } from '../core/backends.ts';
import type { CommandSpec } from './command.ts';
import { jsonOption, keyArgument, mfaTokenOption } from './options.ts';

export const add = {
  section: 'keys',
  summary: 'Store a long-lived key',
  description:
    'Stores the access key of an IAM user under a profile name. Asks for the key id, the secret and, unless ' +
    'AWS names it, the MFA device; verifies the key with AWS first and does not store one that AWS refuses. Adds ' +
    'the profile to the AWS config file if it is missing there, touching nothing else in it.',
  arguments: [
    {
      name: 'profile',
      required: true,
      completes: 'profiles',
      summary: 'The profile to store the key under',
    },
  ],
  options: {
    env: { kind: 'flag', summary: 'Read the key from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY' },
    stdin: {
      kind: 'flag',
      summary: "Read the key from standard input: `aws iam create-access-key` JSON or the console's CSV",
    },
    'mfa-serial': {
      kind: 'string',
      value: 'ARN',
      summary: 'The MFA device of the user, instead of asking',
    },
    region: {
      kind: 'string',
      value: 'REGION',
      completes: 'regions',
      summary: 'The region to write to the profile and verify in',
    },
    'no-verify': { kind: 'flag', summary: 'Store the key without verifying it' },
    'no-config': { kind: 'flag', aliases: ['no-add-config'], summary: 'Leave the AWS config file alone' },
    sdk: {
      kind: 'flag',
      summary: 'Let the AWS CLI and every SDK find the credentials, as `ccvault sdk` does',
    },
  },
  conflicts: [
    { options: ['sdk', 'no-config'], hint: '--sdk writes to the AWS config file: leave one of the two out' },
    { options: ['env', 'stdin'], hint: 'give the key in one way: in the environment or on standard input' },
  ],
  examples: [
    ['ccvault add work', 'ask for the key on the terminal'],
    ['aws iam create-access-key | ccvault add work --stdin', 'store a new key that is never shown'],
  ],
} as const satisfies CommandSpec;

export const remove = {
  section: 'keys',
  aliases: ['rm'],
  summary: 'Delete a stored key and its sessions',
  description:
    'Deletes the key stored under a profile and every session made from it. Asks first; without a terminal ' +
    'it needs --force. Of the AWS config file only the line of `ccvault sdk` goes; the key in IAM is left as it is.',
  arguments: [keyArgument],
  options: {
    force: { kind: 'flag', short: 'f', summary: 'Do not ask' },
    'sessions-only': {
      kind: 'flag',
      short: 's',
      hidden: true,
      summary: 'Delete the sessions and keep the key',
    },
  },
  examples: [['ccvault remove work', 'ask, then delete']],
} as const satisfies CommandSpec;

export const list = {
  section: 'keys',
  aliases: ['ls'],
  summary: 'List profiles, stored keys and sessions',
  description:
    'Lists the profiles of the AWS config file and of the vault with account, role, region, key, MFA device ' +
    'and the time their session has left. Reads no secret and uses no network.',
  arguments: [
    {
      name: 'patterns',
      shown: 'PATTERN',
      variadic: true,
      completes: 'profiles',
      summary: 'What a row has to hold to be listed, in any column and case; all of them',
    },
  ],
  options: {
    sort: {
      kind: 'choice',
      value: 'ORDER',
      choices: ['name', 'session', 'config'],
      summary: 'By name, by the end of the session, or as in the config file (default)',
    },
    ...jsonOption,
    profiles: { kind: 'flag', hidden: true, summary: 'Print the profile names only' },
    credentials: {
      kind: 'flag',
      hidden: true,
      summary: 'Print the names of profiles with a stored key only',
    },
    sessions: { kind: 'flag', hidden: true, summary: 'Print the names of profiles with a session only' },
  },
  examples: [
    ['ccvault list prod admin', 'profiles with both words somewhere in their row'],
    ['ccvault list --sort session', 'the session that ends first on top'],
  ],
  notes: [
    'KEY shows the end of the id of a stored key, `file` for a key in plain text; SESSION the time left, `MFA` or ' +
      '`sign in` where a use now would ask for it. Piped, fields are separated by tabs, without a heading.',
  ],
} as const satisfies CommandSpec;

export const rotate = {
  section: 'keys',
  summary: 'Replace a stored key with a new one',
  description:
    'Creates a new key in IAM, stores it, proves that it works, then deactivates and deletes the old one. ' +
    'At every moment a stored key works; where a rotation was interrupted, running it again finishes it. ' +
    'One MFA code is enough for the whole rotation.',
  arguments: [keyArgument],
  options: {
    ...mfaTokenOption,
    'no-session': {
      kind: 'flag',
      short: 'n',
      summary: 'Rotate with the long-lived key itself, without a session',
    },
  },
  examples: [['ccvault rotate work', 'replace the key of the profile work']],
  notes: ['An IAM user can have two keys at most: with two there already, nothing is changed.'],
} as const satisfies CommandSpec;

export const sdk = {
  section: 'keys',
  summary: 'Let the AWS CLI and every SDK find the credentials without exec',
  description:
    'Writes `credential_process = ccvault export --format json PROFILE` into the section of each profile, touching ' +
    'no other byte. Asks before a profile that has another credential_process, which stays as a comment until --undo.',
  arguments: [
    {
      name: 'profiles',
      shown: 'PROFILE',
      variadic: true,
      completes: 'profiles',
      summary: 'The profiles to write it for; AWS_PROFILE where left out',
    },
  ],
  options: {
    all: { kind: 'flag', summary: 'Every profile with a stored key' },
    undo: { kind: 'flag', summary: 'Take exactly those lines back; with --all, of every profile' },
    'dry-run': { kind: 'flag', summary: 'Say what would be done and change nothing' },
  },
  examples: [
    ['ccvault sdk work', 'from here on `aws --profile work` works'],
    ['ccvault sdk --undo --all', 'take every such line back'],
  ],
} as const satisfies CommandSpec;

export const importKeys = {
  section: 'keys',
  summary: 'Move keys in from plain files, aws-vault or another backend',
  description:
    'Copies long-lived keys into the vault, each verified with AWS first. Without a PROFILE it imports every key ' +
    'that it finds.',
  arguments: [
    {
      name: 'profiles',
      shown: 'PROFILE',
      variadic: true,
      completes: 'profiles',
      summary: 'The profiles to import',
    },
  ],
  options: {
    from: {
      kind: 'choice',
      value: 'SOURCE',
      choices: ['credentials', 'aws-vault', ...BACKENDS],
      summary: 'Where the keys are now; by default ~/.aws/credentials',
    },
    scrub: {
      kind: 'flag',
      summary: 'Then remove the keys from the plaintext file, keeping its comments and mode',
    },
    sdk: {
      kind: 'flag',
      summary: 'Write a credential_process line in their place, so that every SDK still finds them',
    },
    'dry-run': { kind: 'flag', summary: 'Say what would be done and change nothing' },
  },
  examples: [
    ['ccvault import --dry-run', 'see what would be imported'],
    ['ccvault import --scrub --sdk', 'leave no key in plain text, with every SDK still served'],
  ],
} as const satisfies CommandSpec;

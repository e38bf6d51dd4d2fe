import { BACKENDS } from '../core/backends.ts';
import type { CommandSpec } from './command.ts';
import { jsonOption, keyArgument, mfaTokenOption } from './options.ts';

export const add = {
  section: 'keys',
  summary: 'Store a long-lived key',
  description:
    'Stores the access key of an IAM user under a profile name. Asks for the key id, the secret and, unless ' +
    'AWS lists it, the MFA device; verifies the key with AWS first and does not store one that AWS refuses. Adds ' +
    'the profile to the AWS config file if it is missing, and changes nothing else in the file.',
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
      summary: "Read the key from standard input: JSON of `aws iam create-access-key`, or the console's CSV",
    },
    'mfa-serial': {
      kind: 'string',
      value: 'ARN',
      summary: 'The MFA device of the user; otherwise found or asked for',
    },
    region: {
      kind: 'string',
      value: 'REGION',
      completes: 'regions',
      summary: 'The region to write to the profile and to verify the key in',
    },
    'no-verify': { kind: 'flag', summary: 'Store the key without verifying it' },
    'no-config': { kind: 'flag', aliases: ['no-add-config'], summary: 'Do not change the AWS config file' },
    sdk: {
      kind: 'flag',
      summary: 'Let the AWS CLI and every SDK find the credentials, as `ccvault sdk` does',
    },
  },
  conflicts: [
    { options: ['sdk', 'no-config'], hint: '--sdk writes to the AWS config file: leave out one of the two' },
    { options: ['env', 'stdin'], hint: 'give the key either in the environment or on standard input' },
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
    'it needs --force. From the AWS files it removes only the line that `ccvault sdk` wrote, and it does not delete ' +
    'the key in IAM.',
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
    'Lists the profiles of the AWS files and of the vault with account, role, region, key and its age, MFA device ' +
    'and the time left of the session. Reads no secret and uses no network.',
  arguments: [
    {
      name: 'patterns',
      shown: 'PATTERN',
      variadic: true,
      completes: 'profiles',
      summary: 'Text that a listed row contains, in any column and case; a row must match all patterns',
    },
  ],
  options: {
    sort: {
      kind: 'choice',
      value: 'ORDER',
      choices: ['name', 'session', 'config'],
      summary: 'By name, by expiration of the session, or as in the config file (default)',
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
    ['ccvault list --sort session', 'the session that expires first on top'],
  ],
  notes: [
    'KEY shows the last characters of the id of a stored key, or `file` for a key in plain text. SESSION shows the ' +
      'time left, or `MFA` or `sign in` where using the profile now would require that. In a pipe, tabs separate the ' +
      'fields and there is no heading.',
  ],
} as const satisfies CommandSpec;

export const rotate = {
  section: 'keys',
  summary: 'Replace a stored key with a new one',
  description:
    'Creates a new key in IAM, stores it, verifies that it works, then deactivates and deletes the old one. ' +
    'A stored key works at every moment; if a rotation is interrupted, run it again to finish it. ' +
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
  notes: ['An IAM user can have two access keys at most: if there are two already, rotate changes nothing.'],
} as const satisfies CommandSpec;

export const sdk = {
  section: 'keys',
  summary: 'Let the AWS CLI and every SDK find the credentials without exec',
  description:
    'Makes profiles work in the AWS CLI and every SDK without `ccvault exec`: writes `credential_process = ccvault ' +
    'export --format json PROFILE` into the section of each profile and changes nothing else. If a profile has another ' +
    'credential_process, asks first and keeps that as a comment until --undo.',
  arguments: [
    {
      name: 'profiles',
      shown: 'PROFILE',
      variadic: true,
      completes: 'profiles',
      summary: 'The profiles to change; AWS_PROFILE if omitted',
    },
  ],
  options: {
    all: { kind: 'flag', summary: 'Every profile with a stored key' },
    undo: { kind: 'flag', summary: 'Remove exactly those lines; with --all, from every profile' },
    'dry-run': { kind: 'flag', summary: 'Show what would be changed, and change nothing' },
  },
  examples: [
    ['ccvault sdk work', 'make `aws --profile work` work'],
    ['ccvault sdk --undo --all', 'remove every such line'],
  ],
} as const satisfies CommandSpec;

export const importKeys = {
  section: 'keys',
  summary: 'Import keys from the AWS files, aws-vault or another backend',
  description:
    'Copies long-lived keys into the vault, after verifying each with AWS. Without a PROFILE it imports every key ' +
    'that it finds. --from keyring, file or pass instead moves all keys of that backend to the backend in use, or to ' +
    'that of --backend.',
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
      summary: 'Where the keys are now; by default in ~/.aws/credentials and ~/.aws/config',
    },
    scrub: {
      kind: 'flag',
      summary: 'Then remove the keys from the plaintext file, keeping its comments and mode',
    },
    sdk: {
      kind: 'flag',
      summary: 'Replace them with a credential_process line, so that every SDK still finds credentials',
    },
    'dry-run': { kind: 'flag', summary: 'Show what would be changed, and change nothing' },
  },
  examples: [
    ['ccvault import --dry-run', 'see what would be imported'],
    ['ccvault import --scrub --sdk', 'leave no key in plain text, and keep every SDK working'],
  ],
} as const satisfies CommandSpec;

import { BACKENDS } from '../core/backends.ts';
import { PROMPTS } from '../core/prompts.ts';
import type { ArgumentSpec, OptionSpec, OptionValues } from './command.ts';

type Options = Readonly<Record<string, OptionSpec>>;

/** Accepted before the command and among its own options. */
export const globalOptions = {
  backend: {
    kind: 'choice',
    value: 'BACKEND',
    choices: BACKENDS,
    env: 'CCVAULT_BACKEND',
    summary: 'Where keys are stored; by default where the first key was stored',
  },
  prompt: {
    kind: 'choice',
    value: 'PROMPT',
    choices: PROMPTS,
    env: 'CCVAULT_PROMPT',
    summary: 'How to prompt; by default on the terminal, or in a window if there is none',
  },
  debug: { kind: 'flag', summary: 'Print each step to standard error; never prints a secret' },
  help: { kind: 'flag', short: 'h', summary: 'Show help and exit' },
} as const satisfies Options;

/** Accepted before the command only. */
export const programOptions = {
  version: { kind: 'flag', summary: 'Show the version and exit' },
  verbose: { kind: 'flag', summary: 'With --version: also show the build, its runtime and its commit' },
} as const satisfies Options;

export type Globals = Omit<OptionValues<typeof globalOptions>, 'help'>;

const regionOption = {
  region: {
    kind: 'string',
    value: 'REGION',
    env: 'AWS_REGION',
    completes: 'regions',
    summary: "The AWS region, instead of the profile's",
  },
} as const satisfies Options;

export const mfaTokenOption = {
  'mfa-token': {
    kind: 'string',
    short: 't',
    value: 'CODE',
    summary: 'The MFA code to use, instead of a prompt',
  },
} as const satisfies Options;

/** For every command that gets credentials, and `explain`: a further role, and session policies. */
export const narrowingOptions = {
  role: {
    kind: 'string',
    value: 'ROLE',
    summary: "Also assume this role, with the profile's credentials: an ARN, or ACCOUNT:NAME",
  },
  'read-only': { kind: 'flag', summary: "Allow only what AWS's policy ReadOnlyAccess allows" },
  'policy-arn': {
    kind: 'list',
    value: 'ARN',
    summary:
      'Allow only what this managed policy allows; repeatable up to ten times, for what any of them allows',
  },
  'policy-file': {
    kind: 'string',
    value: 'FILE',
    completes: 'files',
    summary: 'Allow only what the policy document in this JSON file allows',
  },
} as const satisfies Options;

export const noBrowserOption = {
  'no-browser': { kind: 'flag', summary: 'Sign in to SSO with a code shown here, without opening a browser' },
} as const satisfies Options;

/** Shared by every command that gets credentials. */
export const sessionOptions = {
  duration: {
    kind: 'duration',
    short: 'd',
    value: 'DURATION',
    summary: 'How long the credentials last, e.g. 15m, 1h30m or 43200 (seconds)',
  },
  ...regionOption,
  'no-session': {
    kind: 'flag',
    short: 'n',
    summary: 'Create no session from the long-lived key; without a role the key itself is used',
  },
  ...mfaTokenOption,
  ...noBrowserOption,
  fresh: { kind: 'flag', summary: 'Renew every session that can be renewed without a prompt' },
  'min-ttl': {
    kind: 'duration',
    value: 'DURATION',
    env: 'AWS_MIN_TTL',
    summary: 'Use no cached session that expires sooner than this',
  },
  ...narrowingOptions,
} as const satisfies Options;

export const jsonOption = {
  json: { kind: 'flag', summary: 'Print one JSON document' },
} as const satisfies Options;

export const profileArgument = {
  name: 'profile',
  completes: 'profiles',
  summary: 'A profile of the AWS config file; AWS_PROFILE if omitted',
} as const satisfies ArgumentSpec;

/** For the commands that need a profile with a stored key. */
export const keyArgument = { ...profileArgument, completes: 'keys' } as const satisfies ArgumentSpec;

/** An option that names a profile where the command has no PROFILE argument. */
export const profileOption = {
  profile: {
    kind: 'string',
    value: 'PROFILE',
    completes: 'profiles',
    summary: 'The profile whose credentials to use',
  },
} as const satisfies Options;

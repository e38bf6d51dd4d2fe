import type { CommandSpec, OptionSpec } from './command.ts';
import { profileOption } from './options.ts';

const scopeOptions = {
  global: { kind: 'flag', summary: "In the user's git configuration" },
  local: { kind: 'flag', summary: "In this repository's configuration (default inside one)" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

const scopeConflict = { options: ['global', 'local'], hint: 'run the command once for each' } as const;

export const credentialHelper = {
  section: 'git',
  summary: 'Give git credentials for CodeCommit',
  description:
    "Speaks git's credential protocol on standard input and output. Gives credentials for https and CodeCommit " +
    'hosts only; for any other host it prints nothing and uses no credentials.',
  arguments: [
    {
      name: 'action',
      required: true,
      choices: ['get', 'store', 'erase', 'capability'],
      open: true,
      summary: 'What git asks for: get, store, erase or capability',
    },
  ],
  options: {
    ...profileOption,
    region: {
      kind: 'string',
      value: 'REGION',
      completes: 'regions',
      summary: 'The region of the host that --allow-host names',
    },
    'allow-host': {
      kind: 'string',
      value: 'HOST[:PORT]',
      summary: 'An additional CodeCommit host, matched exactly; needs --region',
    },
  },
  examples: [
    ['ccvault credential-helper --profile work get', 'what git runs, with its request on standard input'],
  ],
  notes: ['`ccvault git setup` makes git run it; there is seldom a reason to run it by hand.'],
} as const satisfies CommandSpec;

export const gitClone = {
  section: 'git',
  summary: 'Clone a CodeCommit repository, ready to use',
  description:
    'Clones a repository and makes git ask ccvault for credentials in the clone and its submodules, as ' +
    '`ccvault git setup` does.',
  arguments: [
    {
      name: 'repository',
      shown: 'URL|REPOSITORY',
      required: true,
      summary: "An https:// or codecommit:// URL, or a repository's name",
    },
    { name: 'directory', completes: 'directories', summary: 'Where to put the clone' },
  ],
  options: profileOption,
  tail: { shown: 'GIT-OPTION...', summary: 'Options for git clone itself' },
  examples: [
    ['ccvault git clone --profile work my-repository', 'clone by name, from the region of the profile'],
    ['ccvault git clone codecommit://work@my-repository . -- --depth 1', 'clone by URL, one commit deep'],
  ],
} as const satisfies CommandSpec;

export const gitSetup = {
  section: 'git',
  summary: 'Make git ask ccvault for CodeCommit credentials',
  description:
    "Makes git ask ccvault for credentials of CodeCommit hosts, and of no other host, by lines in git's configuration. " +
    'In a repository it also covers the submodules that are checked out, and adds the exact hosts of the remotes. ' +
    'Running it again changes nothing; `ccvault git unset` undoes it.',
  options: {
    ...scopeOptions,
    ...profileOption,
    host: {
      kind: 'list',
      value: 'HOST',
      summary: 'A CodeCommit host to add by its exact name, for cargo and libgit2; repeatable',
    },
    alias: { kind: 'flag', summary: 'Add `git mfa`, which renews the session' },
  },
  conflicts: [scopeConflict],
  examples: [
    ['ccvault git setup --global --profile work', 'for every CodeCommit repository'],
    ['ccvault git setup --profile work', 'for this repository'],
    ['ccvault git setup --global --host git-codecommit.eu-west-1.amazonaws.com', 'for cargo too'],
  ],
} as const satisfies CommandSpec;

export const gitUnset = {
  section: 'git',
  summary: 'Undo git setup',
  description: 'Removes what `ccvault git setup` wrote, in submodules too, and nothing else.',
  options: scopeOptions,
  conflicts: [scopeConflict],
  examples: [
    ['ccvault git unset', 'in this repository'],
    ['ccvault git unset --global', "in the user's configuration"],
  ],
} as const satisfies CommandSpec;

export const gitUrl = {
  section: 'git',
  summary: 'Convert between https:// and codecommit:// URLs',
  description:
    'Prints the https:// form of a codecommit:// URL, or the codecommit:// form of an https:// URL.',
  arguments: [{ name: 'url', required: true, summary: 'The URL to convert' }],
  examples: [['ccvault git url codecommit::eu-west-1://my-repository', 'print the https:// form']],
} as const satisfies CommandSpec;

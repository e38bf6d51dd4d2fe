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
    "Speaks git's credential protocol on standard input and output. Answers only for https and CodeCommit " +
    'hosts; for any other host it prints nothing and touches no credential.',
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
  notes: ['Set up by `ccvault git setup`; there is seldom a reason to run it by hand.'],
} as const satisfies CommandSpec;

export const gitClone = {
  section: 'git',
  summary: 'Clone a CodeCommit repository, ready to use',
  description:
    "Clones with the set-up of `ccvault git setup` made in the new clone's own configuration and in those of its submodules.",
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
    'Writes the git configuration that makes git ask ccvault for CodeCommit hosts, and for no other host. ' +
    'In a repository it also covers the submodules that are there, and names the hosts of the remotes exactly. ' +
    'Running it twice changes nothing; `ccvault git unset` takes it back.',
  options: {
    ...scopeOptions,
    ...profileOption,
    host: {
      kind: 'list',
      value: 'HOST',
      summary: 'A CodeCommit host to name exactly as well, for cargo and libgit2; repeatable',
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
  summary: 'Take back what git setup wrote',
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
  description: 'Prints the https:// form of a codecommit:// URL, and the other way round.',
  arguments: [{ name: 'url', required: true, summary: 'The URL to convert' }],
  examples: [['ccvault git url codecommit::eu-west-1://my-repository', 'print the https:// form']],
} as const satisfies CommandSpec;

import type { commands } from './commands.ts';
import { program } from './program.ts';

type Rows = readonly (readonly [term: string, meaning: string])[];

interface Manual {
  readonly environment?: Rows;
  readonly files?: Rows;
}

/** Where git's configuration is. */
const gitFiles: Rows = [
  ['~/.gitconfig', "the user's git configuration; GIT_CONFIG_GLOBAL names another file"],
  ['.git/config', "the repository's, which its worktrees share"],
  ...program.files,
];

/** Variables and files in the manual pages of commands, where they differ from the program's own page. */
export const manual: Readonly<Record<string, Manual>> = {
  exec: {
    environment: [
      [
        'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION',
        'set for the command: the credentials and when they expire; not with --server or --imds',
      ],
      ['AWS_VAULT, CCVAULT_PROFILE', 'set for the command: the profile'],
      [
        'AWS_REGION, AWS_DEFAULT_REGION, CCVAULT_REGION',
        'set for the command: the region, where one is known',
      ],
      ['CCVAULT_POLICY', 'set for the command: the names of the policies that narrow the credentials'],
      [
        'AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN',
        'set for the command with --server: the endpoint and its token',
      ],
      ['AWS_EC2_METADATA_SERVICE_ENDPOINT', 'set for the command with --imds: the endpoint'],
      ['SHELL', 'the shell to start where no command is given'],
      ...program.environment,
    ],
  },
  login: {
    environment: [
      ['BROWSER', 'the browser, where --browser names none'],
      ['AWS_ENDPOINT_URL_SIGNIN', "the sign-in address to use instead of AWS's"],
      ...program.environment,
    ],
    files: [
      ...program.files,
      [
        'browsers',
        'in that folder: the browser profiles of --browser chrome and the like, with their cookies',
      ],
    ],
  },
  serve: {
    files: [
      ...program.files,
      [
        'servers',
        'in that folder: copies of the config file without the credentials of [default]; no secret',
      ],
    ],
  },
  status: {
    environment: [
      ['CCVAULT_PROFILE', 'the profile'],
      ['AWS_CREDENTIAL_EXPIRATION', 'when the credentials expire'],
      ['CCVAULT_POLICY', 'the names of the policies that narrow them'],
    ],
    files: [['none', 'it reads the environment only']],
  },
  'credential-helper': {
    environment: [['GIT_TERMINAL_PROMPT', '0: no prompts on the terminal'], ...program.environment],
  },
  'git setup': { files: gitFiles },
  'git unset': { files: gitFiles },
} satisfies Partial<Record<keyof typeof commands, Manual>>;

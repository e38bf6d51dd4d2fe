import type { CommandSpec } from './command.ts';
import { jsonOption, profileArgument, sessionOptions } from './options.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const shellInit = {
  section: 'use',
  summary: 'Print the code that defines ccuse in the current shell',
  description:
    'Prints code that defines `ccuse [PROFILE] [options of export]`, which gives the current shell the variables that ' +
    '`ccvault exec` gives a command, and removes those that exec removes. Without PROFILE it opens the picker. ' +
    '`ccuse --off` removes the credentials again. The shell warns once when less than ten minutes are left.',
  arguments: [
    {
      name: 'shell',
      required: true,
      choices: SHELLS,
      summary: 'The shell to define it in: bash, zsh, fish or powershell',
    },
  ],
  examples: [
    ['eval "$(ccvault shell-init bash)"', 'in ~/.bashrc'],
    ['eval "$(ccvault shell-init zsh)"', 'in ~/.zshrc, after compinit'],
    ['ccvault shell-init fish | source', 'in ~/.config/fish/config.fish'],
    ['ccvault shell-init powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
  ],
} as const satisfies CommandSpec;

/** For the shell function of the same name; a user who types it is told about the function. */
export const ccuse = {
  section: 'use',
  hidden: true,
  summary: 'Give the current shell the credentials of a profile',
  description:
    'ccuse is a shell function that `ccvault shell-init` defines: it gives the current shell the variables that ' +
    '`ccvault exec` gives a command, and removes those that exec removes. Without PROFILE it opens the picker.',
  arguments: [profileArgument],
  options: {
    ...sessionOptions,
    off: { kind: 'flag', summary: 'Remove the credentials from the shell' },
    shell: {
      kind: 'choice',
      value: 'SHELL',
      choices: SHELLS,
      hidden: true,
      summary: 'The shell to print code for',
    },
  },
  examples: [['ccvault ccuse --shell bash work', 'the code that `ccuse work` evaluates']],
} as const satisfies CommandSpec;

export const status = {
  section: 'use',
  summary: 'Show which credentials the current shell holds',
  description:
    'Prints the profile of the current shell and when its credentials expire. Reads only the environment, neither the ' +
    'vault nor a file. Prints nothing and exits with 1 if there are no credentials.',
  options: {
    short: { kind: 'flag', summary: 'Print a short form for a shell prompt, like "prod 42m"' },
    ...jsonOption,
  },
  conflicts: [{ options: ['short', 'json'], hint: 'give one of the two' }],
  examples: [
    ['ccvault status', 'the profile, and when its credentials expire'],
    ['ccvault status --short', 'for a shell prompt'],
  ],
  exitCodes: [['1', 'the shell holds no credentials from ccvault']],
} as const satisfies CommandSpec;

import type { CommandSpec } from './command.ts';
import { jsonOption, profileArgument, sessionOptions } from './options.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const shellInit = {
  section: 'use',
  summary: 'Print the code that defines ccuse for the present shell',
  description:
    'Prints code that defines `ccuse [PROFILE] [options of export]`: it gives the present shell the variables that ' +
    '`ccvault exec` gives a command, and removes those that it removes. Without PROFILE it opens the picker. ' +
    '`ccuse --off` takes the credentials away again. The shell says once when less than ten minutes are left.',
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

/** What the function of the same name asks for; a person who types it is told about the function. */
export const ccuse = {
  section: 'use',
  hidden: true,
  summary: 'Give the present shell the credentials of a profile',
  description:
    'ccuse is a function of your shell, which `ccvault shell-init` defines: it gives the present shell the variables ' +
    'that `ccvault exec` gives a command, and removes those that it removes. Without PROFILE it opens the picker.',
  arguments: [profileArgument],
  options: {
    ...sessionOptions,
    off: { kind: 'flag', summary: 'Take the credentials away from the shell' },
    shell: { kind: 'choice', value: 'SHELL', choices: SHELLS, hidden: true, summary: 'Whose code to print' },
  },
  examples: [['ccvault ccuse --shell bash work', 'the code that `ccuse work` evaluates']],
} as const satisfies CommandSpec;

export const status = {
  section: 'use',
  summary: 'Show whose credentials the present shell holds',
  description:
    'Prints the profile of the present shell and the time that its credentials have left, from the environment ' +
    'alone: no vault and no file is read. Prints nothing and ends with 1 where there is none.',
  options: {
    short: { kind: 'flag', summary: 'In a form for prompts, like "prod 42m"' },
    ...jsonOption,
  },
  conflicts: [{ options: ['short', 'json'], hint: 'give one of the two' }],
  examples: [
    ['ccvault status', 'the profile, and until when its credentials last'],
    ['ccvault status --short', 'for a prompt'],
  ],
  exitCodes: [['1', 'the shell holds no credentials from ccvault']],
} as const satisfies CommandSpec;

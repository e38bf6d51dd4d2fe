import type { CommandSpec } from './command.ts';
import { jsonOption, profileArgument } from './options.ts';

export const doctor = {
  section: 'other',
  summary: 'Find problems on this machine, and how to fix them',
  description:
    'Checks the key store, the files and their modes, the AWS configuration, keys, environment variables, the clock, ' +
    'the network settings and the git set-up. Each finding is one line with the command that fixes it. Changes ' +
    'nothing, prompts for nothing, and calls AWS only to compare the clock.',
  arguments: [
    {
      ...profileArgument,
      summary: 'Check only this profile, where a check concerns single profiles; all if omitted',
    },
  ],
  options: {
    online: { kind: 'flag', summary: 'Also ask AWS whether it accepts each stored key' },
    ...jsonOption,
  },
  examples: [
    ['ccvault doctor', 'everything, the worst first'],
    ['ccvault doctor work --online', 'one profile, and whether AWS accepts its key'],
  ],
  exitCodes: [
    ['0', 'no errors, though there may be warnings and notes'],
    ['1', 'at least one error'],
  ],
} as const satisfies CommandSpec;

export const completion = {
  section: 'other',
  summary: 'Print the completion script of a shell',
  description:
    'Prints a script that completes commands, options, their values, profile names, and the command that ' +
    '`ccvault exec` runs. The script asks ccvault at each TAB, so it is never out of date.',
  arguments: [
    {
      name: 'shell',
      required: true,
      choices: ['bash', 'zsh', 'fish', 'powershell'],
      summary: 'The shell to complete in: bash, zsh, fish or powershell',
    },
  ],
  examples: [
    ['source <(ccvault completion bash)', 'in ~/.bashrc'],
    [
      'alias av=ccvault; complete -F _ccvault av',
      'after that line, for an alias in bash; zsh and fish complete aliases on their own',
    ],
    ['ccvault completion zsh > "${fpath[1]}/_ccvault"', 'once, for zsh'],
    ['ccvault completion fish > ~/.config/fish/completions/ccvault.fish', 'once, for fish'],
    ['ccvault completion powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
  ],
} as const satisfies CommandSpec;

/** Called by the completion scripts; reads the config file and the index, never the backend. */
export const complete = {
  section: 'other',
  hidden: true,
  summary: 'Print the completions of the last word',
  description:
    'Prints what the shell has to complete itself (:none, :files, :directories, :commands, or :command N where the ' +
    'wrapped command begins at word N), then one value per line, with a TAB and a description where there is one. For ' +
    'the shell "profiles" it prints the names of the profiles and nothing else.',
  arguments: [
    {
      name: 'shell',
      required: true,
      choices: ['bash', 'zsh', 'fish', 'powershell', 'profiles'],
      summary: 'The shell whose quoting the words have',
    },
  ],
  tail: { shown: 'WORD...', summary: 'The words after ccvault, up to the one to complete' },
} as const satisfies CommandSpec;

import type { CommandSpec } from './command.ts';
import { jsonOption, profileArgument } from './options.ts';

export const doctor = {
  section: 'other',
  summary: 'Find what is wrong with this machine, and how to fix it',
  description:
    'Checks the key store, the files and their modes, the AWS configuration, keys, environment variables, the clock, ' +
    'the network settings and the git set-up. Each finding is one line with the command that fixes it. Changes ' +
    "nothing, asks nothing, and calls nobody but AWS's clock.",
  arguments: [
    {
      ...profileArgument,
      summary: 'Confine what concerns single profiles to this one; all where left out',
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
    'Prints a script that completes commands, options, their values and profile names, and what the command that ' +
    '`ccvault exec` runs completes itself. The script asks ccvault at each TAB, so it never gets out of date.',
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
      'after it: an alias in bash; zsh and fish complete aliases by themselves',
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
  summary: 'Print what can stand in the place of the last word',
  description:
    'Prints what the shell has to do itself (:none, :files, :directories, :commands, or :command N where the ' +
    'wrapped command begins at word N) and one value a line, with a TAB and a description where there is one. For the ' +
    'shell "profiles" it prints the names of the profiles and nothing else.',
  arguments: [
    {
      name: 'shell',
      required: true,
      choices: ['bash', 'zsh', 'fish', 'powershell', 'profiles'],
      summary: 'Whose quoting the words have',
    },
  ],
  tail: { shown: 'WORD...', summary: 'The words after ccvault, up to the one to complete' },
} as const satisfies CommandSpec;

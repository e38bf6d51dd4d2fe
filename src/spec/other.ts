import type { CommandSpec } from './command.ts';

export const completion = {
  section: 'other',
  summary: 'Print the completion script of a shell',
  description: 'Prints a script that completes commands, options and profile names.',
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
    ['ccvault completion zsh > "${fpath[1]}/_ccvault"', 'once, for zsh'],
    ['ccvault completion fish > ~/.config/fish/completions/ccvault.fish', 'once, for fish'],
    ['ccvault completion powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
  ],
} as const satisfies CommandSpec;

/** Called by the completion scripts; reads the config file and the index, never the backend. */
export const complete = {
  section: 'other',
  hidden: true,
  summary: 'Print the values that a completion script offers',
  description: 'Prints one value a line.',
  arguments: [{ name: 'subject', required: true, choices: ['profiles'], summary: 'What to print' }],
} as const satisfies CommandSpec;

import { isRemoved, REMOVED } from '../../core/child-env.ts';
import type { Variables } from '../../core/child-env.ts';
import { assignment } from '../../core/export-formats.ts';
import type { Environment } from '../../core/ports/environment.ts';

export type ShellName = 'bash' | 'zsh' | 'fish' | 'powershell';

/** By its first line the function `ccuse` tells code from a text, such as the help, which it shows. */
export const CODE_MARK = '# ccvault: variables';

/**
 * The code that makes a shell's variables those of a child of `exec`: what the child would not see is removed, also
 * where it is not exported, then what it would get is set. Evaluating it runs nothing, whatever the values; throws
 * CliError `config` for one that holds a line break.
 */
export function useCode(shell: ShellName, present: Environment, added: Variables): string {
  const own = Object.keys(present).filter((name) => isRemoved(name) && NAME.test(name));
  const removed = [...new Set([...REMOVED, ...own])].filter((name) => !Object.hasOwn(added, name));
  return code(shell, removed, present, added);
}

/** The code that unsets what `useCode` or `exec` set: the region too, unless it was changed since. */
export function offCode(shell: ShellName, present: Environment): string {
  const { AWS_REGION: region, AWS_DEFAULT_REGION: fallback, CCVAULT_REGION: given } = present;
  const regions = [
    ...(given !== undefined && region === given ? ['AWS_REGION'] : []),
    ...(given !== undefined && fallback === given ? ['AWS_DEFAULT_REGION'] : []),
  ];
  return code(shell, [...GIVEN, ...regions], present, {});
}

const GIVEN = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_VAULT',
  'CCVAULT_PROFILE',
  'CCVAULT_POLICY',
  'CCVAULT_REGION',
];

// No other name is a variable of a shell.
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function code(shell: ShellName, removed: readonly string[], present: Environment, added: Variables): string {
  const assignments = Object.entries(added).map(([name, value]) => assignment(FORMATS[shell], name, value));
  const removals = removed.map((name) => removal(shell, name, present[name] !== undefined));
  return [CODE_MARK, ...removals, ...assignments].map((line) => `${line}\n`).join('');
}

const FORMATS = { bash: 'export', zsh: 'export', fish: 'fish', powershell: 'powershell' } as const;

function removal(shell: ShellName, name: string, exported: boolean): string {
  switch (shell) {
    case 'bash':
    case 'zsh':
      return `unset -v ${name}`;
    case 'fish':
      // A universal variable is every shell's: it is hidden here, not erased everywhere.
      return exported ? `set -eg ${name}; set -q ${name}; and set -gu ${name}` : `set -eg ${name}`;
    case 'powershell':
      return `Remove-Item -LiteralPath Env:${name} -ErrorAction Ignore`;
  }
}

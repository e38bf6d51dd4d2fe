import { isRemoved, REMOVED } from '../../core/child-env.ts';
import type { Variables } from '../../core/child-env.ts';
import { assignment } from '../../core/export-formats.ts';
import type { Environment } from '../../core/ports/environment.ts';

export type ShellName = 'bash' | 'zsh' | 'fish' | 'powershell';

/** The first line of the code, by which the function `ccuse` tells it from text to print, such as help. */
export const CODE_MARK = '# ccvault: variables';

/**
 * The code that gives a shell the variables of a child of `exec`: it removes what the child would not see, even where
 * that is not exported, then sets what the child would get. Evaluating it runs nothing, whatever the values. Throws
 * CliError `config` for a value with a line break.
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

// Other names cannot be shell variables.
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
      // A universal variable belongs to every shell, so this hides it here instead of erasing it everywhere.
      return exported ? `set -eg ${name}; set -q ${name}; and set -gu ${name}` : `set -eg ${name}`;
    case 'powershell':
      return `Remove-Item -LiteralPath Env:${name} -ErrorAction Ignore`;
  }
}

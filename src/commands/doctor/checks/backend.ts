import { ccvaultCommand, commandLine } from '../../../core/command-line.ts';
import { hintLine } from '../../../core/errors.ts';
import { BACKEND_TEXT } from '../../../vault/keys/backend-names.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

/** Whether the key store is available, unlocked, and holds the keys that the index lists, and no others. */
export function checkBackend({ vault, profile }: Facts): readonly Finding[] {
  const found: Finding[] = [];
  const add = (severity: Finding['severity'], message: string, fix: string): void => {
    found.push({ severity, check: 'backend', message, fix });
  };
  if (vault.index === 'damaged') {
    add(
      'error',
      `${vault.indexPath} is damaged: ccvault does not know which keys are stored`,
      'ccvault list',
    );
  }
  if (vault.fault !== undefined) {
    const { message, hints } = vault.fault;
    add('error', message, hints.length > 0 ? hintLine(hints) : 'make it available, then run: ccvault doctor');
  }
  if (vault.items === undefined || vault.index !== 'read' || vault.backend === undefined) return found;
  const place = BACKEND_TEXT[vault.backend];
  const listed = vault.keys.map((entry) => entry.profile);
  const concerns = (name: string): boolean => profile === undefined || profile === name;
  for (const name of listed) {
    if (vault.items.includes(name) || !concerns(name)) continue;
    const fix = ccvaultCommand('remove', { options: ['-f'], operands: [name] });
    add('error', `${place} has no key for profile ${name}, though the index lists one`, fix);
  }
  for (const name of vault.items) {
    if (listed.includes(name) || !concerns(name)) continue;
    const fix = `${commandLine('rm', vault.indexPath)} && ccvault list`;
    add(
      'warning',
      `${place} has a key for profile ${name} that the index does not list: it is not used`,
      fix,
    );
  }
  return found;
}

/** With `--online`: keys that AWS does not accept. */
export function checkRefusedKeys({ vault }: Facts): readonly Finding[] {
  return [...vault.refused].map(([profile, error]) => ({
    severity: error.code === 'network' ? ('warning' as const) : ('error' as const),
    check: 'online',
    message: `the key of profile ${profile} could not be verified: ${error.message}`,
    fix: error.hints.length > 0 ? hintLine(error.hints) : ccvaultCommand('add', { operands: [profile] }),
  }));
}

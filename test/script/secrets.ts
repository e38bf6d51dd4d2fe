// No command may show a secret that it was not told to show, and the vault may hold none in the clear.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Captured, ScriptState } from './state.ts';

/** Shorter ones stand in other texts by chance. */
const SHORTEST = 8;

/** Throws when what was printed has a secret in it. With `secrets-ok` standard output may, and nothing else. */
export function checkPrinted(state: ScriptState, printed: Captured, stdoutMayHave: boolean): void {
  const places = [
    ['standard error', printed.stderr],
    ['the terminal', printed.terminal],
    ['standard output', stdoutMayHave ? '' : printed.stdout],
  ] as const;
  for (const [place, text] of places) {
    for (const [what, secret] of allSecrets(state)) {
      if (contains(text, secret)) throw new Error(`${what} is in ${place}`);
    }
  }
}

/** Throws when a file below the folder has a secret in the clear. */
export function checkFolder(state: ScriptState, folder: string): void {
  for (const file of filesBelow(folder)) {
    const text = readFileSync(file, 'latin1');
    for (const [what, secret] of allSecrets(state)) {
      if (contains(text, secret)) throw new Error(`${what} is in ${file}`);
    }
  }
}

function contains(text: string, secret: string): boolean {
  if (secret.length < SHORTEST) return false;
  // JSON in JSON and query strings hide a secret only from those who look for its plain form.
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')].some((form) =>
    text.includes(form),
  );
}

function allSecrets(state: ScriptState): Iterable<readonly [string, string]> {
  return [...state.secrets, ...state.secretSources.flatMap((source) => [...source()])];
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

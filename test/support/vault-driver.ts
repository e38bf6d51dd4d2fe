/**
 * Uses the file backend as one process: `vault-driver.ts FOLDER` reads a JSON array of operations (`["read", ITEM]`,
 * `["write", ITEM, VALUE]`, `["remove", ITEM]`, `["list"]`) from stdin and prints what came of each as a JSON array.
 * The passphrase is CCVAULT_PASSPHRASE.
 */
import { readFileSync } from 'node:fs';
import { isCliError } from '../../src/core/errors.ts';
import { openAgeVault } from '../../src/system/keystore/age-vault.ts';
import { createVaultSystem } from './vault-system.ts';

const vault = openAgeVault(createVaultSystem(process.argv[2] ?? '', { env: process.env }));

async function perform([operation, item = '', value = '']: readonly string[]): Promise<unknown> {
  switch (operation) {
    case 'read':
      return await vault.read(item);
    case 'write':
      return await vault.write(item, value);
    case 'remove':
      return await vault.remove(item);
    default:
      return await vault.list();
  }
}

const operations: readonly (readonly string[])[] = JSON.parse(readFileSync(0, 'utf8'));
const outcomes: unknown[] = [];
for (const operation of operations) {
  try {
    outcomes.push({ result: await perform(operation) });
  } catch (error) {
    if (!isCliError(error)) throw error;
    outcomes.push({ code: error.code ?? '', message: error.message, hints: error.hints });
  }
}
console.log(JSON.stringify(outcomes));

/**
 * Uses the keyring as one process, for tests that do it under both runtimes. `keyring-driver.ts LIMIT [DIALOG]` reads a JSON
 * array of operations (`["answers"]`, `["read", ITEM]`, `["write", ITEM, VALUE]`, `["remove", ITEM]`, `["rename", FROM, TO]`, `["list"]`)
 * from stdin and prints what came of each as a JSON array. LIMIT is the time limit in milliseconds, DIALOG that of a
 * dialog. With `holds-items` after both, the keyring is known to hold items of ours.
 */
import { readFileSync } from 'node:fs';
import { isCliError } from '../../src/core/errors.ts';
import { keyringAnswers, openKeyring } from '../../src/system/keystore/keyring.ts';
import { createBase } from '../../src/system/create-base.ts';
import { createSystem } from '../../src/system/create-system.ts';

export type Operation = readonly ['answers' | 'read' | 'write' | 'remove' | 'rename' | 'list', ...string[]];

/** A result that is undefined is left out; an error has a code. */
export interface Outcome {
  readonly result?: unknown;
  readonly code?: string;
  readonly message?: string;
  readonly hints?: readonly string[];
}

const [, , limit, dialog = '120000', holdsItems] = process.argv;
const limits = { answer: Number(limit), dialog: Number(dialog) };
const options = { holdsItems: holdsItems === 'holds-items' };
const system = createSystem(createBase(() => ['']));

async function perform([operation, item = '', value = '']: Operation): Promise<unknown> {
  if (operation === 'answers') return await keyringAnswers(system, limits);
  const keyring = await openKeyring(system, options, limits);
  switch (operation) {
    case 'read':
      return await keyring.read(item);
    case 'write':
      return await keyring.write(item, value);
    case 'remove':
      return await keyring.remove(item);
    case 'rename':
      return await keyring.rename?.(item, value);
    default:
      return await keyring.list();
  }
}

async function outcomeOf(operation: Operation): Promise<Outcome> {
  try {
    return { result: await perform(operation) };
  } catch (error) {
    if (!isCliError(error)) throw error;
    return { code: error.code ?? '', message: error.message, hints: error.hints };
  }
}

const operations: readonly Operation[] = JSON.parse(readFileSync(0, 'utf8'));
const outcomes: Outcome[] = [];
for (const operation of operations) outcomes.push(await outcomeOf(operation));
console.log(JSON.stringify(outcomes));

// Asks on the terminal, for tests with a real one: `ask.ts KIND QUESTION`, the result as JSON on standard output.

import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCliError } from '../../src/core/errors.ts';
import { createTerminal } from '../../src/system/terminal/terminal.ts';

const [kind = '', question = ''] = process.argv.slice(2);
const terminal = createTerminal(process.env);
const choices = ['dev', 'prod-admin', 'prod-read'].map((value) => ({ value, label: `profile ${value}` }));

/** How many descriptors are on the terminal; the runtimes close theirs in a thread, so they get a second for it. */
async function openTerminals(): Promise<number> {
  let count = 0;
  for (let tries = 0; tries < 50; tries += 1) {
    count = readdirSync('/proc/self/fd').filter((fd) => targetOf(fd) === '/dev/tty').length;
    if (count === 0) break;
    await sleep(20);
  }
  return count;
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

async function ask(): Promise<unknown> {
  if (kind === 'unavailable') return (await terminal.unavailable()) ?? null;
  if (kind === 'ask') return terminal.ask(question);
  if (kind === 'hidden') return terminal.askHidden(question);
  if (kind === 'confirm') return terminal.confirm(question);
  if (kind === 'choose') return terminal.choose(question, choices);
  if (kind === 'choose-then-ask') {
    const answers = [await terminal.choose(question, choices), await terminal.ask('Code:')];
    return { answers, terminals: await openTerminals() };
  }
  if (kind === 'both') return Promise.all([terminal.ask(question), terminal.askHidden('second')]);
  if (kind === 'then') {
    const answer = await terminal.askHidden(question);
    const terminals = await openTerminals();
    // The program that follows reads its own line, echoed and edited by the terminal as always.
    const child = spawnSync(
      '/bin/sh',
      ['-c', 'echo next: >/dev/tty; read -r line </dev/tty; stty -a </dev/tty >/dev/tty; echo "$line"'],
      {
        encoding: 'utf8',
      },
    );
    return {
      answer,
      terminals,
      listeners: ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name)),
      child: child.stdout,
    };
  }
  throw new Error(`unknown: ${kind}`);
}

try {
  process.stdout.write(`${JSON.stringify(await ask())}\n`);
} catch (error) {
  if (!isCliError(error)) throw error;
  process.stdout.write(`${JSON.stringify({ kind: error.kind, message: error.message, code: error.code })}\n`);
  process.exitCode = error.exitCode;
}

// Asks on the terminal, for tests with a real one: `ask.ts KIND QUESTION`, the result as JSON on standard output.

import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { isCliError } from '../../src/core/errors.ts';
import { createTerminal } from '../../src/system/terminal.ts';

const [kind = '', question = ''] = process.argv.slice(2);
const terminal = createTerminal(process.env);
const choices = ['dev', 'prod-admin', 'prod-read'].map((value) => ({ value, label: `profile ${value}` }));

async function ask(): Promise<unknown> {
  if (kind === 'available') return terminal.available();
  if (kind === 'ask') return terminal.ask(question);
  if (kind === 'hidden') return terminal.askHidden(question);
  if (kind === 'confirm') return terminal.confirm(question);
  if (kind === 'choose') return terminal.choose(question, choices);
  if (kind === 'both') return Promise.all([terminal.ask(question), terminal.askHidden('second')]);
  if (kind === 'then') {
    const answer = await terminal.askHidden(question);
    const open = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    });
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
      terminals: open.filter((path) => path === '/dev/tty').length,
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

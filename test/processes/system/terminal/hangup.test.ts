// A terminal that goes away while a question stands on it.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUILDS, findBuild } from '../../../support/builds.ts';
import { Pty } from '../../../support/pty.ts';
import { requires } from '../../../support/requires.ts';

describe('a question on a terminal that hangs up', { skip: requires('script') }, () => {
  for (const name of BUILDS) {
    for (const { title, before } of [
      { title: 'ends with the terminal', before: 'trap "echo ended >&3; exit" HUP' },
      { title: 'is cancelled under nohup', before: 'trap "" HUP' },
    ]) {
      it(`${title}, without a trace (${name})`, async () => {
        const { program, node = '' } = findBuild(name);
        const home = mkdtempSync(join(tmpdir(), 'ccvault-hangup-'));
        const log = join(home, 'log');
        const line = `${before}; "$@" add work 2>>"$0"; echo ended >&3`;
        const words = [node, program].filter((word) => word !== '');
        const terminal = Pty.spawn('/bin/sh', ['-c', `exec 3>>"$0"; ${line}`, log, ...words], {
          env: { PATH: process.env['PATH'], HOME: home, CCVAULT_BACKEND: 'file', TERM: 'xterm' },
        });
        try {
          await terminal.expect(/Access key id:/);
          await terminal.hangUp();
          const deadline = Date.now() + 10_000;
          while (!readFileSync(log, 'utf8').includes('ended') && Date.now() < deadline) await sleep(20);
          assert.match(readFileSync(log, 'utf8'), /^(?:ccvault: error: cancelled\n)?(?:ended\n)+$/);
        } finally {
          await terminal.hangUp();
          rmSync(home, { recursive: true, force: true });
        }
      });
    }
  }
});

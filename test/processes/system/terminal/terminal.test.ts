import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { findBun, findNode } from '../../../support/builds.ts';
import { Pty } from '../../../support/pty.ts';
import { requires } from '../../../support/requires.ts';

const PROGRAM = join(import.meta.dirname, '../../../support/ask.ts');

let dir: string;
let compiled: string | undefined;
let open: Pty[] = [];

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccvault-terminal-'));
  const bun = findBun();
  if (bun === undefined) return;
  // As the standalone build is made: what works under `bun run` may not work compiled.
  compiled = join(dir, 'program');
  const flags = ['--compile', '--minify', '--bytecode', '--format=esm'];
  const made = spawnSync(bun, ['build', ...flags, PROGRAM, '--outfile', compiled], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
});

after(() => {
  rmSync(dir, { recursive: true, force: true });
});

afterEach(async () => {
  await Promise.all(open.map((pty) => pty.hangUp()));
  open = [];
});

const RUNTIMES: readonly [string, () => readonly string[] | undefined][] = [
  ['node', () => withProgram(findNode())],
  ['compiled bun', () => (compiled === undefined ? undefined : [compiled])],
];

function withProgram(runtime: string | undefined): readonly string[] | undefined {
  return runtime === undefined ? undefined : [runtime, PROGRAM];
}

/** The program with all three standard streams elsewhere; its result is in the file `name`. */
function startOn(
  command: readonly string[],
  name: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Pty {
  const [program = '', ...args] = command;
  const redirect = 'out=$1; shift; exec "$@" </dev/null >"$out" 2>"$out.err"';
  const pty = Pty.spawn('/bin/sh', ['-c', redirect, 'sh', join(dir, name), program, ...args, ...words], {
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...env },
  });
  open.push(pty);
  return pty;
}

function result(name: string): unknown {
  const text = readFileSync(join(dir, name), 'utf8');
  assert.notEqual(text, '', readFileSync(join(dir, `${name}.err`), 'utf8'));
  return JSON.parse(text);
}

const starter =
  (command: () => readonly string[]) =>
  (name: string, words: readonly string[], env?: Record<string, string>): Pty =>
    startOn(command(), name, words, env);

for (const [runtime, find] of RUNTIMES) {
  describe(
    `prompts on ${runtime}`,
    { skip: requires('script') || (runtime !== 'node' && findBun() === undefined) },
    () => {
      const start = starter(() => find() ?? []);

      for (const TERM of ['xterm-256color', 'dumb']) {
        describe(`TERM=${TERM}`, () => {
          it('asks in the open', async () => {
            const pty = start('ask', ['ask', 'Access key id:'], { TERM });
            await pty.expect(/Access key id:/);
            pty.send('AKIX');
            pty.send('\u007F');
            await pty.answer('A');
            assert.equal(await pty.wait(), 0);
            assert.equal(result('ask'), 'AKIA');
            assert.match(pty.text, /AKIX/);
            assert.equal(readFileSync(join(dir, 'ask.err'), 'utf8'), '');
          });

          it('shows nothing of a hidden answer, not its length either', async () => {
            const pty = start('hidden', ['hidden', 'Secret:'], { TERM });
            await pty.expect(/Secret:/);
            await pty.answer('pässwörd');
            assert.equal(await pty.wait(), 0);
            assert.equal(result('hidden'), 'pässwörd');
            assert.doesNotMatch(pty.output, /[pä]ssw|\*\*/);
          });

          it('takes only yes for a yes', async () => {
            for (const [typed, meant] of [
              ['y', true],
              ['n', false],
              ['', false],
            ] as const) {
              const pty = start('confirm', ['confirm', 'Remove it?'], { TERM });
              await pty.expect(/Remove it\?.*\(y\/N\)/);
              await pty.answer(typed);
              assert.equal(await pty.wait(), 0);
              assert.equal(result('confirm'), meant);
            }
          });

          for (const [key, name] of [
            ['\u0003', 'Ctrl-C'],
            ['\u0004', 'Ctrl-D'],
          ] as const) {
            it(`ends with 130 on ${name}`, async () => {
              const pty = start('cancel', ['hidden', 'Secret:'], { TERM });
              await pty.expect(/Secret:/);
              pty.send(key);
              assert.equal(await pty.wait(), 130);
              assert.deepEqual(result('cancel'), { kind: 'interrupted', message: 'cancelled' });
              assertRestored(pty);
            });
          }

          it('escapes what a question brings along', async () => {
            const pty = start('escape', ['ask', 'evil\u001B[2J\u202Ename:'], { TERM });
            await pty.expect(/evil\\u\{1b\}\[2J\\u\{202e\}name:/);
            await pty.answer('');
            assert.equal(await pty.wait(), 0);
          });

          it('leaves the terminal to the program that follows', async () => {
            const pty = start('then', ['then', 'Secret:'], { TERM });
            await pty.expect(/Secret:/);
            await pty.answer('first');
            await pty.expect(/next:/);
            await pty.answer('second');
            assert.equal(await pty.wait(), 0);
            assert.deepEqual(result('then'), {
              answer: 'first',
              terminals: 0,
              listeners: [0, 0, 0],
              child: 'second\n',
            });
            assert.match(pty.text, /next:\nsecond\n(.*\n)*.*[^-]icanon(.*\n)*.*[^-]echo /);
          });
        });
      }

      it('writes no escape sequence on a dumb terminal', async () => {
        const pty = start('plain', ['choose', 'Profile:'], { TERM: 'dumb' });
        await pty.expect(/\(1-3\)/);
        await pty.answer('9');
        await pty.expect(/\(1-3\)/);
        await pty.answer('2');
        assert.equal(await pty.wait(), 0);
        assert.equal(result('plain'), 'prod-admin');
        assert.equal(pty.output.includes('\u001B'), false);
      });

      it('finds a choice by the words that are typed', async () => {
        const pty = start('choose', ['choose', 'Profile:']);
        await pty.expect(/profile prod-read/);
        pty.send('read prod');
        await pty.expect(/read prod +1 of 3[^]*profile prod-read/);
        pty.send('\r');
        assert.equal(await pty.wait(), 0);
        assert.equal(result('choose'), 'prod-read');
      });

      it('answers two questions with two lines pasted at once, and shows nothing of a secret', async () => {
        const pty = start('pasted', ['both', 'first:']);
        await pty.expect(/first:/);
        pty.send('AKIA\rs3cr3t\rrest\r');
        assert.equal(await pty.wait(), 0);
        assert.deepEqual(result('pasted'), ['AKIA', 's3cr3t']);
        assert.doesNotMatch(pty.output, /s3cr3t/);
      });

      it('gives a choice no more than its line', async () => {
        const pty = start('chosen', ['choose-then-ask', 'Profile:']);
        await pty.expect(/profile prod-read/);
        pty.send('read\r123456\r');
        assert.equal(await pty.wait(), 0);
        assert.deepEqual(result('chosen'), { answers: ['prod-read', '123456'], terminals: 0 });
      });

      it('keeps arrows and their like out of an answer, and erases what was typed', async () => {
        const pty = start('edited', ['ask', 'Name:']);
        await pty.expect(/Name:/);
        await pty.answer('wrong\u0015\u001B[D\u001BOA\u001B[1;5Cb\u001Bxü字\u007Fn\u0000');
        assert.equal(await pty.wait(), 0);
        assert.equal(result('edited'), 'bün');
      });

      it('writes no escape sequence at any question, nor at a choice without TERM', async () => {
        for (const [kind, TERM, answer] of [
          ['ask', 'xterm', 'x'],
          ['hidden', 'xterm', 'x'],
          ['confirm', 'xterm', 'y'],
          ['choose', '', '1'],
          ['choose', 'dumb', '1'],
        ] as const) {
          const pty = start('plain', [kind, 'Question:'], { TERM });
          await pty.expect(/Question:/);
          await pty.answer(answer);
          assert.equal(await pty.wait(), 0);
          assert.ok(!pty.output.includes('\u001B'), `${kind} on TERM=${TERM}`);
        }
      });

      it('asks one thing at a time', async () => {
        const pty = start('both', ['both', 'first:']);
        await pty.expect(/first:/);
        await pty.answer('one');
        await pty.expect(/second/);
        await pty.answer('two');
        assert.equal(await pty.wait(), 0);
        assert.deepEqual(result('both'), ['one', 'two']);
      });

      for (const [signal, code] of [
        ['TERM', 143],
        ['HUP', 129],
        ['INT', 130],
        ['QUIT', 131],
      ] as const) {
        for (const kind of ['hidden', 'choose']) {
          it(`gives the terminal back before it dies of SIG${signal} at ${kind}`, async () => {
            const [program = '', ...args] = find() ?? [];
            const asked = join(dir, `asked-${runtime}-${signal}-${kind}`);
            const script =
              '"$@" & pid=$!; until [ -e "$ASKED" ]; do sleep 0.05; done; kill -$SIG $pid; wait $pid; echo "ended $?"; stty -a';
            const pty = Pty.spawn('/bin/sh', ['-c', script, 'sh', program, ...args, kind, 'Secret:'], {
              env: { PATH: process.env['PATH'], TERM: 'xterm', SIG: signal, ASKED: asked },
            });
            open.push(pty);
            await pty.expect(/Secret:/);
            writeFileSync(asked, '');
            await pty.expect(new RegExp(`ended ${code}`));
            await pty.wait();
            assert.match(pty.text, /[^-]icanon/);
            assert.match(pty.text, /[^-]echo /);
            assertRestored(pty);
          });
        }
      }

      it('knows when there is no terminal', () => {
        const [program = '', ...args] = find() ?? [];
        const run = (word: string): unknown =>
          JSON.parse(spawnSync('setsid', ['-w', program, ...args, word, 'Q'], { encoding: 'utf8' }).stdout);
        assert.equal(run('unavailable'), 'no terminal is available');
        assert.deepEqual(run('ask'), {
          kind: 'failure',
          message: 'no terminal is available: no such device or address',
          code: 'no-terminal',
        });
      });

      it('is available with every standard stream redirected', async () => {
        const pty = start('unavailable', ['unavailable']);
        assert.equal(await pty.wait(), 0);
        assert.equal(result('unavailable'), null);
      });
    },
  );
}

function assertRestored(pty: Pty): void {
  assert.ok(
    pty.output.lastIndexOf('\u001B[?25h') >= pty.output.lastIndexOf('\u001B[?25l'),
    'the cursor is hidden',
  );
}

// Many processes that need the same session at once ask once and call once.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { BUILDS, findBuild } from '../support/builds.ts';
import { Home, until } from '../support/home.ts';
import type { Ended } from '../support/home.ts';
import type { Pty } from '../support/pty.ts';
import { requires } from '../support/requires.ts';

const SHOW = ['exec', 'prod', '--', 'sh', '-c', 'echo $AWS_ACCESS_KEY_ID'];
const PROMPT = /MFA code for arn:aws:iam::111122223333:mfa\/dana/;

let home: Home | undefined;

afterEach(async () => {
  await home?.end();
  home = undefined;
});

async function open(...args: Parameters<typeof Home.withKey>): Promise<Home> {
  home = await Home.withKey(...args);
  home.aws.calls.clear();
  return home;
}

function runs({ countFile }: Home): number {
  return existsSync(countFile) ? readFileSync(countFile, 'utf8').split('\n').length - 1 : 0;
}

function allTheSame(results: readonly Ended[]): void {
  for (const { code, stderr } of results) assert.equal(code, 0, stderr);
  const keys = new Set(results.map(({ stdout }) => stdout));
  assert.equal(keys.size, 1);
  assert.match([...keys].join(''), /^ASIA\w+\n$/);
}

// A prompt that nobody answers would wait for ever.
const TIME_LIMIT = 60_000;

describe('with nothing cached', { timeout: TIME_LIMIT }, () => {
  for (const build of BUILDS) {
    // Each process of the npm build derives the passphrase's key anew, one after the other.
    const count = build === 'standalone' ? 100 : 6;

    it(`${count} exec at once ask once and make one call a step (${build})`, async () => {
      const at = await open({ build });
      at.configure('', `mfa_process = ${at.countingMfaProcess()}`);
      await at.ok(['lock']);
      allTheSame(await Promise.all(Array.from({ length: count }, () => at.run(SHOW))));
      assert.equal(runs(at), 1);
      assert.deepEqual(at.aws.calls.counts(), { GetSessionToken: 1, AssumeRole: 1 });
    });
  }

  it('both builds at once do so together', async () => {
    const at = await open();
    at.configure('', `mfa_process = ${at.countingMfaProcess()}`);
    const { node = '', program } = findBuild('npm');
    allTheSame(
      await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          index % 2 === 0 ? at.run(SHOW) : at.start([node, program, ...SHOW]).ended,
        ),
      ),
    );
    assert.equal(runs(at), 1);
    assert.deepEqual(at.aws.calls.counts(), { GetSessionToken: 1, AssumeRole: 1 });
  });

  it('those who wait for one that is killed go on at once, and ask themselves', async () => {
    const at = await open();
    const held = join(at.root, 'held');
    const before = `if mkdir '${held}.taken' 2>/dev/null; then echo $$ > '${held}'; exec sleep 60; fi`;
    at.configure('', `mfa_process = ${at.countingMfaProcess(before)}`);
    const holder = at.start(['ccvault', ...SHOW]);
    await until(() => existsSync(held) && readFileSync(held, 'utf8').endsWith('\n'));
    const waiting = Array.from({ length: 8 }, () => at.start(['ccvault', ...SHOW]));
    await until(() => waiting.every((one) => /waiting for ccvault pid/.test(one.said())));
    holder.child.kill('SIGKILL');
    allTheSame(await Promise.all(waiting.map(({ ended }) => ended)));
    process.kill(Number(readFileSync(held, 'utf8')), 'SIGKILL');
    assert.equal((await holder.ended).code, 137);
    assert.equal(runs(at), 2);
    assert.deepEqual(at.aws.calls.counts(), { GetSessionToken: 1, AssumeRole: 1 });
  });
});

describe('at terminals', { skip: requires('script'), timeout: TIME_LIMIT }, () => {
  it('eight of them ask on one, and the answer serves all', async () => {
    const at = await open();
    const terminals = Array.from({ length: 8 }, () => at.terminal(SHOW));
    const asked = await firstToAsk(terminals);
    await allWait(terminals, asked);
    await asked.answer(at.user.totp());
    for (const terminal of terminals) assert.equal(await terminal.wait(), 0, terminal.text);
    assert.equal(terminals.filter((one) => PROMPT.test(one.text)).length, 1);
    assert.equal(new Set(terminals.map((one) => /ASIA\w+/.exec(one.text)?.[0])).size, 1);
    assert.deepEqual(at.aws.calls.counts(), { GetSessionToken: 1, AssumeRole: 1 });
  });

  it('Ctrl-C at the prompt ends all who wait; whoever comes later is asked', async () => {
    const at = await open();
    const terminals = Array.from({ length: 8 }, () => at.terminal(SHOW));
    const asked = await firstToAsk(terminals);
    await allWait(terminals, asked);
    asked.send('\u0003');
    for (const terminal of terminals) assert.equal(await terminal.wait(), 130, terminal.text);
    assert.equal(terminals.filter((one) => PROMPT.test(one.text)).length, 1);
    assert.deepEqual(at.aws.calls.operations(), []);

    const later = at.terminal(SHOW);
    await later.expect(PROMPT);
    await later.answer(at.user.totp());
    assert.equal(await later.wait(), 0);
  });

  it('a terminal that goes away frees those who wait, and one of them asks', async () => {
    const at = await open();
    const terminals = Array.from({ length: 3 }, () => at.terminal(SHOW));
    const asked = await firstToAsk(terminals);
    await allWait(terminals, asked);
    await asked.hangUp();
    const rest = terminals.filter((one) => one !== asked);
    const next = await firstToAsk(rest);
    await next.answer(at.user.totp());
    for (const terminal of rest) assert.equal(await terminal.wait(), 0, terminal.text);
    assert.deepEqual(at.aws.calls.counts(), { GetSessionToken: 1, AssumeRole: 1 });
  });

  it('the passphrase is asked for on one of them, too', async (t) => {
    const at = await open();
    at.configure('', `mfa_process = ${at.countingMfaProcess()}`);
    await at.ok(['export', 'prod']);
    if (!(await at.isUnlocked())) return t.skip('no kernel keyring here');
    await at.ok(['lock']);
    const noPassphrase = { CCVAULT_PASSPHRASE: undefined };
    const terminals = Array.from({ length: 4 }, () => at.terminal(SHOW, noPassphrase));
    const asked = await firstToAsk(terminals, /Passphrase for/);
    await allWait(terminals, asked);
    await asked.answer(at.passphrase);
    for (const terminal of terminals) assert.equal(await terminal.wait(), 0, terminal.text);
    assert.equal(terminals.filter((one) => /Passphrase for/.test(one.text)).length, 1);
  });
});

/** The terminal that shows the prompt. */
async function firstToAsk(terminals: readonly Pty[], prompt = PROMPT): Promise<Pty> {
  await until(() => terminals.some((one) => prompt.test(one.text)));
  const found = terminals.find((one) => prompt.test(one.text));
  assert.ok(found);
  await found.expect(prompt);
  return found;
}

/** The others say whom they wait for. */
async function allWait(terminals: readonly Pty[], asked: Pty): Promise<void> {
  for (const one of terminals) if (one !== asked) await one.expect(/waiting for ccvault pid \d+/);
}

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { findBun, findNode } from '../../support/builds.ts';

const PROGRAM = join(import.meta.dirname, '../../support/fly.ts');
const MANY = 20;
const FEW = 4;

let root: string;
let file: string;
let children: ChildProcess[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccvault-flight-'));
  file = join(root, 'made');
  children = [];
});

afterEach(() => {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

class Flight {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  text = '';

  constructor(...how: string[]) {
    // Both runtimes, in turn: they wait for one another.
    const runtime = (children.length % 2 === 0 ? undefined : findBun()) ?? findNode() ?? process.execPath;
    this.child = spawn(runtime, [PROGRAM, join(root, 'locks'), file, ...how], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(this.child);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.text += text));
    this.ended = once(this.child, 'close');
  }

  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      assert.equal(this.child.exitCode, null, this.text);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async result(): Promise<string> {
    await this.ended;
    return this.text.trimEnd().split('\n').at(-1) ?? '';
  }

  get made(): boolean {
    return /^making$/m.test(this.text);
  }
}

/** One that makes and is not done yet, and those who wait for it. */
async function inTheAir(
  holder: string[],
  waiter: string[],
  count: number,
): Promise<{ first: Flight; rest: Flight[] }> {
  const first = new Flight(...holder);
  await first.says(/making/);
  const rest = Array.from({ length: count }, () => new Flight(...waiter));
  for (const one of rest) await one.says(new RegExp(`waiting for ccvault pid ${first.child.pid} .testing.`));
  return { first, rest };
}

const land = (): void => writeFileSync(`${file}.go`, '');

describe('processes that wait for one', { timeout: 120_000 }, () => {
  it('find what it made', async () => {
    const { first, rest } = await inTheAir(['succeed'], ['succeed'], MANY);
    land();
    for (const one of [first, ...rest]) assert.equal(await one.result(), `got made by ${first.child.pid}`);
    assert.deepEqual(rest.filter((one) => one.made).length, 0);
  });

  it('go on when it is killed: one makes, the others find', async () => {
    const { first, rest } = await inTheAir(['succeed'], ['succeed'], MANY);
    first.child.kill('SIGKILL');
    land();
    const results = new Set(await Promise.all(rest.map((one) => one.result())));
    const [maker, ...more] = rest.filter((one) => one.made);
    assert.deepEqual([...results], [`got made by ${maker?.child.pid}`]);
    assert.deepEqual(more, []);
  });

  for (const [code, count] of [
    ['mfa-refused', MANY],
    ['no-code', FEW],
    ['sign-in-failed', FEW],
    ['sign-in-needed', FEW],
    ['wrong-passphrase', FEW],
    ['interrupted', FEW],
  ] as const) {
    it(`fail as it did, with its code and hints: ${code}`, async () => {
      const { first, rest } = await inTheAir(['fail', code], ['succeed'], count);
      land();
      const kind = code === 'interrupted' ? code : 'aws';
      const error = { kind, message: `fail of ${first.child.pid}`, hints: ['first', 'second'], code };
      for (const one of [first, ...rest]) assert.equal(await one.result(), `failed ${JSON.stringify(error)}`);
      assert.equal(rest.filter((one) => one.made).length, 0);
      const later = new Flight('succeed');
      assert.equal(await later.result(), `got made by ${later.child.pid}`);
    });
  }

  for (const code of ['network', 'prompt-impossible', 'AccessDenied']) {
    it(`try themselves after what another try may mend: ${code}`, async () => {
      const { rest } = await inTheAir(['fail', code], ['succeed'], FEW);
      land();
      await Promise.all(rest.map((one) => one.result()));
      assert.equal(rest.filter((one) => one.made).length, 1);
    });
  }

  it('try themselves when they bring what the one lacked', async () => {
    const { rest } = await inTheAir(['fail', 'mfa-refused'], ['stubborn', 'mfa-refused'], FEW);
    land();
    await Promise.all(rest.map((one) => one.result()));
    assert.equal(rest.filter((one) => one.made).length, FEW);
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Environment } from '../../../../src/core/ports/environment.ts';
import { systemClock } from '../../../../src/system/clock.ts';
import { Vault } from '../../../../src/vault/keys/vault.ts';
import { SessionKey } from '../../../../src/vault/sessions/session-key.ts';
import type { SessionKeySystem } from '../../../../src/vault/sessions/session-key.ts';
import { cliError } from '../../../support/files.ts';
import { createIndexSystem } from '../../../support/index-writer.ts';
import { collect, memoryStore } from '../../../support/resolve-bench.ts';
import { silentTerminal } from '../../../support/silent-terminal.ts';

interface Kept {
  readonly description: string;
  readonly seconds: number;
}

let folder: string;
let items: Map<string, string>;
let kernel: Map<string, Uint8Array>;
let kept: Kept[];
let kernelReads: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccvault-session-key-'));
  items = new Map();
  kernel = new Map();
  kept = [];
  kernelReads = 0;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process of its own: it shares the backend and the kernel with those before it, and nothing else. */
function open(env: Environment = {}): SessionKey {
  const system: SessionKeySystem = {
    ...createIndexSystem(folder),
    env,
    clock: systemClock,
    out: collect([]),
    terminal: silentTerminal(),
    keyringAnswers: async () => true,
    keyStore: async (name) => ({ ...memoryStore(items), name }),
    readyAnswers: () => undefined,
    kernelKeyring: {
      async read(description) {
        kernelReads += 1;
        return kernel.get(description);
      },
      async store(description, bytes, seconds) {
        kept.push({ description, seconds });
        kernel.set(description, bytes);
        return true;
      },
      async drop(description) {
        kernel.delete(description);
      },
      async names(prefix) {
        return [...kernel.keys()].filter((name) => name.startsWith(prefix));
      },
    },
  };
  return new SessionKey(system, new Vault(system, 'file'));
}

describe('the session key', () => {
  it('is made once, and kept in the kernel for half a day', async () => {
    const made = await open().getOrMake();
    assert.equal(made.length, 32);
    assert.deepEqual(
      kept.map(({ seconds }) => seconds),
      [12 * 3600],
    );
    assert.match(kept[0]?.description ?? '', /^ccvault:\w+$/);
    assert.deepEqual(await open().get(), made);
    assert.equal(kept.length, 1);
  });

  it('comes from the backend where the kernel has lost it, and is kept again', async () => {
    const made = await open().getOrMake();
    kernel.clear();
    assert.deepEqual(await open({ CCVAULT_UNLOCK_TTL: '15m' }).get(), made);
    assert.deepEqual(
      kept.map(({ seconds }) => seconds),
      [12 * 3600, 900],
    );
  });

  it('never goes to the kernel with CCVAULT_UNLOCK_TTL=0, nor comes from there', async () => {
    const env = { CCVAULT_UNLOCK_TTL: '0' };
    const made = await open(env).getOrMake();
    assert.deepEqual(await open(env).get(), made);
    assert.deepEqual(kept, []);
    assert.equal(kernelReads, 0);
    // What another process has kept is not used either.
    assert.deepEqual(await open().get(), made);
    kernelReads = 0;
    items.clear();
    assert.equal(await open(env).get(), undefined);
    assert.equal(kernelReads, 0);
  });

  it('leaves the kernel with lock()', async () => {
    await open().getOrMake();
    await open().lock();
    assert.equal(kernel.size, 0);
  });

  it('leaves the kernel with lock() under every name it ever had, and nobody else does', async () => {
    for (let lost = 0; lost < 3; lost += 1) {
      await open().getOrMake();
      rmSync(join(folder, 'index.json'), { force: true });
    }
    assert.equal(kernel.size, 3);
    const others = [`ccvault:${'f'.repeat(32)}`, 'ccvault:ready', 'another program'];
    for (const name of others) kernel.set(name, new TextEncoder().encode(`${'k'.repeat(32)}/another/vault`));
    await open().lock();
    assert.deepEqual([...kernel.keys()], others);
  });

  it('is none where the kernel or the backend holds something else', async () => {
    await open().getOrMake();
    for (const [description] of kernel) kernel.set(description, new Uint8Array(31));
    for (const damaged of ['', '!', btoa('short'), btoa('x'.repeat(33))]) {
      items.set('session-key', damaged);
      assert.equal(await open().get(), undefined, damaged);
    }
  });

  it('takes no time that cannot be read', async () => {
    for (const text of ['soon', '-1', '1d', ' 5m']) {
      await assert.rejects(
        open({ CCVAULT_UNLOCK_TTL: text }).getOrMake(),
        cliError('usage', /CCVAULT_UNLOCK_TTL/, /15m/),
      );
    }
  });
});

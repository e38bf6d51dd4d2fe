// Killed at any moment of `add`: the key that was there works, and the vault opens.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { UserHandle } from '../aws/world.ts';
import { Home } from '../support/home.ts';
import { stagedFiles } from '../support/files.ts';
import { requires } from '../support/requires.ts';
import { readCalls, straced } from '../support/strace.ts';

const KILLED = 137;

describe('add, killed', { skip: requires('strace') }, () => {
  let home: Home;
  let second: UserHandle;
  let kept: string;
  let moments: readonly (readonly [call: string, nth: number])[];

  before(async () => {
    home = await Home.withKey();
    second = home.aws.world.addUser({ account: '111122223333', name: 'erin' });
    kept = join(home.root, 'kept');
    cpSync(home.vault, kept, { recursive: true });
    // What it does when nobody kills it tells where it can be killed.
    const trace = join(home.root, 'trace');
    const done = await add(straced(trace, 'fsync,rename'));
    assert.equal(done.code, 0, done.stderr);
    const counts = new Map<string, number>();
    moments = readCalls(trace).map(({ name }) => {
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      return [name, nth] as const;
    });
  });

  after(() => home.end());

  function add(under: readonly string[] = []): ReturnType<Home['run']> {
    const input = home.keyJson(second);
    return home.run(['add', 'two', '--stdin', '--region', 'eu-west-1', '--no-verify'], { input, under });
  }

  it('at each sync and rename keeps the first key, and can be run again', async () => {
    assert.ok(moments.length >= 8, `only ${moments.length} moments`);
    const opened = new Set<string>();
    for (const [call, nth] of moments) {
      const moment = `${call} ${nth}`;
      rmSync(home.vault, { recursive: true });
      cpSync(kept, home.vault, { recursive: true });
      home.configure('');
      const config = readFileSync(home.config, 'utf8');

      const trace = straced('/dev/null', call, '-e', `inject=${call}:signal=SIGKILL:when=${nth}`);
      const killed = await add(trace);
      assert.equal(killed.code, KILLED, `${moment}: ${killed.stderr}`);

      // A bare key is handed out by opening the vault itself, which takes a while: the same bytes open but once.
      const left = vaultFiles(home.vault);
      if (!opened.has(left)) {
        const first = await home.run(['export', 'dev', '-n', '--format', 'json']);
        assert.equal(first.code, 0, `${moment}: ${first.stderr}`);
        assert.equal(secretIn(first.stdout), home.user.secretAccessKey, moment);
      }
      opened.add(left);

      const text = readFileSync(home.config, 'utf8');
      assert.ok(text.startsWith(config), `${moment}: the config file was damaged`);

      // The index tells of the second key only where the vault has it.
      const listed = JSON.parse((await home.ok(['list', '--json'])).stdout) as Row[];
      const row = listed.find(({ profile }) => profile === 'two');
      if (row?.hasKey === true) {
        const { stdout } = await home.ok(['export', 'two', '-n', '--format', 'json']);
        assert.equal(secretIn(stdout), second.secretAccessKey, moment);
      }
    }
    const again = await add();
    assert.equal(again.code, 0, again.stderr);
    const { stdout } = await home.ok(['export', 'two', '-n', '--format', 'json']);
    assert.equal(secretIn(stdout), second.secretAccessKey);
    assert.deepEqual(stagedFiles(home.vault), []);
  });

  it('at its very first write leaves no vault, and the next add makes one', async () => {
    rmSync(home.vault, { recursive: true });
    home.configure('');
    const killed = await add(straced('/dev/null', 'fsync', '-e', 'inject=fsync:signal=SIGKILL:when=1'));
    assert.equal(killed.code, KILLED);
    const again = await add();
    assert.equal(again.code, 0, again.stderr);
    await home.ok(['export', 'two', '-n']);
  });
});

/** The vault's own file, and the names of all there are. */
function vaultFiles(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.startsWith('vault.age'));
  return [...names, readFileSync(join(folder, 'vault.age'), 'latin1')].join('\n');
}

function secretIn(json: string): string {
  return (JSON.parse(json) as { SecretAccessKey: string }).SecretAccessKey;
}

interface Row {
  readonly profile: string;
  readonly hasKey: boolean;
}

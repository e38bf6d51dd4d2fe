// git setup and git unset beside real `git config`: neither loses what the other writes.

import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BUILDS, findBuild } from '../support/builds.ts';
import { requires } from '../support/requires.ts';
import { startPlayground, type Playground } from './playground.ts';

const WRITERS = 4;
const WRITES = 100;

for (const build of BUILDS) {
  describe(`git's configuration under its lock, ${build} build`, { skip: requires('git') }, () => {
    let place: Playground;

    before(async () => {
      place = await startPlayground(findBuild(build));
    });
    after(() => place.stop());

    test('every write that git config confirmed is there', async () => {
      const writer = (number: number): Promise<string> =>
        place.ok(
          `for n in $(seq ${WRITES}); do git config --global made.w${number}x$n yes 2>/dev/null && echo w${number}x$n; done; true`,
        );
      const setups = place.ok(
        'for n in $(seq 10); do ccvault git setup --global && ccvault git unset --global || exit; done',
      );
      const confirmed = (await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number))))
        .join('')
        .trim()
        .split('\n');
      await setups;
      const kept = new Set(
        (await place.ok(`git config --global --name-only --get-regexp '^made\\.'`)).split('\n'),
      );
      assert.deepEqual(
        confirmed.filter((name) => !kept.has(`made.${name}`)),
        [],
      );
      assert.ok(!existsSync(join(place.home, '.gitconfig.lock')));
    });

    test('a lock that stays is named, with what to do, and nothing is changed', async () => {
      rmSync(join(place.home, '.gitconfig'), { force: true });
      writeFileSync(join(place.home, '.gitconfig.lock'), '');
      const { code, stderr } = await place.run('ccvault git setup --global');
      assert.equal(code, 3);
      assert.match(
        stderr,
        /another program holds the lock[\s\S]*hint: .*: rm '?[^\n]*\.gitconfig\.lock'?\n$/,
      );
      assert.ok(!existsSync(join(place.home, '.gitconfig')));
      rmSync(join(place.home, '.gitconfig.lock'));
    });
  });
}

// That the set-up of `git clone` and `git setup` reaches every submodule, with real git and no configuration of the user.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { BUILDS, findBuild } from '../support/builds.ts';
import { quote } from '../support/pty.ts';
import { requires } from '../support/requires.ts';
import { repositoryUrl, startPlayground, type Playground } from './playground.ts';

const ACCOUNT = '111122223333';

for (const build of BUILDS) {
  describe(`submodules with the ${build} build`, { skip: requires('git') }, () => {
    let place: Playground;
    /** Each repository's own folder, as a word of the shell. */
    const folders = new Map<string, string>();

    beforeEach(async () => {
      place = await startPlayground(findBuild(build));
      const { world, codecommit } = place.aws;
      const alice = world.addUser({ account: ACCOUNT, name: 'alice' });
      for (const name of ['outer', 'middle', 'inner', 'late']) {
        const repository = world.addRepository({
          account: ACCOUNT,
          region: 'eu-west-1',
          name,
          files: { 'a.txt': `${name}\n` },
        });
        folders.set(name, quote(codecommit.pathOf(repository)));
      }
      await place.add('work', alice, '--region eu-west-1');
      await embed('middle', 'inner');
      await embed('outer', 'middle');
    });
    afterEach(() => place.stop());

    /** Commits a submodule to a repository, past the network, at the newest commit of both. */
    async function embed(whole: string, part: string, url = repositoryUrl(part)): Promise<void> {
      const section = `[submodule "${part}"]\\n\\tpath = sub/${part}\\n\\turl = ${url}\\n`;
      await place.ok(
        `rm -rf tmp && git clone -q ${folders.get(whole)} tmp && cd tmp && printf '${section}' >> .gitmodules && ` +
          `git update-index --add --cacheinfo 160000,$(git --git-dir ${folders.get(part)} rev-parse main),sub/${part} && ` +
          `git add .gitmodules && git commit -q -m ${part} && git push -q origin HEAD:main`,
      );
    }

    /** Adds a file to the innermost repository and moves those around it on. */
    async function changeInner(): Promise<void> {
      for (const [whole, part] of [
        ['inner', ''],
        ['middle', 'inner'],
        ['outer', 'middle'],
      ] as const) {
        const change =
          part === ''
            ? 'echo x > new.txt && git add new.txt'
            : `git update-index --cacheinfo 160000,$(git --git-dir ${folders.get(part)} rev-parse main),sub/${part}`;
        await place.ok(
          `rm -rf tmp && git clone -q ${folders.get(whole)} tmp && cd tmp && ${change} && git commit -q -m x && git push -q origin HEAD:main`,
        );
      }
    }

    const INNER = 'outer/sub/middle/sub/inner';

    test('a clone with them: pull, update and fetch reach the nested ones', async () => {
      const said = await place.ok('ccvault git clone --profile work outer -- -q --recurse-submodules');
      assert.equal(place.read(`${INNER}/a.txt`), 'inner\n');
      // What git cannot be told is said.
      assert.match(said, /hint: git clones new submodules .*: ccvault git setup --global --profile=work\n/);
      await changeInner();
      await place.ok('cd outer && git pull -q --recurse-submodules');
      assert.equal(place.read(`${INNER}/new.txt`), 'x\n');
      await place.ok(`cd ${INNER} && git fetch -v && git push origin HEAD:refs/heads/topic`);
      await place.ok('cd outer && git submodule update --init --recursive --remote');
      // A repository without set-up of its own would have asked for a user name.
      const config = place.read('outer/.git/modules/middle/modules/inner/config');
      assert.match(config, /profile = "work"/);
      assert.match(config, /\[credential "https:\/\/git-codecommit\.eu-west-1\.amazonaws\.com"\]/);
    });

    test('one that is added later: as said, with the configuration of the user', async () => {
      await place.ok('ccvault git clone --profile work outer -- -q --recurse-submodules');
      await embed('outer', 'late');
      const failed = await place.run('cd outer && git pull -q && git submodule update --init --recursive');
      assert.notEqual(failed.code, 0);
      await place.ok('ccvault git setup --global --profile=work');
      await place.ok('cd outer && git submodule update --init --recursive');
      assert.equal(place.read('outer/sub/late/a.txt'), 'late\n');
      // Nothing is left to say then.
      assert.doesNotMatch(await place.ok('cd outer && ccvault git setup --profile work'), /hint/);
    });

    test('git setup reaches those that are there, git unset takes it out of each', async () => {
      await place.ok('ccvault git setup --global --profile work');
      await place.ok(`git clone -q --recurse-submodules ${repositoryUrl('outer')}`);
      await place.ok('ccvault git unset --global');
      const configs = [
        'outer/.git/config',
        'outer/.git/modules/middle/config',
        'outer/.git/modules/middle/modules/inner/config',
      ];
      const before = configs.map((path) => place.read(path));
      // Of a commit without the submodule its repository stays, and git fetches in it.
      await place.ok('cd outer && git checkout -q main~1 && rm -rf sub');
      assert.match(await place.ok('cd outer && ccvault git setup --profile work'), /those of its submodules/);
      await place.ok('cd outer && git checkout -q main && git submodule update --init --recursive');
      await changeInner();
      await place.ok('cd outer/.git/.. && git pull -q --recurse-submodules');
      assert.equal(place.read(`${INNER}/new.txt`), 'x\n');
      assert.match(await place.ok('cd outer && ccvault git setup --profile work'), /nothing to change/);
      await place.ok('cd outer && ccvault git unset');
      for (const [index, path] of configs.entries()) {
        // Git itself has written a line or two of its own by now; ours are gone.
        assert.doesNotMatch(place.read(path), /ccvault/, path);
        assert.ok(place.read(path).startsWith((before[index] ?? '').slice(0, 40)), path);
      }
    });

    test('a clone that stays after a submodule failed is set up, and says who signed', async () => {
      await embed('outer', 'late', repositoryUrl('nowhere'));
      const { code, stderr } = await place.run(
        'ccvault git clone --profile work outer -- -q --recurse-submodules',
      );
      assert.notEqual(code, 0);
      assert.match(
        stderr,
        /hint: credentials for \S+ come from profile work; see whose .*: ccvault whoami work\n/,
      );
      await place.ok('cd outer && git fetch');
    });

    test('a repository around a clone that fails is left alone', async () => {
      await place.ok('git init -q around && mkdir around/empty');
      const before = place.read('around/.git/config');
      for (const directory of ['around/empty', 'around/fresh']) {
        const { code } = await place.run(`ccvault git clone --profile work nowhere ${directory}`);
        assert.equal(code, 128);
      }
      assert.equal(place.read('around/.git/config'), before);
    });

    test('codecommit:// says who signed when AWS refuses', async () => {
      const { code, stderr } = await place.run('git clone -q codecommit://work@nowhere');
      assert.equal(code, 128);
      assert.match(stderr, /come from profile work; see whose they are with: ccvault whoami work\n/);
      await place.ok('git clone -q codecommit://work@inner && cd inner && git fetch');
      place.env['AWS_PROFILE'] = 'work';
      const named = await place.run('git clone -q codecommit::eu-west-1://nowhere');
      assert.match(named.stderr, /come from profile work/);
    });
  });
}

// What people do with CodeCommit, with real git, against the stand-in.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { startMetadata } from '../aws/metadata.ts';
import type { UserHandle } from '../aws/world.ts';
import { BUILDS, findBuild } from '../support/builds.ts';
import { requires } from '../support/requires.ts';
import { repositoryUrl, startPlayground, type Playground } from './playground.ts';

const HOME_ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const HOUR = 3_600_000;

/** Commits a file of this name and pushes it. */
function addFile(clone: string, name: string): string {
  return `cd ${clone} && echo ${name} > ${name} && git add ${name} && git commit -q -m ${name} && git push -q`;
}

for (const build of BUILDS) {
  describe(`git with the ${build} build`, { skip: requires('git', 'script') }, () => {
    let place: Playground;
    let alice: UserHandle;

    beforeEach(async () => {
      place = await startPlayground(findBuild(build));
    });
    afterEach(() => place.stop());

    /** A user with a key in the vault, and a repository of the same account. */
    async function aliceWithRepository(mfa: boolean): Promise<void> {
      const { world } = place.aws;
      alice = world.addUser({ account: HOME_ACCOUNT, name: 'alice', mfa });
      const files = { 'README.md': 'hello\n' };
      world.addRepository({ account: HOME_ACCOUNT, region: 'eu-west-1', name: 'demo', files });
      await place.add('work', alice, '--region eu-west-1');
    }

    test('a key without MFA: the quoted form in the clone, fetch and push', async () => {
      await aliceWithRepository(false);
      const helper = `--config 'credential.helper=!ccvault credential-helper --profile work $@' --config credential.UseHttpPath=true`;
      await place.ok(`git clone -q ${helper} ${repositoryUrl('demo')}`);
      assert.equal(place.read('demo/README.md'), 'hello\n');
      await place.ok('cd demo && git fetch');
      await place.ok(addFile('demo', 'new.txt'));
      await place.ok(`git clone -q ${helper} ${repositoryUrl('demo')} again`);
      assert.equal(place.read('again/new.txt'), 'new.txt\n');
      // One session for all of it, and the key itself never signed for git.
      assert.equal(place.aws.calls.count('GetSessionToken'), 1);
      for (const call of place.aws.calls.log.filter(
        (one) => one.service === 'codecommit' && one.status === 200,
      )) {
        assert.match(call.accessKeyId, /^ASIA/);
      }
    });

    test('a key with MFA: the prompt comes while git waits, and once', async () => {
      await aliceWithRepository(true);
      await place.ok('ccvault git setup --global --profile work');
      const first = place.onTerminal(`git clone ${repositoryUrl('demo')}`);
      await first.expect(/MFA code for arn:aws:iam::111122223333:mfa\/alice: /);
      await first.answer(alice.totp());
      assert.equal(await first.wait(), 0, first.text);
      assert.equal(place.read('demo/README.md'), 'hello\n');
      const second = place.onTerminal('cd demo && git fetch -v');
      assert.equal(await second.wait(), 0, second.text);
      assert.doesNotMatch(second.text, /MFA code/);
      await place.ok(addFile('demo', 'new.txt'));
      assert.equal(place.aws.calls.count('GetSessionToken'), 1);
    });

    test('a key with MFA and no terminal: one line with the command to run, and no user name asked', async () => {
      await aliceWithRepository(true);
      await place.ok('ccvault git setup --global --profile work');
      const none = await place.run(`git clone -q ${repositoryUrl('demo')}`);
      assert.equal(none.code, 128);
      assert.match(
        none.stderr,
        /ccvault: error: profile work requires an MFA code, but no terminal is available/,
      );
      assert.match(none.stderr, /ccvault: hint: .*ccvault refresh work/);
      assert.match(none.stderr, /told us to quit/);
      for (const [line, reason] of [
        ['GIT_TERMINAL_PROMPT=0 git', 'GIT_TERMINAL_PROMPT=0'],
        ['git -c credential.interactive=false', 'credential.interactive=false'],
      ]) {
        const refused = place.onTerminal(`${line} clone -q ${repositoryUrl('demo')}`);
        assert.equal(await refused.wait(), 128);
        assert.match(
          refused.text,
          new RegExp(String.raw`requires an MFA code, but prompts are disabled \(${reason}\)`),
        );
      }
      assert.equal(place.aws.calls.count('GetSessionToken'), 0);
    });

    test('clone, fetch and push in three commands, from codecommit:// and from a name', async () => {
      await aliceWithRepository(true);
      const clone = place.onTerminal('ccvault git clone codecommit://work@demo');
      await clone.expect(/MFA code for .*: /);
      await clone.answer(alice.totp());
      assert.equal(await clone.wait(), 0, clone.text);
      assert.match(clone.text, /MFA code[\s\S]*Cloning into 'demo'/);
      await place.ok(
        `cd demo && git fetch && test "$(git config remote.origin.url)" = ${repositoryUrl('demo')}`,
      );
      await place.ok(addFile('demo', 'new.txt'));
      await place.ok('ccvault git clone --profile work demo bare.git -- --bare --quiet');
      assert.match(place.read('bare.git/config'), /profile = "work"/);
      // The clone is set up as by git setup, so that is nothing new, and git unset takes it back.
      assert.match(await place.ok('cd demo && ccvault git setup --profile work'), /nothing to change/);
      await place.ok('cd demo && ccvault git unset');
      assert.doesNotMatch(place.read('demo/.git/config'), /ccvault/);
    });

    test(
      'a role of another account that demands MFA, over a day',
      { skip: requires('faketime') },
      async () => {
        const { world } = place.aws;
        alice = world.addUser({ account: HOME_ACCOUNT, name: 'alice', mfa: true });
        const role = world.addRole({
          account: OTHER_ACCOUNT,
          name: 'git',
          trust: { principals: [alice.arn], mfa: true, mfaMaxAge: 86_400 },
        });
        world.addRepository({
          account: OTHER_ACCOUNT,
          region: 'eu-west-1',
          name: 'shared',
          readers: [role.arn],
          writers: [role.arn],
          files: { 'README.md': 'shared\n' },
        });
        await place.add('base', alice, '--region eu-west-1');
        const config = place.read('.aws/config');
        place.write(
          '.aws/config',
          `${config}get_session_token_duration_seconds = 86400\n\n[profile shared]\nrole_arn = ${role.arn}\nsource_profile = base\nmfa_serial = ${alice.mfaSerial}\nregion = eu-west-1\n`,
        );
        await place.ok('ccvault git setup --global --profile shared --alias');
        const clone = place.onTerminal(`git clone ${repositoryUrl('shared')}`);
        await clone.expect(/MFA code for .*: /);
        await clone.answer(alice.totp());
        assert.equal(await clone.wait(), 0, clone.text);
        assert.equal(place.aws.calls.count('AssumeRole'), 1);

        // Two hours on: the role is assumed anew, nobody is asked. FAKETIME moves git and ccvault, the skew moves AWS.
        const later = (hours: number): string => {
          place.aws.clock.skew(hours * HOUR);
          return `cd shared && faketime -f +${hours}h git`;
        };
        await place.ok(`${later(2)} fetch`);
        assert.equal(place.aws.calls.count('AssumeRole'), 2);
        assert.equal(place.aws.calls.count('GetSessionToken'), 1);

        // A day on: git says what to run, and git mfa renews the session.
        const ended = await place.run(`${later(25)} fetch`);
        assert.equal(ended.code, 128);
        assert.match(ended.stderr, /profile shared requires an MFA code/);
        const renew = place.onTerminal(`${later(25)} mfa`);
        await renew.expect(/MFA code for .*: /);
        await renew.answer(alice.totp());
        assert.equal(await renew.wait(), 0, renew.text);
        assert.match(renew.text, /profile shared: good until/);
        await place.ok(`${later(25)} fetch`);
        assert.equal(place.aws.calls.count('GetSessionToken'), 2);
      },
    );

    test('two accounts side by side, one of them in GovCloud', async () => {
      const { world } = place.aws;
      world.addAccount(OTHER_ACCOUNT, 'aws-us-gov');
      await aliceWithRepository(false);
      const bob = world.addUser({ account: OTHER_ACCOUNT, name: 'bob' });
      const files = { 'README.md': 'gov\n' };
      world.addRepository({ account: OTHER_ACCOUNT, region: 'us-gov-west-1', name: 'repo', files });
      await place.add('account1-gov', bob, '--region us-gov-west-1');
      await place.ok('git clone -q codecommit://account1-gov@repo gov');
      await place.ok('ccvault git clone --profile work demo -- --quiet');
      assert.equal(place.read('gov/README.md'), 'gov\n');
      await place.ok(addFile('gov', 'one.txt'));
      await place.ok(addFile('demo', 'two.txt'));
      await place.ok(
        'cd gov && git pull -q && git remote show origin && git ls-remote codecommit::us-gov-west-1://account1-gov@repo',
      );
      assert.match(place.read('gov/.git/config'), /url = codecommit:\/\/account1-gov@repo/);
    });

    test(
      'a build machine: container, then instance, the global set-up, npm install',
      { skip: requires('npm') },
      async () => {
        const { world } = place.aws;
        const role = world.addRole({ account: HOME_ACCOUNT, name: 'build', trust: {} });
        const manifest = JSON.stringify({ name: 'dependency', version: '1.2.3' });
        world.addRepository({
          account: HOME_ACCOUNT,
          region: 'eu-west-1',
          name: 'dependency',
          readers: [role.arn],
          writers: [],
          files: { 'package.json': manifest },
        });
        const metadata = await startMetadata(place.aws, role);
        try {
          await place.ok('ccvault git setup --global');
          for (const [name, variables] of [
            ['container', metadata.containerEnv],
            ['instance', { ...metadata.instanceEnv, AWS_EC2_METADATA_DISABLED: 'false' }],
          ] as const) {
            const before = { ...place.env };
            Object.assign(place.env, variables);
            const url = `git+${repositoryUrl('dependency')}`;
            place.write(`${name}/package.json`, JSON.stringify({ dependencies: { dependency: url } }));
            await place.ok(
              `cd ${name} && npm install --no-audit --no-fund --no-update-notifier --cache ../npm-${name}`,
            );
            const installed = place.read(`${name}/node_modules/dependency/package.json`);
            assert.match(installed, /"version": ?"1.2.3"/);
            const pushed = await place.run(
              `git clone -q ${repositoryUrl('dependency')} ${name}-clone && ${addFile(`${name}-clone`, 'x')}`,
            );
            assert.match(pushed.stderr, /403/);
            for (const added of Object.keys(variables)) delete place.env[added];
            Object.assign(place.env, before);
          }
        } finally {
          await metadata.stop();
        }
      },
    );

    test('GitHub beside it: the same answer before and after', async () => {
      await aliceWithRepository(false);
      place.write('.git-credentials', 'https://someone:token@github.com\n');
      place.write('.gitconfig', '[credential]\n\thelper = store\n\tuseHttpPath = false');
      const before = readFileSync(join(place.home, '.gitconfig'));
      const fill = `printf 'protocol=https\\nhost=github.com\\npath=a/b.git\\n\\n' | git credential fill`;
      const answer = await place.ok(fill);
      assert.match(answer, /password=token/);
      await place.ok('ccvault git setup --global --profile work');
      assert.equal(await place.ok(fill), answer);
      await place.ok(`git clone -q ${repositoryUrl('demo')}`);
      // The helper that stores passwords was given none of ours.
      assert.equal(place.read('.git-credentials'), 'https://someone:token@github.com\n');
      await place.ok('ccvault git unset --global');
      assert.deepEqual(readFileSync(join(place.home, '.gitconfig')), before);
    });
  });
}

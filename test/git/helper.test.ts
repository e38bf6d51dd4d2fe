// How the credential helper behaves beyond the plain flows: other hosts, many at once, whose credentials, what shows.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { UserHandle } from '../aws/world.ts';
import { BUILDS, findBuild } from '../support/builds.ts';
import { quote } from '../support/pty.ts';
import { requires } from '../support/requires.ts';
import { repositoryUrl, startPlayground, type Playground } from './playground.ts';

const ACCOUNT = '111122223333';

/** A line that asks the helper as git would. */
function ask(host: string, options = '', more = 'path=v1/repos/demo'): string {
  return `printf 'protocol=https\\nhost=${host}\\n${more}\\n\\n' | ccvault credential-helper ${options} get`;
}

const HOST = 'git-codecommit.eu-west-1.amazonaws.com';
// What waits for a person who may not be asked has failed.
const MUST_FAIL_AT_ONCE_MS = 5000;

for (const build of BUILDS) {
  describe(`the credential helper of the ${build} build`, { skip: requires('git', 'script') }, () => {
    let place: Playground;
    let alice: UserHandle;

    beforeEach(async () => {
      place = await startPlayground(findBuild(build));
      alice = place.aws.world.addUser({ account: ACCOUNT, name: 'alice' });
    });
    afterEach(() => place.stop());

    test('eight submodules at once ask once', async () => {
      const { world, codecommit, calls } = place.aws;
      const withMfa = world.addUser({ account: ACCOUNT, name: 'mia', mfa: true });
      await place.add('work', withMfa, '--region eu-west-1');
      const whole = world.addRepository({ account: ACCOUNT, region: 'eu-west-1', name: 'whole' });
      const commands = ['git init -q whole', 'cd whole'];
      let modules = '';
      for (let number = 1; number <= 8; number++) {
        const name = `part${number}`;
        const part = world.addRepository({
          account: ACCOUNT,
          region: 'eu-west-1',
          name,
          files: { 'part.txt': `${name}\n` },
        });
        const bare = quote(codecommit.pathOf(part));
        commands.push(
          `git update-index --add --cacheinfo 160000,$(git --git-dir ${bare} rev-parse main),${name}`,
        );
        modules += `[submodule "${name}"]\n\tpath = ${name}\n\turl = ${repositoryUrl(name)}\n`;
      }
      place.write('modules', modules);
      commands.push('cp ../modules .gitmodules', 'git add .gitmodules', 'git commit -q -m parts');
      commands.push(`git push -q ${quote(codecommit.pathOf(whole))} HEAD:main`);
      await place.ok(commands.join(' && '));

      await place.ok('ccvault git setup --global --profile work');
      await place.ok(
        `git --git-dir ${quote(codecommit.pathOf(whole))} --work-tree . archive main | tar -x .gitmodules`,
      );
      const clone = place.onTerminal(`cd whole && git submodule update --init --jobs 8`);
      await clone.expect(/MFA code for .*: /);
      await clone.answer(withMfa.totp());
      assert.equal(await clone.wait(60_000), 0, clone.text);
      assert.equal(clone.text.match(/MFA code for/g)?.length, 1);
      assert.equal(calls.count('GetSessionToken'), 1);
      assert.equal(place.read('whole/part8/part.txt'), 'part8\n');
      // With the session there, all of it in one go, and nothing but the clone's settings to say how.
      await place.ok('ccvault git unset --global');
      await place.ok('ccvault git clone --profile work whole again -- --quiet --recurse-submodules -j8');
      assert.equal(place.read('again/part1/part.txt'), 'part1\n');
    });

    test('the hosts of every form', async () => {
      const { world } = place.aws;
      world.addAccount('222233334444', 'aws-cn');
      const chen = world.addUser({ account: '222233334444', name: 'chen' });
      await place.add('work', alice, '--region us-east-1');
      await place.add('china', chen, '--region cn-north-1');
      const files = { 'README.md': 'x\n' };
      world.addRepository({ account: ACCOUNT, region: 'us-east-1', name: 'demo', files });
      world.addRepository({ account: '222233334444', region: 'cn-north-1', name: 'demo', files });
      await place.ok('ccvault git setup --global');
      for (const [profile, host] of [
        ['work', 'git-codecommit-fips.us-east-1.amazonaws.com'],
        ['work', 'vpce-0a1b2c-d3e4.git-codecommit.us-east-1.vpce.amazonaws.com'],
        ['work', 'vpce-0a1b2c-d3e4-us-east-1a.git-codecommit-fips.us-east-1.vpce.amazonaws.com'],
        ['china', 'git-codecommit.cn-north-1.amazonaws.com.cn'],
      ]) {
        await place.ok(`AWS_PROFILE=${profile} git clone -q https://${host}/v1/repos/demo ${host}`);
      }
      await place.ok('AWS_USE_FIPS_ENDPOINT=true ccvault git clone codecommit://work@demo fips -- --quiet');
      assert.match(place.read('fips/.git/config'), /url = https:\/\/git-codecommit-fips\.us-east-1/);
    });

    test('other hosts, store and erase touch nothing', { skip: requires('strace') }, async () => {
      // A config that cannot be read and a vault that is none would be complained about.
      place.env['AWS_CONFIG_FILE'] = place.home;
      place.env['CCVAULT_HOME'] = '/dev/null/vault';
      const lines = [
        ask('github.com'),
        ask(`${HOST}.evil.example`),
        ask('github.com', '--profile nobody'),
        ask('', '', 'path=x'),
        `printf 'protocol=http\\nhost=${HOST}\\npath=v1/repos/x\\n\\n' | ccvault credential-helper get`,
        'ccvault credential-helper store < /dev/null',
        'ccvault credential-helper erase < /dev/null',
        'ccvault credential-helper future-operation < /dev/null',
        'git-credential-ccvault store < /dev/null',
      ];
      for (const line of lines) {
        assert.deepEqual(await place.run(line), { code: 0, stdout: '', stderr: '' }, line);
      }
      await place.ok(`printf 'protocol=https\\nhost=github.com\\n\\n' > request`);
      await place.ok('strace -f -qq -e trace=file,network -o trace ccvault credential-helper get < request');
      assert.match(place.read('trace'), /execve/);
      assert.doesNotMatch(place.read('trace'), /\.aws|\.ccvault|share\/ccvault|\/dev\/null\/vault|AF_INET/);
      assert.deepEqual(await place.run('ccvault credential-helper capability'), {
        code: 0,
        stdout: 'version 0\n',
        stderr: '',
      });
    });

    test('whose credentials', async () => {
      const { world } = place.aws;
      const bob = world.addUser({ account: ACCOUNT, name: 'bob' });
      const carol = world.addUser({ account: ACCOUNT, name: 'carol' });
      const envUser = world.addUser({ account: ACCOUNT, name: 'env' });
      for (const [name, user] of [
        ['work', alice],
        ['bob@home', bob],
        ['default', carol],
      ] as const) {
        await place.add(`'${name}'`, user);
      }
      world.addRepository({ account: ACCOUNT, region: 'eu-west-1', name: 'demo', files: { a: 'a' } });
      await place.ok(
        'ccvault git setup --global && git init -q repo && cd repo && ccvault git setup --profile work',
      );
      const keys = `AWS_ACCESS_KEY_ID=${envUser.accessKeyId} AWS_SECRET_ACCESS_KEY=${envUser.secretAccessKey}`;
      const url = repositoryUrl('demo');
      const cases: readonly (readonly [line: string, who: string])[] = [
        [`git ls-remote ${url}`, 'carol'],
        [`${keys} git ls-remote ${url}`, 'env'],
        [`${keys} AWS_PROFILE=bob@home git ls-remote ${url}`, 'bob'],
        [`${keys} AWS_PROFILE=bob@home git -C repo ls-remote ${url}`, 'alice'],
        [`git -C repo -c credential.${url}.username=bob@home ls-remote ${url}`, 'bob'],
        [`git -C repo -c credential.${url}.username=nobody ls-remote ${url}`, 'alice'],
        [
          `git -C repo -c 'credential.helper=!ccvault credential-helper --profile bob@home' -c credential.https://${HOST}.helper= -c 'credential.https://${HOST}.helper=!ccvault credential-helper --profile bob@home' ls-remote ${url}`,
          'bob',
        ],
        [`ccvault exec bob@home -- git ls-remote ${url}`, 'bob'],
        [`git ls-remote codecommit::eu-west-1://bob@home@demo`, 'bob'],
      ];
      for (const [line, who] of cases) {
        place.aws.calls.clear();
        await place.ok(line);
        const last = place.aws.calls.log.findLast((call) => call.service === 'codecommit');
        assert.equal(last?.who, `arn:aws:iam::${ACCOUNT}:user/${who}`, line);
      }
    });

    test('what goes wrong is said in two lines, and git stops', async () => {
      await place.add('work', alice);
      for (const [line, error] of [
        [ask(HOST, '--profile nobody'), /there is no profile nobody/],
        [ask(HOST, '--profile work', 'x=y'), /did not say which repository/],
        [ask(HOST, '--profile work', 'path=v1/repos/../x'), /not the path of a CodeCommit repository/],
        [ask(`${HOST}\\nhost=github.com`, '--profile work'), /two different values of host/],
        [ask(`${HOST}\\r`, '--profile work'), /control character/],
        [ask('git.example', '--profile work --allow-host git.example'), /--allow-host needs --region/],
      ] as const) {
        const { code, stdout, stderr } = await place.run(line);
        assert.equal(code, 0);
        assert.equal(stdout, 'quit=1\n', line);
        assert.match(stderr, error);
        assert.match(stderr, /^ccvault: error: .*\nccvault: hint: .*\n$/);
      }
    });

    test('a path left out where git setup is in force is the fault of who asks', async () => {
      await place.add('work', alice);
      const line = ask(HOST, '--profile work', 'x=y');
      assert.match((await place.run(line)).stderr, /git did not say which[\s\S]*: ccvault git setup\n$/);
      await place.ok('ccvault git setup --global');
      for (const asked of [line, ask(HOST, '', 'path='), ask(HOST.toUpperCase(), '', 'path=/')]) {
        const { stdout, stderr } = await place.run(asked);
        assert.equal(stdout, 'quit=1\n');
        assert.match(
          stderr,
          /the calling program left out the repository, although credential.useHttpPath is on/,
        );
        assert.doesNotMatch(stderr, /ccvault git setup/);
      }
      await place.ok(`git config --global credential.https://${HOST}.useHttpPath false`);
      assert.match((await place.run(line)).stderr, /: ccvault git setup\n$/);
    });

    test('the documented way to ask the helper whose credentials it gives', async () => {
      await place.add('work', alice, '--region eu-west-1');
      place.aws.world.addRepository({
        account: ACCOUNT,
        region: 'eu-west-1',
        name: 'demo',
        files: { a: 'a' },
      });
      await place.ok('ccvault git setup --global --profile work');
      const said = await place.ok(
        `git -c credential.helper= -c 'credential.helper=!ccvault --debug credential-helper' ls-remote ${repositoryUrl('demo')}`,
      );
      assert.match(said, /ccvault: debug: \d+ ms: credentials for https:\S*demo: profile work\n/);
      assert.doesNotMatch(said, /ASIA|\d{8}T\d{6}Z/);
    });

    test('key, token and signature are of one and the same answer of a process', async () => {
      // A process that makes up new keys each time, with so little life left that nobody would keep them.
      place.write(
        'keys',
        `#!/bin/sh\necho x >> "$HOME/count"; n=$(wc -l < "$HOME/count"); n=$((n))\nend=$(date -u -d '+2 minutes' +%Y-%m-%dT%H:%M:%SZ)\nprintf '{"Version":1,"AccessKeyId":"ASIAMADEUP%s","SecretAccessKey":"secret%s","SessionToken":"token%s","Expiration":"%s"}' $n $n $n $end\n`,
      );
      await place.ok('chmod +x keys');
      place.write('.aws/config', `[profile short]\ncredential_process = "${place.home}/keys"\n`);
      const answer = await place.ok(ask(HOST, '--profile short'));
      assert.match(answer, /^username=ASIAMADEUP1%token1\n/);
      assert.equal(place.read('count'), 'x\n');
      const expiry = Number(/expiry_utc=(\d+)/.exec(answer)?.[1]) * 1000 - Date.now();
      assert.ok(expiry > 0 && expiry <= 120_000, `${expiry} ms`);
    });

    test('the passphrase of the vault is asked for while git waits, unless nobody may be asked', async () => {
      await place.add('work', alice, '--region eu-west-1');
      place.aws.world.addRepository({
        account: ACCOUNT,
        region: 'eu-west-1',
        name: 'demo',
        files: { a: 'a' },
      });
      await place.ok('ccvault lock && ccvault git setup --global --profile work');
      const passphrase = place.env['CCVAULT_PASSPHRASE'] ?? '';
      delete place.env['CCVAULT_PASSPHRASE'];
      const refused = place.onTerminal(`GIT_TERMINAL_PROMPT=0 git ls-remote ${repositoryUrl('demo')}`);
      const [said] = await refused.expect(/ccvault: error: .*|Passphrase for .*/);
      assert.match(said, /profile work: .*required, but prompts are disabled \(GIT_TERMINAL_PROMPT=0\)/);
      assert.equal(await refused.wait(MUST_FAIL_AT_ONCE_MS), 128, refused.text);
      const asked = place.onTerminal(`git ls-remote ${repositoryUrl('demo')}`);
      await asked.expect(/Passphrase for .*: /);
      await asked.answer(passphrase);
      assert.equal(await asked.wait(), 0, asked.text);
      assert.match(asked.text, /refs\/heads\/main/);
    });

    test('a desktop client without a terminal gets its window; GIT_TERMINAL_PROMPT=0 leaves what was named', async () => {
      const seen = `${place.home}/seen`;
      const program = `#!/bin/sh\necho "\${0##*/} $*" >>${quote(seen)}\n/bin/cat ${quote(place.home)}/code\n`;
      await place.ok('mkdir windows');
      for (const name of ['zenity', 'ykman', 'asker']) place.write(`windows/${name}`, program);
      await place.ok('chmod 755 windows/*');
      place.env['PATH'] = `${place.home}/windows:${place.env['PATH']}`;
      place.env['DISPLAY'] = ':99';
      place.env['SSH_ASKPASS'] = `${place.home}/windows/asker`;
      let users = 0;
      // With a user for each, since a code works once.
      const get = async (variables: string): Promise<string> => {
        const name = `user${users++}`;
        const user = place.aws.world.addUser({ account: ACCOUNT, name, mfa: true });
        await place.add(name, user, '--region eu-west-1');
        place.write('code', `${user.totp()}\n`);
        await place.ok(`rm -f ${quote(seen)}`);
        return place.ok(`export ${variables}; ${ask(HOST, `--profile ${name}`)}`);
      };
      const answers = async (variables: string): Promise<void> =>
        assert.match(await get(variables), /username=ASIA/);
      const isRefused = async (variables: string): Promise<void> => {
        const said = await get(variables);
        assert.match(said, /requires an MFA code, but prompts are disabled/);
        await place.ok(`! test -e ${quote(seen)}`);
      };

      await answers('LC_ALL=C');
      assert.match(place.read('seen'), /^zenity --entry .*MFA code for arn:/);
      await isRefused('GIT_TERMINAL_PROMPT=0');
      await isRefused('GIT_TERMINAL_PROMPT=0 CCVAULT_PROMPT=terminal');
      await isRefused('GIT_TERMINAL_PROMPT=0 CCVAULT_PROMPT=askpass');
      await isRefused(
        'CCVAULT_PROMPT=zenity GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=credential.interactive GIT_CONFIG_VALUE_0=false',
      );
      await answers('GIT_TERMINAL_PROMPT=0 CCVAULT_PROMPT=zenity');
      assert.match(place.read('seen'), /^zenity --entry /);
      await answers('GIT_TERMINAL_PROMPT=0 CCVAULT_PROMPT=ykman');
      assert.match(place.read('seen'), /^ykman oath accounts code -s arn:/);
    });

    test('Ctrl-C at the prompt ends it, and git', async () => {
      const mia = place.aws.world.addUser({ account: ACCOUNT, name: 'mia', mfa: true });
      await place.add('mia', mia, '--region eu-west-1');
      await place.ok('ccvault git setup --global --profile mia');
      const clone = place.onTerminal(`git clone ${repositoryUrl('demo')}`);
      await clone.expect(/MFA code for .*: /);
      clone.send('\u0003');
      assert.notEqual(await clone.wait(), 0);
      assert.doesNotMatch(clone.text, /Username/);
    });

    test('one more host, by hand', async () => {
      await place.add('work', alice);
      const answer = await place.ok(
        ask('Git.Example:8443', '--profile work --allow-host git.example:8443 --region eu-west-1'),
      );
      assert.match(answer, /^username=ASIA.*\npassword=\d{8}T\d{6}Z[0-9a-f]{64}\npassword_expiry_utc=\d+\n$/);
    });

    test('codecommit:// leaves no secret in sight', async () => {
      await place.add('work', alice, '--region eu-west-1');
      place.aws.world.addRepository({
        account: ACCOUNT,
        region: 'eu-west-1',
        name: 'demo',
        files: { a: 'a' },
      });
      place.write('.gitconfig', '[credential]\n\thelper = store\n');
      const trace = await place.ok('GIT_TRACE=1 GIT_TRACE_SETUP=1 git clone codecommit://work@demo');
      assert.match(
        trace,
        /remote-https origin https:\/\/git-codecommit\.eu-west-1\.amazonaws\.com\/v1\/repos\/demo/,
      );
      const secrets = [/ASIA[A-Z0-9]{16}/, /\d{8}T\d{6}Z[0-9a-f]{64}/, /IQoJb3JpZ2lu/];
      for (const text of [trace, place.read('demo/.git/config')]) {
        for (const secret of secrets) assert.doesNotMatch(text, secret);
      }
      // Callers that add a helper, or take all away as some desktop programs do, change nothing.
      await place.ok('git -c credential.helper=store clone -q codecommit://work@demo with-store');
      await place.ok('git -c credential.helper= clone -q codecommit://work@demo without');
      const stored = await place.run('cat .git-credentials');
      assert.equal(stored.stdout, '');
    });

    test('codecommit:// URLs that are wrong are told as by git-remote-codecommit', async () => {
      await place.add('work', alice);
      for (const [words, error] of [
        ['origin codecommit://', /the following URL is malformed: codecommit:/],
        ['origin codecommit://work@demo:8443', /the following URL is malformed/],
        ['origin codecommit://nobody@demo', /the following profile was not found: nobody/],
        ['origin codecommit://work@demo', /the following profile does not have an AWS Region: work/],
        [
          'origin us-iso-east-1://work@demo',
          /the following AWS Region is not available for use with AWS CodeCommit: us-iso-east-1/,
        ],
        ['origin', /too few arguments/],
        ['origin codecommit://work@demo more', /too many arguments/],
      ] as const) {
        const { code, stderr } = await place.run(`git-remote-codecommit ${words}`);
        assert.notEqual(code, 0);
        assert.match(stderr, error);
        assert.match(stderr, /ccvault: hint: /);
      }
      const cloned = await place.run('git clone -q codecommit://work@demo');
      assert.match(cloned.stderr, /does not have an AWS Region/);
    });

    test('Git LFS', { skip: requires('git-lfs') }, async () => {
      await place.add('work', alice, '--region eu-west-1');
      place.aws.world.addRepository({
        account: ACCOUNT,
        region: 'eu-west-1',
        name: 'demo',
        files: { a: 'a' },
      });
      await place.ok('git lfs install --skip-repo && ccvault git clone --profile work demo -- --quiet');
      await place.ok(
        `cd demo && git lfs track '*.bin' && echo large > large.bin && git add . && git commit -q -m large && git push -q`,
      );
      await place.ok('ccvault git clone --profile work demo again -- --quiet');
      assert.equal(place.read('again/large.bin'), 'large\n');
      assert.match(await place.ok('cd again && git lfs ls-files'), /large\.bin/);
    });
  });
}

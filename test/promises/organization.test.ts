// An organization of 5,000 accounts with three roles each is no special case, and neither is one that means harm.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import { requires } from '../support/requires.ts';

const START_URL = 'https://example.awsapps.com/start';
const ACCOUNTS = 5000;
const ROLES = ['Admin', 'Billing', 'ReadOnly'];
const MEBIBYTE = 1024 * 1024;
const SESSION = `[sso-session work]\nsso_start_url = ${START_URL}\nsso_region = eu-west-1\n`;

/** A home that is signed in to the session `work`. */
async function signedIn(build: (typeof BUILDS)[number], prepare: (home: Home) => void): Promise<Home> {
  const home = await Home.create({ build });
  home.configure(SESSION);
  prepare(home);
  const terminal = home.terminal(['sso', 'login', 'work'], home.browser());
  assert.equal(await terminal.wait(60_000), 0, terminal.text);
  return home;
}

for (const build of BUILDS) {
  describe(`${build} with ${ACCOUNTS} accounts of ${ROLES.length} roles`, () => {
    let home: Home;
    let earlier = '';

    before(async () => {
      home = await signedIn(build, ({ aws }) => {
        const organization = { accounts: ACCOUNTS, roles: ROLES };
        aws.world.sso.addInstance({ startUrl: START_URL, region: 'eu-west-1', organization });
      });
      earlier = readFileSync(home.config, 'utf8');
    });
    after(() => home.end());

    it('writes a profile for each, in 300 MB of memory', async () => {
      const script =
        'import resource, subprocess, sys\n' +
        'code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)\n' +
        'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n' +
        'sys.exit(code)';
      const measured = requires('python3') === false;
      const under = measured ? ['python3', '-c', script] : [];
      const { code, stdout, stderr } = await home.run(['sso', 'populate', 'work', '-y'], { under });
      assert.equal(code, 0, stderr);
      assert.match(stderr, new RegExp(`${ACCOUNTS * ROLES.length} profiles added`));
      if (measured) assert.ok(Number(stdout) * 1024 < 300 * MEBIBYTE, `${stdout} KiB`);
      assert.equal(home.aws.calls.count('ListAccounts'), ACCOUNTS / 100);
      assert.equal(home.aws.calls.count('ListAccountRoles'), ACCOUNTS);
      const text = readFileSync(home.config, 'utf8');
      assert.ok(text.startsWith(earlier));
      assert.equal(text.match(/^\[profile Account-\d+\.\w+\]$/gm)?.length, ACCOUNTS * ROLES.length);
    });

    it('uses one of them, also without its profile, and offers all', async () => {
      home.aws.calls.clear();
      const used = await home.ok(['whoami', `Account-${ACCOUNTS}.ReadOnly`]);
      assert.match(used.stdout, /AWSReservedSSO_ReadOnly_/);
      await home.ok(['exec', `work/Account ${ACCOUNTS}/ReadOnly`, '--', 'true']);
      assert.equal(home.aws.calls.count('GetRoleCredentials'), 1);
      const { stdout } = await home.ok(['__complete', 'zsh', '--', 'exec', 'work/']);
      assert.equal(stdout.match(/^work\/Account \d+\/\w+$/gm)?.length, ACCOUNTS * ROLES.length);
      assert.equal(home.aws.calls.count('ListAccounts'), 0);
    });
  });

  describe(`${build} and a portal that means harm`, () => {
    const names = [
      'a]\n[profile default]\ncredential_process = touch pwned\n[x',
      '\u001B]0;owned\u0007\u001B[2J',
      '# END ccvault sso populate work',
      '\u202Egnp.exe',
      'x\r\naws_access_key_id = AKIA',
      '../../../etc/passwd',
      '$(touch pwned)`touch pwned`',
      '{role}{account}',
      '\u2028\u2029\u0085',
      '-'.repeat(5),
    ];
    const roles = ['../../x', 'a\nb', 'a]', '$(touch pwned)', '\u001B[31m', 'Fine', '', 'x'.repeat(65), '#'];
    let home: Home;

    before(async () => {
      home = await signedIn(build, ({ aws }) => {
        const { sso } = aws.world;
        const accounts = names.map((name, index) => ({
          id: `${100_000_000_000 + index}`,
          name,
          email: name,
        }));
        const instance = sso.addInstance({ startUrl: START_URL, region: 'eu-west-1', accounts });
        for (const { id } of accounts) for (const role of roles) sso.assign(instance, { account: id, role });
        sso.assign(instance, { account: '../accounts', role: 'Fine' });
      });
    });
    after(() => home.end());

    it('writes nothing but profiles, and prints nothing that acts on a terminal', async () => {
      const start = readFileSync(home.config, 'utf8');
      const outputs = [
        await home.ok(['sso', 'list', 'work']),
        await home.ok(['sso', 'list', 'work', '--json']),
        await home.ok(['sso', 'populate', 'work', '-y']),
        await home.ok(['__complete', 'zsh', '--', 'exec', 'work/']),
        await home.run(['whoami', 'work/\u001B[2J/Fine']),
      ];
      for (const { stdout, stderr } of outputs) {
        const shown = (stdout + stderr).replaceAll(/[\t\n]/g, '');
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }
      assert.match(outputs[0]?.stderr ?? '', /\d+ accounts or roles were left out/);
      const text = readFileSync(home.config, 'utf8');
      assert.ok(text.startsWith(start));
      const block = text.slice(start.length).trim().split('\n');
      assert.equal(block.shift(), '# BEGIN ccvault sso populate work');
      assert.match(block.shift() ?? '', /^# Profiles of /);
      assert.equal(block.pop(), '# END ccvault sso populate work');
      const line =
        /^(?:|\[profile [\p{L}\p{M}\p{Nd}._-]+\]|sso_session = work|sso_account_id = \d{12}|sso_role_name = Fine)$/u;
      for (const one of block) assert.match(one, line);
      assert.equal(block.filter((one) => one.startsWith('[')).length, names.length);
      const again = await home.ok(['sso', 'populate', 'work', '-y']);
      assert.match(again.stderr, /nothing to change/);
      assert.equal(readFileSync(home.config, 'utf8'), text);
    });
  });
}

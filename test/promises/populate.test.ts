// `sso populate` beside others: a person with an editor, other runs of ccvault, a portal that throttles, and Ctrl-C.

import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { SsoInstance } from '../aws/sso-directory.ts';
import { BUILDS } from '../support/builds.ts';
import { Home, until } from '../support/home.ts';

const START_URL = 'https://example.awsapps.com/start';
const SESSIONS = ['work', 'play']
  .map((name) => `[sso-session ${name}]\nsso_start_url = ${START_URL}\nsso_region = eu-west-1\n\n`)
  .join('');
const ACCOUNTS = 60;

for (const build of BUILDS) {
  describe(`${build}: sso populate`, () => {
    let home: Home;
    let instance: SsoInstance;

    before(async () => {
      home = await Home.create({ build });
      home.configure(SESSIONS);
      const organization = { accounts: ACCOUNTS, roles: ['Admin', 'ReadOnly'] };
      instance = home.aws.world.sso.addInstance({ startUrl: START_URL, region: 'eu-west-1', organization });
      for (const session of ['work', 'play']) {
        const terminal = home.terminal(['sso', 'login', session], home.browser());
        assert.equal(await terminal.wait(60_000), 0, terminal.text);
      }
    });
    after(() => home.end());
    beforeEach(() => {
      home.configure(SESSIONS);
      home.aws.faults.clear();
      home.aws.world.sso.requestsPerSecond = undefined;
      home.aws.calls.clear();
    });

    const config = (): string => readFileSync(home.config, 'utf8');
    const count = (pattern: RegExp): number => config().match(pattern)?.length ?? 0;
    const beside = (): readonly string[] => readdirSync(dirname(home.config));

    it('keeps what an editor saved while the difference was shown', async () => {
      const terminal = home.terminal(['sso', 'populate', 'work']);
      await terminal.expect(/Write to .*\?/);
      appendFileSync(home.config, '[profile mine]\nregion = eu-west-1\n');
      await terminal.answer('y');
      assert.equal(await terminal.wait(60_000), 0, terminal.text);
      assert.equal(count(/^\[profile mine\]$/gm), 1);
      assert.equal(count(/^\[profile Account-/gm), ACCOUNTS * 2);
    });

    it('writes nothing where it would come to something else than was shown', async () => {
      const terminal = home.terminal(['sso', 'populate', 'work']);
      await terminal.expect(/Write to .*\?/);
      appendFileSync(home.config, '[profile Account-1.Admin]\nregion = eu-west-1\n');
      const saved = config();
      await terminal.answer('y');
      assert.equal(await terminal.wait(60_000), 3, terminal.text);
      assert.match(terminal.text, /was changed by another program meanwhile/);
      assert.equal(config(), saved);
      assert.deepEqual(beside(), ['config']);
    });

    it('loses nothing beside other sessions, other runs and add', async () => {
      const runs = [
        ['sso', 'populate', 'work', '-y'],
        ['sso', 'populate', 'play', '-y', '--name={session}.{account}.{role}'],
        ['sso', 'populate', 'work', '-y'],
        ['sso', 'add', 'third', '--start-url', START_URL, '--region', 'eu-west-1'],
        ['add', 'keyed', '--stdin', '--no-verify', '--region', 'eu-west-1'],
      ];
      const ended = await Promise.all(runs.map((args) => home.run(args, { input: home.keyJson() })));
      for (const { code, stderr } of ended) assert.equal(code, 0, stderr);
      assert.equal(count(/^\[profile Account-/gm), ACCOUNTS * 2);
      assert.equal(count(/^\[profile play\.\d{12}\./gm), ACCOUNTS * 2);
      assert.equal(count(/^# BEGIN ccvault sso populate /gm), 2);
      assert.equal(count(/^# END ccvault sso populate /gm), 2);
      assert.equal(count(/^\[(?:sso-session third|profile keyed)\]$/gm), 2);
      assert.deepEqual(beside(), ['config']);
    });

    it('comes to its end where the portal throttles, and hears of no account twice', async () => {
      home.aws.world.sso.requestsPerSecond = 25;
      const { stderr } = await home.ok(['sso', 'populate', 'work', '-y']);
      assert.match(stderr, new RegExp(`${ACCOUNTS * 2} profiles added`));
      const roles = home.aws.calls.log.filter(({ operation }) => operation === 'ListAccountRoles');
      assert.equal(roles.filter(({ error }) => error === '').length, ACCOUNTS);
      assert.ok(roles.some(({ error }) => error === 'TooManyRequestsException'));
    });

    it('leaves everything as it was on Ctrl-C', async () => {
      home.aws.faults.add({ operation: 'ListAccountRoles', kind: 'hang', nth: 20 });
      const saved = config();
      const running = home.start(['ccvault', 'sso', 'populate', 'work', '-y']);
      await until(() => home.aws.calls.count('ListAccountRoles') >= 20);
      process.kill(running.child.pid ?? 0, 'SIGINT');
      assert.equal((await running.ended).code, 130);
      assert.equal(config(), saved);
      assert.deepEqual(beside(), ['config']);
    });

    it('asks eight accounts at a time', async () => {
      home.aws.faults.add({ operation: 'ListAccountRoles', kind: 'hang' });
      const running = home.start(['ccvault', 'sso', 'list', 'work']);
      await until(() => home.aws.calls.count('ListAccountRoles') >= 8);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(home.aws.calls.count('ListAccountRoles'), 8);
      process.kill(running.child.pid ?? 0, 'SIGINT');
      await running.ended;
    });

    it('takes an account that is gone since it was listed for one without roles, and fails for anything else', async () => {
      const [first] = instance.accounts.keys();
      home.aws.faults.add({ operation: 'ListAccountRoles', kind: 'internal' });
      const failed = await home.run(['sso', 'populate', 'work', '-y']);
      assert.equal(failed.code, 4);
      assert.equal(config().includes('# BEGIN'), false);
      home.aws.faults.clear();
      instance.accounts.get(first ?? '')?.assignments.splice(0);
      await home.ok(['sso', 'populate', 'work', '-y']);
      assert.equal(count(/^\[profile Account-/gm), (ACCOUNTS - 1) * 2);
    });
  });
}

// Ten thousand profiles are no special case.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';

const COUNT = 10_000;

for (const build of BUILDS) {
  describe(`${build} with ${COUNT} profiles`, () => {
    let home: Home;

    before(async () => {
      home = await Home.warm({ build });
      const others = Array.from(
        { length: COUNT },
        (_, n) =>
          `[profile team-${n}]\nrole_arn = arn:aws:iam::${100_000_000_000 + n}:role/team\nsource_profile = dev\n` +
          `region = eu-west-1\noutput = json\n\n`,
      );
      home.configure(others.join(''));
    });

    after(() => home.end());

    it('lists every one', async () => {
      const { stdout } = await home.ok(['list', '--json']);
      const rows = JSON.parse(stdout) as { profile: string; account: string }[];
      assert.equal(rows.length, COUNT + 2);
      assert.equal(rows.at(-1)?.profile, `team-${COUNT - 1}`);
      assert.equal(rows.at(-1)?.account, String(100_000_000_000 + COUNT - 1));
      const table = await home.ok(['list']);
      assert.equal(table.stdout.match(/^team-\d+\t/gm)?.length, COUNT);
    });

    it('completes them', async () => {
      const { stdout } = await home.ok(['__complete', 'profiles']);
      assert.equal(stdout.trimEnd().split('\n').length, COUNT + 2);
    });

    it('runs a command with a cached session, and explains one', async () => {
      home.aws.calls.clear();
      const { stdout } = await home.ok(['exec', 'prod', '--', 'sh', '-c', 'echo $AWS_VAULT']);
      assert.equal(stdout, 'prod\n');
      assert.deepEqual(home.aws.calls.operations(), []);
      assert.match((await home.ok(['explain', `team-${COUNT - 1}`])).stdout, /role\/team/);
    });

    it('names the one that was meant', async () => {
      const { code, stderr } = await home.run(['exec', 'prdo', '--', 'true']);
      assert.equal(code, 125);
      assert.match(stderr, /did you mean prod\?/);
    });

    it('adds one more and touches none', async () => {
      await home.ok(['add', 'new', '--stdin', '--no-verify', '--region', 'eu-west-1'], {
        input: home.keyJson(),
      });
      assert.equal(
        (await home.ok(['__complete', 'profiles'])).stdout.trimEnd().split('\n').length,
        COUNT + 3,
      );
    });

    it('clears the sessions of one', async () => {
      assert.match((await home.ok(['clear', 'prod'])).stderr, /cleared 2 sessions|cleared 1 session/);
    });
  });
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import { populate } from '../../../../src/core/sso/populate.ts';
import type { Populated, Wish } from '../../../../src/core/sso/populate.ts';
import { nameRoles } from '../../../../src/core/sso/profile-names.ts';
import { cliErrorOf } from '../../../support/system-aws.ts';

type Role = readonly [account: string, name: string, role: string];

const PATH = '/config';

function wishFor(roles: readonly Role[], more: Partial<Wish> = {}): Wish {
  const offered = roles.map(([id, name, role]) => ({ account: { id, name, email: '', roles: [] }, role }));
  return {
    session: 'work',
    roles: nameRoles(
      offered,
      [...new Map(offered.map(({ account }) => [account.id, account])).values()],
      'work',
      '{accountName}.{role}',
    ),
    region: undefined,
    prune: false,
    isTakenAway: (id, role) => !roles.some(([account, , name]) => account === id && name === role),
    elsewhere: (outside) => {
      const config = read(outside);
      return (name) => config.hasProfile(name);
    },
    ...more,
  };
}

function run(text: string, roles: readonly Role[], more: Partial<Wish> = {}): Populated {
  return populate(text, PATH, wishFor(roles, more));
}

function read(config: string): ReturnType<typeof parseAwsConfig> {
  return parseAwsConfig({ config, credentials: '', configPath: PATH, credentialsPath: '' });
}

const A: Role = ['111111111111', 'A', 'Admin'];
const B: Role = ['222222222222', 'B', 'Admin'];
const BLOCK = run('', [A, B]).text;

describe('populate', () => {
  it('writes a block, and the same again changes nothing', () => {
    assert.equal(
      BLOCK,
      `# BEGIN ccvault sso populate work
# Profiles of \`ccvault sso populate work\`: what you add to one stays.

[profile A.Admin]
sso_session = work
sso_account_id = 111111111111
sso_role_name = Admin

[profile B.Admin]
sso_session = work
sso_account_id = 222222222222
sso_role_name = Admin

# END ccvault sso populate work
`,
    );
    const again = run(BLOCK, [B, A]);
    assert.equal(again.text, BLOCK);
    assert.deepEqual(again.changes, []);
    assert.equal(again.unchanged, 2);
    assert.equal(run('[profile x]\n', []).text, '[profile x]\n');
  });

  it('keeps the line breaks of the file', () => {
    const { text } = run('[profile x]\r\nregion = r', [A]);
    assert.doesNotMatch(text, /[^\r]\n/);
    assert.ok(text.startsWith('[profile x]\r\nregion = r\r\n\r\n# BEGIN'));
    assert.equal(run(text, [A]).text, text);
  });

  it('keeps what a person added, comments above the next profile included, when one is pruned', () => {
    const edited = BLOCK.replace(
      '[profile A.Admin]',
      '# the first\n[profile A.Admin] # mine\noutput = json',
    ).replace('[profile B.Admin]', '# the second\n[profile B.Admin]\ns3 =\n  max_concurrent_requests = 2');
    assert.equal(run(edited, [A, B]).text, edited);
    const left = run(edited, [A]);
    assert.equal(left.text, edited);
    assert.deepEqual(
      left.changes.map(({ kind, profile }) => [kind, profile]),
      [['gone', 'B.Admin']],
    );
    const pruned = run(edited, [B], { prune: true }).text;
    assert.equal(read(pruned).hasProfile('A.Admin'), false);
    assert.match(pruned, /# the first\n# the second\n\[profile B\.Admin\]\ns3 =\n {2}max/);
    assert.equal(run(pruned, [B], { prune: true }).text, pruned);
  });

  it('gives the settings of a former name to the new one', () => {
    const edited = BLOCK.replace('[profile A.Admin]', '[profile A.Admin]\noutput = json');
    const renamed: Role = [A[0], 'New', 'Admin'];
    const { text, changes } = run(edited, [renamed, B]);
    assert.equal(read(text).profile('New.Admin')?.get('output'), 'json');
    assert.equal(read(text).profile('A.Admin')?.get('sso_account_id'), A[0]);
    assert.deepEqual(
      changes.map(({ kind, note }) => [kind, note]),
      [
        ['added', 'was A.Admin'],
        ['gone', 'renamed'],
      ],
    );
    const pruned = run(edited, [renamed, B], { prune: true });
    assert.equal(read(pruned.text).hasProfile('A.Admin'), false);
    assert.deepEqual(run(pruned.text, [renamed, B], { prune: true }).changes, []);
  });

  it('corrects what a name stands for, and writes a region where there is none', () => {
    const swapped: Role = [B[0], 'A', 'Admin'];
    const changed = run(BLOCK, [swapped], { isTakenAway: () => false });
    assert.equal(read(changed.text).profile('A.Admin')?.get('sso_account_id'), B[0]);
    assert.deepEqual(
      changed.changes.map(({ kind, note }) => [kind, note]),
      [
        ['changed', 'was account 111111111111'],
        ['gone', 'renamed'],
      ],
    );
    const own = BLOCK.replace('[profile B.Admin]', '[profile B.Admin]\nregion = us-east-1');
    const regions = run(own, [A, B], { region: 'eu-west-1' });
    assert.equal(read(regions.text).profile('A.Admin')?.get('region'), 'eu-west-1');
    assert.equal(read(regions.text).profile('B.Admin')?.get('region'), 'us-east-1');
    assert.deepEqual(
      regions.changes.map(({ profile }) => profile),
      ['A.Admin'],
    );
    assert.deepEqual(run(regions.text, [A, B], { region: 'us-west-2' }).changes, []);
  });

  it('leaves profiles that stand elsewhere or are a person’s own, and names them', () => {
    const outside = `[profile A.Admin]\nregion = r\n\n${BLOCK.replace(/\[profile A\.Admin\]\n(?:sso.*\n)+\n/, '')}`;
    const { text, elsewhere, changes } = run(outside, [A, B]);
    assert.equal(text, outside);
    assert.deepEqual(elsewhere, ['A.Admin']);
    assert.deepEqual(changes, []);
    const own = BLOCK.replace(
      'sso_session = work\nsso_account_id = 1',
      'sso_session = other\nsso_account_id = 1',
    );
    assert.deepEqual(run(own, [A, B]).elsewhere, ['A.Admin']);
    assert.equal(run(own, [B], { prune: true }).text, own);
    const twice = BLOCK.replace('# END', '[profile A.Admin]\nregion = r\n\n# END');
    assert.equal(run(twice, [A, B]).text, twice);
    assert.deepEqual(run(twice, [A, B]).elsewhere, ['A.Admin']);
  });

  it('keeps the region that a person gave a profile which is called differently now', () => {
    const own = BLOCK.replace('[profile A.Admin]', '[profile A.Admin]\nregion = us-east-1');
    const renamed = run(own, [[A[0], 'New', 'Admin'], B], { prune: true, region: 'eu-west-1' }).text;
    assert.equal(read(renamed).profile('New.Admin')?.get('region'), 'us-east-1');
    assert.equal(read(renamed).profile('B.Admin')?.get('region'), 'eu-west-1');
    const without = run(BLOCK, [[A[0], 'New', 'Admin'], B], { prune: true, region: 'eu-west-1' }).text;
    assert.equal(read(without).profile('New.Admin')?.get('region'), 'eu-west-1');
  });

  it('keeps the only profile of a role where its new name stands elsewhere', () => {
    const outside = `[profile New.Admin]\nregion = r\n\n${BLOCK}`;
    const { text, changes, elsewhere } = run(outside, [[A[0], 'New', 'Admin'], B], { prune: true });
    assert.equal(text, outside);
    assert.deepEqual(changes, []);
    assert.deepEqual(elsewhere, ['New.Admin']);
  });

  it('keeps the blocks of several sessions apart', () => {
    const other = wishFor([[A[0], 'Z', 'Admin']], { session: 'wor' });
    const both = populate(BLOCK, PATH, other).text;
    assert.ok(both.startsWith(BLOCK));
    assert.equal(run(both, [A, B]).text, both);
    assert.equal(populate(both, PATH, other).text, both);
    const pruned = run(both, [], { prune: true }).text;
    assert.equal(
      pruned.slice(pruned.indexOf('# BEGIN ccvault sso populate wor\n')),
      both.slice(BLOCK.length + 1),
    );
  });

  it('refuses a block that is broken, naming the line', async () => {
    const [begin, end] = ['# BEGIN ccvault sso populate work\n', '# END ccvault sso populate work\n'];
    for (const [text, place] of [
      [begin, '/config:1: '],
      [`[a]\n${end}`, '/config:2: '],
      [`${begin}${end}${end}`, '/config:3: '],
      [`${begin}${begin}${end}`, '/config:2: '],
      [`${begin}[profile A.Admin]\nx = 1\n${end}\n# c\ny = 2\n`, '/config:7: '],
    ] as const) {
      const error = await cliErrorOf(Promise.try(() => run(text, [A])));
      assert.equal(error.kind, 'config');
      assert.ok(error.message.startsWith(place), error.message);
    }
  });

  it('touches no byte outside its block, whatever stands there, and comes to rest', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '[profile x]',
        '[default]',
        '[sso-session work]',
        '# c',
        '; c',
        '',
        '  ',
        'region = r # c',
        's3 =',
        '  a = b',
        '[services s]',
        '[profile "two words"]',
        '[profile A.Admin]',
        'sso_session = work',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => `# ${text.replaceAll(/[\r\n]/g, '')}`),
    );
    const eol = fc.constantFrom('\n', '\r\n');
    const file = fc
      .tuple(fc.array(line, { maxLength: 8 }), eol, fc.boolean())
      .map(([lines, end, open]) => `[default]${end}${lines.join(end)}${open ? '' : end}`);
    const role = fc.tuple(
      fc.constantFrom('111111111111', '222222222222', '333333333333'),
      fc.constantFrom('A', 'B', 'C c', 'default'),
      fc.constantFrom('Admin', 'Reader'),
    );
    const roles = fc.uniqueArray(role, { selector: ([id, , name]) => `${id}/${name}`, maxLength: 5 });
    const region = fc.option(fc.constantFrom('eu-west-1', 'us-east-1'), { nil: undefined });
    const below = fc.constantFrom('', '\n[profile last]\nregion = r\n', '# end');
    fc.assert(
      fc.property(
        file,
        below,
        fc.array(fc.tuple(roles, region, fc.boolean()), { minLength: 1, maxLength: 4 }),
        (before, after, steps) => {
          let text = before;
          let rest = '';
          for (const [index, [some, where, prune]] of steps.entries()) {
            const more = { region: where, prune };
            text = run(text, some, more).text;
            assert.ok(text.startsWith(before));
            assert.ok(text.endsWith(rest));
            const again = run(text, some, more);
            assert.equal(again.text, text);
            assert.ok(again.changes.every(({ kind }) => kind === 'gone' && !prune));
            if (index > 0 || !text.includes('# END')) continue;
            text += after;
            rest = after;
          }
        },
      ),
    );
  });
});

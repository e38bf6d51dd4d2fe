import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { sectionName } from '../../../../src/core/config/sections.ts';
import { checkTemplate, DEFAULT_TEMPLATE, nameRoles } from '../../../../src/core/sso/profile-names.ts';
import type { SsoAccount } from '../../../../src/core/sso/accounts.ts';
import type { OfferedRole } from '../../../../src/core/sso/profile-names.ts';
import { cliErrorOf } from '../../../support/system-aws.ts';

function offered(id: string, name: string, role: string): OfferedRole {
  return { account: { id, name, email: '', roles: [] }, role };
}

function accountsOf(roles: readonly OfferedRole[]): readonly SsoAccount[] {
  return [...new Map(roles.map(({ account }) => [account.id, account])).values()];
}

function names(roles: readonly OfferedRole[], template = DEFAULT_TEMPLATE): readonly string[] {
  return nameRoles(roles, accountsOf(roles), 'work', template).map(({ profile }) => profile);
}

describe('names of profiles', () => {
  const id = '111122223333';
  const table: readonly (readonly [accountName: string, role: string, expected: string])[] = [
    ['Production', 'Admin', 'Production.Admin'],
    ['Data Platform (EU)', 'Admin', 'Data-Platform-EU.Admin'],
    ['Müller & Söhne', 'Rôle', 'Müller-Söhne.Rôle'],
    ['本番環境', 'Admin', '本番環境.Admin'],
    ['بيئة الإنتاج', 'Admin', 'بيئة-الإنتاج.Admin'],
    ['हिन्दी', 'Admin', 'हिन्दी.Admin'],
    ['e\u0301', 'Admin', 'é.Admin'],
    ['a]\n[profile b', 'Admin', 'a-profile-b.Admin'],
    ['x # y ; z', 'a+b=c,d@e', 'x-y-z.a-b-c-d-e'],
    ['--debug', 'Admin', 'debug.Admin'],
    ['../../etc', 'Admin', 'etc.Admin'],
    ['', 'Admin', `${id}.Admin`],
    ['\u202Edlrow', 'Admin', 'dlrow.Admin'],
    ['!!!', '+', `${id}._`],
    ['$(touch x)', 'Admin', 'touch-x.Admin'],
    ['__proto__', 'constructor', '__proto__.constructor'],
  ];
  for (const [accountName, role, expected] of table) {
    it(`calls ${JSON.stringify(accountName)} and ${role} ${expected}`, () => {
      assert.deepEqual(names([offered(id, accountName, role)]), [expected]);
    });
  }

  it('fills every field of a template', () => {
    const template = '{session}_{account}-{accountName}.{role}';
    assert.deepEqual(names([offered(id, 'Prod', 'Admin')], template), [`work_${id}-Prod.Admin`]);
  });

  it('gives the account id to all that would clash, whatever their order', () => {
    const roles = [
      offered('222222222222', 'Sand box', 'Admin'),
      offered('111111111111', 'Sand-box', 'Admin'),
      offered('333333333333', 'Other', 'Admin'),
    ];
    const expected = ['Sand-box.Admin-222222222222', 'Sand-box.Admin-111111111111', 'Other.Admin'];
    assert.deepEqual(names(roles), expected);
    assert.deepEqual(names(roles.toReversed()), expected.toReversed());
  });

  it('does not depend on which accounts were asked for', () => {
    const all = [
      offered('222222222222', 'Sandbox', 'Admin'),
      offered('111111111111', 'Sandbox', 'Reader'),
      offered('333333333333', 'Other', 'Admin'),
    ];
    const whole = nameRoles(all, accountsOf(all), 'work', DEFAULT_TEMPLATE);
    for (const one of whole) {
      assert.deepEqual(
        nameRoles([one], accountsOf(all), 'work', DEFAULT_TEMPLATE).map(({ profile }) => profile),
        [one.profile],
      );
    }
    assert.equal(whole[0]?.profile, 'Sandbox.Admin-222222222222');
  });

  it('tells roles of one account apart where a template does not, and never takes default', () => {
    assert.deepEqual(names([offered(id, 'Prod', 'Admin'), offered(id, 'Prod', 'Reader')], '{accountName}'), [
      `Prod-${id}`,
      `Prod-${id}-Reader`,
    ]);
    assert.deepEqual(names([offered(id, 'default', 'Admin')], '{accountName}'), [`default-${id}`]);
  });

  it('refuses other templates', async () => {
    for (const template of [
      '',
      '{account}/{role}',
      '{acount}',
      '{role} {account}',
      'a]b{role}',
      '{role',
      'a\n',
    ]) {
      assert.equal((await cliErrorOf(Promise.try(() => checkTemplate(template)))).kind, 'usage', template);
    }
    for (const template of [DEFAULT_TEMPLATE, '{role}', 'aws-{account}_é']) checkTemplate(template);
  });

  it('makes names that differ, that every tool reads in a header without quotes, and that no order changes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('a', 'A', 'a b', 'a-b', '-', 'default'),
    );
    const accounts = fc
      .array(text, { minLength: 1, maxLength: 4 })
      .map((some) => some.map((name, index) => ({ account: `${index}`.repeat(12), name })));
    const role = fc.constantFrom('Admin', 'a+b', 'a=b', 'a-b', '+', '@', 'default');
    const roles = fc
      .tuple(accounts, fc.uniqueArray(role, { minLength: 1 }))
      .map(([some, named]) =>
        some.flatMap(({ account, name }) => named.map((one) => offered(account, name, one))),
      );
    const template = fc.constantFrom(
      DEFAULT_TEMPLATE,
      '{accountName}',
      '{role}',
      'x',
      '{account}.{role}',
      '-',
    );
    fc.assert(
      fc.property(roles, template, (some, by) => {
        const made = names(some, by);
        assert.equal(new Set(made).size, made.length);
        assert.deepEqual(names(some.toReversed(), by).toReversed(), made);
        for (const name of made) {
          assert.match(name, /^[\p{L}\p{M}\p{Nd}._][\p{L}\p{M}\p{Nd}._-]*$/u);
          assert.notEqual(name, 'default');
          assert.equal(sectionName(`profile ${name}`, 'config')?.name, name);
        }
      }),
    );
  });
});

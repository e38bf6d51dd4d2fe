// Profiles written for the accounts and roles of a sign-in, whose names anybody in the organisation may have chosen, into
// files that a person has written.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseAwsConfig } from '../../src/core/config/aws-config.ts';
import type { AwsConfig } from '../../src/core/config/aws-config.ts';
import { acceptedAccount } from '../../src/core/sso/accounts.ts';
import type { SsoAccount } from '../../src/core/sso/accounts.ts';
import { populate } from '../../src/core/sso/populate.ts';
import type { Wish } from '../../src/core/sso/populate.ts';
import { firstLineOf, lastLineOf } from '../../src/core/sso/profile-block.ts';
import { DEFAULT_TEMPLATE, nameRoles } from '../../src/core/sso/profile-names.ts';
import { roleKey } from '../../src/core/sso/standing-profiles.ts';
import { codePoint } from '../support/code-point.ts';
import { runs } from '../support/fuzz.ts';

const SESSION = 'work';
const hostile = fc.oneof(
  fc.constantFrom(
    'Production',
    'default',
    '] \n[profile x',
    'a\r\ncredential_process = touch pwned',
    '#',
    '..',
    '-n',
  ),
  fc.constantFrom(
    lastLineOf(SESSION),
    firstLineOf(SESSION),
    '\u202Egpj.exe',
    '\u2028',
    '',
    ' ',
    "it's",
    '$(id)',
  ),
  fc.string({ unit: codePoint, maxLength: 12 }),
);
// What IAM Identity Center takes as the name of a permission set.
const role = fc.oneof(fc.constantFrom('Admin', 'Reader', 'default'), fc.stringMatching(/^[\w+=,.@-]{1,32}$/));
const account = fc
  .record({ id: fc.stringMatching(/^\d{12}$/), name: hostile, roles: fc.uniqueArray(role, { maxLength: 3 }) })
  .map(({ id, name, roles }) => acceptedAccount({ id, name, email: name }, roles))
  .filter((accepted) => accepted !== undefined);
const accounts = fc.uniqueArray(account, { maxLength: 5, selector: ({ id }) => id });

const line = fc.constantFrom(
  'region = eu-west-1',
  '# mine',
  '',
  'credential_process = mine',
  '  nested = 1',
  'x: y',
);
const section = fc
  .tuple(
    fc.constantFrom(
      '[default]',
      '[profile mine]',
      '[profile Production.Admin]',
      '[sso-session work]',
      '[services s]',
    ),
    fc.array(line, { maxLength: 4 }),
  )
  .map(([header, lines]): string[] => [[header], lines].flat());
const written = fc
  .tuple(fc.array(section, { maxLength: 3 }), fc.constantFrom('\n', '\r\n'))
  .map(([sections, eol]) =>
    sections
      .flat()
      .map((one) => one + eol)
      .join(''),
  );

test('what stands outside the block stays to the byte, each role gets its profile and no other setting', () => {
  fc.assert(
    fc.property(written, accounts, accounts, fc.boolean(), (text, first, second, prune) => {
      const once = populate(text, 'config', wishFor(first, prune)).text;
      assert.equal(outside(once).trimEnd(), text.trimEnd());
      assertProfiles(once, text, first);
      // Other accounts and roles, and pruned or not: the rest stays as it was.
      const twice = populate(once, 'config', wishFor(second, prune)).text;
      assert.equal(outside(twice).trimEnd(), outside(once).trimEnd());
      assertProfiles(twice, text, second);
      const again = populate(twice, 'config', wishFor(second, prune));
      assert.equal(again.text, twice);
    }),
    runs(500),
  );
});

function read(config: string): AwsConfig {
  return parseAwsConfig({ config, credentials: '', configPath: 'config', credentialsPath: 'credentials' });
}

function wishFor(offered: readonly SsoAccount[], prune: boolean): Wish {
  const roles = offered.flatMap((one) => one.roles.map((name) => ({ account: one, role: name })));
  const keys = new Set(roles.map((one) => roleKey(one.account.id, one.role)));
  return {
    session: SESSION,
    roles: nameRoles(roles, offered, SESSION, DEFAULT_TEMPLATE),
    region: undefined,
    prune,
    isTakenAway: (accountId, roleName) => !keys.has(roleKey(accountId, roleName)),
    elsewhere: (rest) => {
      const config = read(rest);
      return (name) => config.hasProfile(name);
    },
  };
}

/** The text without the block, between whole lines. */
function outside(text: string): string {
  const begin = text.indexOf(firstLineOf(SESSION));
  if (begin === -1) return text;
  const last = text.lastIndexOf(lastLineOf(SESSION));
  return text.slice(0, begin) + text.slice(last + lastLineOf(SESSION).length).replace(/^\r?\n/, '');
}

function assertProfiles(text: string, before: string, offered: readonly SsoAccount[]): void {
  const [config, own] = [read(text), read(before)];
  for (const { profile, account: of, role: name } of wishFor(offered, false).roles) {
    assert.match(profile, /^[\p{L}\p{M}\p{Nd}._][\p{L}\p{M}\p{Nd}._-]*$/u);
    if (own.hasProfile(profile)) continue;
    const found = config.profile(profile);
    assert.deepEqual(
      [...(found?.keys() ?? [])].map((key) => [key, found?.get(key)]),
      [
        ['sso_session', SESSION],
        ['sso_account_id', of.id],
        ['sso_role_name', name],
      ],
    );
  }
  for (const name of own.profileNames()) {
    const [is, was] = [config.profile(name), own.profile(name)];
    assert.deepEqual([...(is?.keys() ?? [])], [...(was?.keys() ?? [])]);
  }
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import { accountNamed } from '../../../../src/core/sso/account-named.ts';
import { acceptedAccount, decodeAccounts, encodeAccounts } from '../../../../src/core/sso/accounts.ts';
import { isSessionName, startUrlOf } from '../../../../src/core/sso/given-session.ts';
import { offeredNames } from '../../../../src/core/sso/offered-roles.ts';
import { ssoRoleNamed, withSsoRoles } from '../../../../src/core/sso/role-profiles.ts';
import { cliErrorOf } from '../../../support/system-aws.ts';

const ID = '111122223333';

function configOf(config: string): ReturnType<typeof parseAwsConfig> {
  return parseAwsConfig({ config, credentials: '', configPath: '/config', credentialsPath: '' });
}

describe('accounts of the portal', () => {
  it('are one line without control characters, whoever named them', () => {
    const account = acceptedAccount(
      { id: ID, name: 'a]\r\n[profile x]\u001B[2J\u202Eb\u0085c', email: ' d\u0000@e ' },
      ['B', 'A', 'B'],
    );
    assert.deepEqual(account, { id: ID, name: 'a] [profile x] [2J b c', email: 'd @e', roles: ['A', 'B'] });
    for (const id of ['', '1', `${ID}4`, `${ID}\n`, '11112222333a', '../1111222233']) {
      assert.equal(acceptedAccount({ id, name: 'a', email: '' }, []), undefined, id);
    }
    assert.equal(acceptedAccount({ id: ID, name: 'x'.repeat(10_000), email: '' }, [])?.name.length, 256);
  });

  it('survive being kept', () => {
    const accounts = [{ id: ID, name: 'Ä "b"', email: '', roles: ['A'] }];
    assert.deepEqual(decodeAccounts(encodeAccounts(accounts)), accounts);
    for (const text of ['', '{}', '[]', '{"version":2,"accounts":[]}', '{"version":1}']) {
      assert.equal(decodeAccounts(text), undefined);
    }
  });

  it('are found by their name, written alike before any case', async () => {
    const accounts = [
      { id: '1', name: 'Prod' },
      { id: '2', name: 'prod' },
      { id: '3', name: 'Twin' },
      { id: '4', name: 'twin' },
    ];
    assert.equal(accountNamed('prod', accounts, 'work'), '2');
    assert.equal(accountNamed('PRO', accounts, 'work'), undefined);
    assert.match(
      (await cliErrorOf(Promise.try(() => accountNamed('TWIN', accounts, 'work')))).hints[0] ?? '',
      /3, 4/,
    );
  });
});

describe('SESSION/ACCOUNT/ROLE', () => {
  const config = configOf(`[sso-session a]\n[sso-session a/b]\n[profile a/${ID}/Written]\nregion = r\n`);

  it('is taken apart by the sessions there are, the role behind the last slash', () => {
    const named = (name: string): readonly string[] | undefined => {
      const role = ssoRoleNamed(name, config);
      return role === undefined ? undefined : [role.session, role.account, role.role];
    };
    assert.deepEqual(named(`a/${ID}/Admin`), ['a', ID, 'Admin']);
    assert.deepEqual(named('a/x / y/Admin'), ['a', 'x / y', 'Admin']);
    assert.deepEqual(named(`a/b/${ID}/Admin`), ['a/b', ID, 'Admin']);
    for (const other of [
      '',
      '/',
      'a',
      'a/Admin',
      'a//Admin',
      'b/1/Admin',
      'a/1/',
      'a/1/Ad min',
      `a/${ID}/Written`,
      '/1/Admin',
    ]) {
      assert.equal(named(other), undefined, other);
    }
  });

  it('is a profile where the account is known, and never a written one', () => {
    const all = withSsoRoles(config, (session, name) => (`${session}/${name}` === 'a/Prod' ? ID : undefined));
    for (const name of [`a/${ID}/Admin`, 'a/Prod/Admin']) {
      assert.equal(all.hasProfile(name), true);
      assert.equal(all.isWritten(name), false);
      assert.equal(all.profile(name)?.get('sso_account_id'), ID);
      assert.equal(all.profile(name)?.get('sso_session'), 'a');
    }
    assert.equal(all.hasProfile('a/Other/Admin'), false);
    assert.equal(all.profile(`a/${ID}/Written`)?.get('sso_account_id'), undefined);
    assert.deepEqual(all.profileNames(), config.profileNames());
  });

  it('is offered by the account’s name where that is plain', () => {
    const session = { session: 'a', startUrl: 'https://x', region: 'r', registrationScopes: [] };
    const account = (
      id: string,
      name: string,
    ): { id: string; name: string; email: string; roles: string[] } => ({
      id,
      name,
      email: '',
      roles: ['R'],
    });
    const names = offeredNames(session, [
      account('1', 'One'),
      account('2', 'Twin'),
      account('3', 'twin'),
      account('4', ''),
      account('5', ID),
    ]).map(({ name }) => name);
    assert.deepEqual(names, ['a/One/R', 'a/2/R', 'a/3/R', 'a/4/R', 'a/5/R']);
  });
});

describe('a session to be noted', () => {
  it('has a name that fits into a header and a word', () => {
    for (const name of ['work', 'Ä-1', 'a.b@c+d_e']) assert.equal(isSessionName(name), true, name);
    for (const name of ['', '-a', 'a/b', 'a b', 'a]', 'a#b', 'a\nb', 'a"b', '\u202Ea']) {
      assert.equal(isSessionName(name), false, name);
    }
  });

  it('has a start URL as AWS takes it', async () => {
    assert.equal(startUrlOf(' https://x.awsapps.com/start/#/ '), 'https://x.awsapps.com/start');
    assert.equal(startUrlOf('https://x.awsapps.com/start'), 'https://x.awsapps.com/start');
    assert.equal(
      startUrlOf('https://ssoins-1.portal.eu-west-1.app.aws/'),
      'https://ssoins-1.portal.eu-west-1.app.aws',
    );
    for (const url of ['', 'x', 'http://x', 'https://a:b@x/', 'https://x/?a=b', 'javascript:alert(1)']) {
      assert.equal((await cliErrorOf(Promise.try(() => startUrlOf(url)))).kind, 'usage', url);
    }
  });
});

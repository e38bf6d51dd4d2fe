import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ssoTokenName } from '../../../../src/core/plan/sso-token-name.ts';
import { createCrypto } from '../../../../src/system/crypto.ts';
import { AccountLists } from '../../../../src/vault/sessions/account-lists.ts';
import { SessionStore } from '../../../../src/vault/sessions/session-store.ts';
import { filesOf } from '../../../support/files.ts';
import { collect } from '../../../support/resolve-bench.ts';

const SESSION = {
  session: 'work',
  startUrl: 'https://example.awsapps.com/start',
  region: 'eu-west-1',
  registrationScopes: ['sso:account:access'],
};
const ACCOUNTS = [{ id: '111122223333', name: 'Produktion', email: 'a@example.com', roles: ['Admin'] }];
const MINUTE = 60_000;

let root: string;
let now: number;
let store: SessionStore;
let lists: AccountLists;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccvault-accounts-'));
  now = Date.UTC(2026, 5, 1, 12);
  const key = new Uint8Array(32).fill(7);
  const clock = { now: () => now, sleep: async () => {} };
  store = new SessionStore(
    {
      files: filesOf(join(root, 'vault')),
      crypto: createCrypto(),
      host: { vaultDirectory: join(root, 'vault') } as ConstructorParameters<typeof SessionStore>[0]['host'],
      out: collect([]),
      clock,
    },
    {
      get: async () => key,
      getOrMake: async () => key,
      forgetAnswers: () => {},
    } as unknown as ConstructorParameters<typeof SessionStore>[1],
  );
  lists = new AccountLists({ clock }, store);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the lists of accounts', () => {
  it('are kept for an hour, each kind and session by itself', async () => {
    assert.equal(await lists.read(SESSION, 'roles'), undefined);
    await lists.write(SESSION, 'roles', ACCOUNTS);
    now += 59 * MINUTE;
    assert.deepEqual(await lists.read(SESSION, 'roles'), { accounts: ACCOUNTS, isOld: false });
    assert.equal(await lists.read(SESSION, 'names'), undefined);
    assert.equal(await lists.read({ ...SESSION, session: 'play' }, 'roles'), undefined);
    now += 2 * MINUTE;
    assert.deepEqual(await lists.read(SESSION, 'roles'), { accounts: ACCOUNTS, isOld: true });
  });

  it('are sealed, and dropped with the sign-in', async () => {
    await lists.write(SESSION, 'roles', ACCOUNTS);
    await lists.write(SESSION, 'names', ACCOUNTS);
    const folder = join(root, 'vault/sessions');
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'latin1');
      for (const part of ['Produktion', '111122223333', 'example.com', 'Admin']) {
        assert.equal(text.includes(part), false, part);
      }
    }
    assert.equal(store.removeRoot(ssoTokenName(SESSION)), 2);
    assert.equal(await lists.read(SESSION, 'names'), undefined);
  });
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CliError } from '../../../../src/core/errors.ts';
import type { BackendName, KeyStore } from '../../../../src/core/ports/keystore.ts';
import { Secret } from '../../../../src/core/secret.ts';
import { systemClock } from '../../../../src/system/clock.ts';
import { Vault } from '../../../../src/vault/keys/vault.ts';
import type { VaultSystem } from '../../../../src/vault/keys/vault.ts';
import { cliError, modeOf } from '../../../support/files.ts';
import { createIndexSystem } from '../../../support/index-writer.ts';
import { collect, memoryStore } from '../../../support/resolve-bench.ts';
import { silentTerminal } from '../../../support/silent-terminal.ts';

const SECRET = 'made-up/secret+of+forty+characters+00000';

let root: string;
let folder: string;
let items: Map<string, string>;
let said: string[];
let opened: BackendName[];
let answers: boolean;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccvault-vault-'));
  folder = join(root, 'vault');
  items = new Map();
  said = [];
  opened = [];
  answers = true;
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(named?: BackendName, change: Partial<KeyStore> = {}, env: VaultSystem['env'] = {}): Vault {
  const system: VaultSystem = {
    ...createIndexSystem(folder),
    env,
    clock: systemClock,
    out: collect(said),
    terminal: silentTerminal(),
    keyringAnswers: async () => answers,
    keyStore: async (name) => {
      opened.push(name);
      return { ...memoryStore(items), ...change, name };
    },
  };
  return new Vault(system, named);
}

const key = (profile: string, secret = SECRET): Parameters<Vault['write']>[0] => ({
  profile,
  accessKeyId: 'AKIAQQQQQQQQQQQQ7777',
  secretAccessKey: new Secret(secret),
});

const index = (): string => readFileSync(join(folder, 'index.json'), 'utf8');

describe('the first key', () => {
  it('goes to the system keyring where one answers, which is said and recorded', async () => {
    await open().write(key('dev'));
    assert.deepEqual(said, ['info: keys are kept in the system keyring']);
    assert.equal(await open().backendName(), 'keyring');
    said = [];
    answers = false;
    await open().write(key('two'));
    assert.deepEqual(said, []);
    assert.deepEqual(new Set(opened), new Set(['keyring']));
  });

  it('goes to the file elsewhere', async () => {
    answers = false;
    await open().write(key('dev'));
    assert.equal(await open().backendName(), 'file');
    assert.match(said.join('\n'), /no system keyring is available: keys are kept/);
  });

  it('goes where --backend or CCVAULT_BACKEND says, without a word', async () => {
    await open('pass').write(key('dev'));
    assert.deepEqual(opened, ['pass']);
    assert.deepEqual(said, []);
    assert.throws(
      () => open(undefined, {}, { CCVAULT_BACKEND: 'cloud' }),
      cliError('usage', /CCVAULT_BACKEND.*cloud/),
    );
    assert.equal(await open(undefined, {}, { CCVAULT_BACKEND: 'file' }).backendName(), 'file');
  });

  it('makes a private folder', async () => {
    await open().write(key('dev'));
    assert.equal(modeOf(folder), '700');
    assert.equal(modeOf(join(folder, 'index.json')), '600');
  });
});

describe('a stored key', () => {
  it('comes back, and its secret is not in the index', async () => {
    await open().write(key('dev'));
    const item = await open().read('dev');
    assert.equal(item.secretAccessKey.reveal(), SECRET);
    assert.ok(!index().includes(SECRET));
    assert.ok(!index().includes(SECRET.slice(0, 12)));
  });

  it('has a new generation each time it is stored', async () => {
    const first = await open().write(key('dev'));
    const second = await open().write(key('dev'));
    assert.notEqual(first.generation, second.generation);
    assert.equal((await open().storedKeys()).size, 1);
  });

  it('that the backend did not keep is an error, and the index does not tell of it', async () => {
    await assert.rejects(
      open(undefined, { read: async () => undefined }).write(key('dev')),
      cliError('keystore', /did not keep the key of profile dev/),
    );
    assert.equal((await open().storedKeys()).size, 0);
  });

  it('that could not be written leaves the former one and the index as they were', async () => {
    await open().write(key('dev', 'former-secret-of-forty-characters-000000'));
    const before = index();
    const refuse = async (): Promise<void> => {
      throw new CliError('keystore', 'disk full');
    };
    await assert.rejects(
      open(undefined, { write: refuse }).write(key('dev')),
      cliError('keystore', /disk full/),
    );
    assert.equal(index(), before);
    assert.equal(
      (await open().read('dev')).secretAccessKey.reveal(),
      'former-secret-of-forty-characters-000000',
    );
  });

  it('that is gone from the backend is an error with the command that stores it', async () => {
    await open().write(key('dev'));
    items.clear();
    await assert.rejects(
      open().read('dev'),
      cliError('keystore', /has no key for profile dev/, /ccvault add dev/),
    );
    items.set('key/dev', 'something else');
    await assert.rejects(open().read('dev'), cliError('keystore', /something that is not a key/));
  });

  it('of a change that was interrupted mends the index', async () => {
    await open().write(key('dev'));
    const before = index();
    const item = await open().write(key('dev'));
    writeFileSync(join(folder, 'index.json'), before);
    await open().read('dev');
    assert.equal((await open().storedKeys()).get('dev')?.generation, item.generation);
  });

  it('is removed from both', async () => {
    await open().write(key('dev'));
    assert.equal(await open().remove('dev'), undefined);
    assert.equal(items.size, 0);
    assert.equal((await open().storedKeys()).size, 0);
  });

  it('takes the new key of an unfinished rotation with it', async () => {
    await open().write(key('dev'));
    const text = items.get('key/dev') ?? '';
    items.set('rotating/dev', text.replace('AKIAQQQQQQQQQQQQ7777', 'AKIAQQQQQQQQQQQQ8888'));
    assert.equal(await open().remove('dev'), 'AKIAQQQQQQQQQQQQ8888');
    assert.equal(items.size, 0);
  });

  it('is not removed where another backend is named', async () => {
    await open().write(key('dev'));
    await assert.rejects(
      open('file').remove('dev'),
      cliError('keystore', /keys are in the system keyring, not in/, /ccvault --backend keyring remove dev$/),
    );
    assert.equal(items.size, 1);
    assert.equal((await open().storedKeys()).size, 1);
  });

  for (const [named, env, hint] of [
    ['file', {}, /leave --backend out/],
    [undefined, { CCVAULT_BACKEND: 'file' }, /unset CCVAULT_BACKEND/],
    [undefined, { CCVAULT_BACKEND: 'pass' }, /unset CCVAULT_BACKEND/],
  ] as const) {
    it(`is not looked for in another backend (${named ?? env.CCVAULT_BACKEND}), and is not to be stored again`, async () => {
      await open().write(key('dev'));
      opened = [];
      await assert.rejects(open(named, {}, env).read('dev'), (error) => {
        assert.ok(cliError('keystore', /keys are in the system keyring, not in/, hint)(error));
        assert.doesNotMatch((error as CliError).hints.join(), /ccvault add/);
        return true;
      });
      assert.deepEqual(opened, []);
    });
  }

  it('that a rotation set aside takes the place of the old one, where the backend renames', async () => {
    await open().write(key('dev'));
    const text = (items.get('key/dev') ?? '').replace(/"generation":"\w+"/, '"generation":"feed"');
    const pending = text.replace('AKIAQQQQQQQQQQQQ7777', 'AKIAQQQQQQQQQQQQ8888');
    assert.equal(await open().adoptPending('dev'), false);
    const rename: KeyStore['rename'] = async (from, to) => {
      items.set(to, items.get(from) ?? '');
      items.delete(from);
    };
    assert.equal(await open(undefined, { rename }).adoptPending('dev'), false);
    items.set('rotating/dev', pending);
    const refuse = async (): Promise<void> => {
      throw new CliError('keystore', 'no such property', { code: 'denied' });
    };
    assert.equal(await open(undefined, { rename: refuse }).adoptPending('dev'), false);
    assert.equal(await open(undefined, { rename: async () => {} }).adoptPending('dev'), false);
    assert.equal(await open(undefined, { rename }).adoptPending('dev'), true);
    assert.deepEqual([...items], [['key/dev', pending]]);
    assert.equal((await open().storedKeys()).get('dev')?.generation, 'feed');
  });

  it('tells its backend that items of ours are there, and a backend without any nothing of the kind', async () => {
    const told: unknown[] = [];
    const look = async (named?: BackendName): Promise<void> => {
      const vault = new Vault(
        {
          ...createIndexSystem(folder),
          env: {},
          clock: systemClock,
          out: collect(said),
          terminal: silentTerminal(),
          keyringAnswers: async () => true,
          keyStore: async (name, _terminal, options) => {
            told.push([name, options?.holdsItems]);
            return { ...memoryStore(items), name };
          },
        },
        named,
      );
      await vault.store();
    };
    await open('keyring').write(key('dev'));
    await look();
    await look('file');
    await open().remove('dev');
    await look('keyring');
    assert.deepEqual(told, [
      ['keyring', true],
      ['file', false],
      ['keyring', false],
    ]);
  });

  it('does not go to a second backend', async () => {
    await open().write(key('dev'));
    await assert.rejects(
      open('file').write(key('two')),
      cliError(
        'keystore',
        /keys are in the system keyring, not in the encrypted file/,
        /import --from keyring/,
      ),
    );
    await open().remove('dev');
    await open('file').write(key('two'));
    assert.equal(await open().backendName(), 'file');
  });
});

describe('the index of a vault', () => {
  for (const [state, spoil] of [
    ['missing', () => rmSync(join(folder, 'index.json'))],
    ['damaged', () => writeFileSync(join(folder, 'index.json'), '{"version":1')],
  ] as const) {
    it(`is rebuilt when it is ${state}`, async () => {
      const first = await open().write(key('dev'));
      await open().write(key('two'));
      items.set('session-key', 'not a key');
      items.set('key/broken', 'not a key either');
      // Any other file tells a vault in use from one that is not there yet.
      mkdirSync(join(folder, 'sessions'), { recursive: true });
      spoil();
      const keys = await open().storedKeys();
      assert.deepEqual([...keys.keys()].sort(), ['dev', 'two']);
      assert.equal(keys.get('dev')?.generation, first.generation);
      assert.match(said.at(-1) ?? '', /^info: rebuilt .*index\.json from the system keyring$/);
      said = [];
      assert.equal((await open().storedKeys()).size, 2);
      assert.deepEqual(said, []);
    });

    it(`is named when it is ${state} and the backend is out of reach`, async () => {
      await open().write(key('dev'));
      mkdirSync(join(folder, 'sessions'), { recursive: true });
      spoil();
      const list = async (): Promise<never> => {
        throw new CliError('keystore', 'the keyring is locked', { code: 'locked' });
      };
      await assert.rejects(
        open(undefined, { list }).storedKeys(),
        cliError(
          'keystore',
          new RegExp(`index\\.json is ${state} and cannot be rebuilt: the keyring is locked`),
        ),
      );
    });
  }

  it('asks no backend where there is no vault', async () => {
    assert.equal((await open().storedKeys()).size, 0);
    assert.deepEqual(opened, []);
    assert.deepEqual(readdirSync(root), []);
  });
});

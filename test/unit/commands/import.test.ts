import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run as runImport } from '../../../src/commands/import.ts';
import { Workspace } from '../../../src/commands/shared/workspace.ts';
import type { BackendName } from '../../../src/core/ports/keystore.ts';
import type { CommandInput } from '../../../src/spec/commands.ts';
import { startAws, type Aws } from '../../aws/server.ts';
import type { UserHandle } from '../../aws/world.ts';
import { cliError, modeOf } from '../../support/files.ts';
import { createMortalSystem } from '../../support/mortal-system.ts';
import type { Death, MortalSystem } from '../../support/mortal-system.ts';

type Options = Partial<CommandInput<'import'>['options']>;
type Stores = Partial<Record<BackendName, Map<string, string>>>;

let aws: Aws;
let users: readonly [UserHandle, UserHandle];

before(async () => {
  aws = await startAws();
  const account = '111122223333';
  users = [aws.world.addUser({ account, name: 'alice' }), aws.world.addUser({ account, name: 'bob' })];
});
after(() => aws.stop());

/** A home with both users' keys in plain text, among other lines. */
class Home {
  readonly path = mkdtempSync(join(tmpdir(), 'ccvault-import-'));
  readonly stores: Stores;

  constructor(stores: Stores) {
    this.stores = stores;
    mkdirSync(join(this.path, '.aws'));
    mkdirSync(join(this.path, 'dotfiles'));
    writeFileSync(join(this.path, 'dotfiles/credentials'), plaintext(true));
    chmodSync(join(this.path, 'dotfiles/credentials'), 0o640);
    symlinkSync('../dotfiles/credentials', this.credentials);
    writeFileSync(join(this.path, '.aws/config'), '[profile alice]\nregion = eu-west-1\n');
  }

  get credentials(): string {
    return join(this.path, '.aws/credentials');
  }

  text(): string {
    return readFileSync(this.credentials, 'utf8');
  }

  system(death?: Death, answers?: readonly boolean[]): MortalSystem {
    return createMortalSystem({
      home: this.path,
      env: { ...aws.env },
      stores: this.stores,
      death,
      ...(answers === undefined ? {} : { answers }),
    });
  }

  /** True when the run lived to its end. */
  async import(mortal: MortalSystem, options: Options, backend?: BackendName): Promise<boolean> {
    try {
      const globals = { backend, prompt: undefined, debug: false };
      const full = { from: undefined, scrub: false, sdk: false, dryRun: false, ...options };
      assert.equal(
        await runImport({ arguments: { profiles: [] }, options: full, tail: [] }, mortal.system, globals),
        0,
      );
      return true;
    } catch (error) {
      if (!mortal.died()) throw error;
      return false;
    }
  }

  end(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function plaintext(keys: boolean): string {
  const [alice, bob] = users;
  const pair = (user: UserHandle): string =>
    keys ? `aws_access_key_id = ${user.accessKeyId}\naws_secret_access_key=${user.secretAccessKey}\n` : '';
  return `# mine\n[alice]\n${pair(alice)}region = eu-west-1\n\n; bob's\n[bob]\n${pair(bob)}# end`;
}

function storedSecret(items: ReadonlyMap<string, string> | undefined, profile: string): string | undefined {
  const text = items?.get(`key/${profile}`);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, string>)['secretAccessKey'];
}

async function withHome<T>(stores: Stores, work: (home: Home) => Promise<T>): Promise<T> {
  const home = new Home(stores);
  try {
    return await work(home);
  } finally {
    home.end();
  }
}

/** Kills a run before and after each of its changes, until one lives. */
async function killEverywhere(
  stores: () => Stores,
  work: (home: Home, death: Death) => Promise<boolean>,
): Promise<number> {
  let deaths = 0;
  for (const when of ['before', 'after'] as const) {
    for (let at = 0; ; at += 1) {
      if (await withHome(stores(), (home) => work(home, { at, when }))) break;
      deaths += 1;
    }
  }
  return deaths;
}

test('--scrub removes the imported lines and nothing else, through the symlink, mode kept, nothing left', async () => {
  await withHome({ keyring: new Map() }, async (home) => {
    const mortal = home.system();
    assert.ok(await home.import(mortal, { scrub: true }));
    assert.equal(home.text(), plaintext(false));
    assert.ok(lstatSync(home.credentials).isSymbolicLink());
    assert.equal(modeOf(join(home.path, 'dotfiles/credentials')), '640');
    assert.deepEqual(readdirSync(join(home.path, 'dotfiles')), ['credentials']);
    assert.deepEqual(readdirSync(join(home.path, '.aws')), ['config', 'credentials']);
    for (const user of users) {
      assert.equal(storedSecret(home.stores.keyring, user.user.name), user.secretAccessKey);
      assert.ok(mortal.said.some((line) => line.includes(`****${user.accessKeyId.slice(-4)}`)));
    }
    const { keys } = await new Workspace(mortal.system, { backend: undefined }).vault.index();
    assert.ok(keys.every((key) => key.createdAt !== undefined && key.arn !== undefined));
  });
});

test('an import killed at any change has each key in the vault or in the file, and goes on when run again', async () => {
  const deaths = await killEverywhere(
    () => ({ keyring: new Map() }),
    async (home, death) => {
      const lived = await home.import(home.system(death), { scrub: true });
      for (const { user, secretAccessKey } of users) {
        const stored = storedSecret(home.stores.keyring, user.name) === secretAccessKey;
        assert.ok(stored || home.text().includes(secretAccessKey), `${user.name} is lost`);
      }
      assert.ok(await home.import(home.system(), { scrub: true }));
      assert.equal(home.text(), plaintext(false));
      for (const { user, secretAccessKey } of users) {
        assert.equal(storedSecret(home.stores.keyring, user.name), secretAccessKey);
      }
      return lived;
    },
  );
  assert.ok(deaths >= 10, String(deaths));
});

test('a move killed at any change leaves each key where the index says, and the same command finishes it', async () => {
  const deaths = await killEverywhere(
    () => ({ keyring: new Map(), file: new Map(), pass: new Map() }),
    async (home, death) => {
      assert.ok(await home.import(home.system(), {}));
      home.stores.keyring?.set('session-key', 'c2Vzc2lvbiBrZXk=');
      const lived = await home.import(home.system(death), { from: 'keyring' }, 'file');
      // A process that knows nothing of the move.
      const { vault } = new Workspace(home.system().system, { backend: undefined });
      for (const { user, secretAccessKey } of users) {
        assert.equal((await vault.read(user.name)).secretAccessKey.reveal(), secretAccessKey);
      }
      const inUse = (await vault.backendName()) ?? 'pass';
      assert.equal(home.stores[inUse]?.get('session-key'), 'c2Vzc2lvbiBrZXk=');
      assert.ok(await home.import(home.system(), { from: 'keyring' }, 'file'));
      assert.equal(home.stores.keyring?.size, 0);
      assert.deepEqual([...(home.stores.file?.keys() ?? [])].sort(), ['key/alice', 'key/bob', 'session-key']);
      assert.equal(
        (await new Workspace(home.system().system, { backend: undefined }).vault.index()).backend,
        'file',
      );
      return lived;
    },
  );
  assert.ok(deaths >= 10, String(deaths));
});

test('where both backends hold different keys, the one in use counts, and only after a yes', async () => {
  await withHome({ keyring: new Map(), file: new Map() }, async (home) => {
    assert.ok(await home.import(home.system(), {}));
    const stale =
      home.stores.keyring?.get('key/alice')?.replace(users[0].secretAccessKey, 'another-secret') ?? '';
    home.stores.file?.set('key/alice', stale);
    const refused = home.import(home.system(), { from: 'keyring' }, 'file');
    await assert.rejects(
      refused,
      cliError('keystore', /different keys for profile alice/, /nothing was changed/),
    );
    assert.equal(home.stores.file?.get('key/alice'), stale);
    assert.equal(home.stores.keyring?.size, 2);
    const asked = home.system(undefined, [true]);
    assert.ok(await home.import(asked, { from: 'keyring' }, 'file'));
    assert.ok(asked.said.some((line) => line.startsWith('? ') && line.includes('Keep')));
    assert.equal(storedSecret(home.stores.file, 'alice'), users[0].secretAccessKey);
  });
});

test('another key of the profile in the file is not removed', async () => {
  await withHome({ keyring: new Map() }, async (home) => {
    writeFileSync(
      join(home.path, '.aws/config'),
      '[profile alice]\naws_access_key_id = AKIAOTHEROTHEROTHER1\naws_secret_access_key = other-secret\n',
    );
    const mortal = home.system();
    assert.ok(await home.import(mortal, { scrub: true }));
    assert.equal(home.text(), plaintext(false));
    assert.match(readFileSync(join(home.path, '.aws/config'), 'utf8'), /other-secret/);
    assert.ok(mortal.said.some((line) => line.startsWith('warning: another key of profile alice stays')));
  });
});

test('bytes that are not UTF-8 are never rewritten', async () => {
  await withHome({ keyring: new Map() }, async (home) => {
    const latin = Buffer.concat([Buffer.from('# caf\xe9\n', 'latin1'), Buffer.from(plaintext(true))]);
    writeFileSync(home.credentials, latin);
    const scrub = home.import(home.system(), { scrub: true });
    await assert.rejects(scrub, cliError('config', /is not UTF-8/, /save it as UTF-8/));
    assert.deepEqual(readFileSync(home.credentials), latin);
  });
});

// A home folder that is put back to where it was before each case, with everything in it that a command may change.

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AccessKey } from '../aws/entities.ts';
import type { UserHandle } from '../aws/world.ts';
import type { BuildName } from '../support/builds.ts';
import { startFakeKeyring } from '../support/fake-keyring.ts';
import { Home } from '../support/home.ts';
import { createLightVault } from '../support/light-vault.ts';

type Keyring = Awaited<ReturnType<typeof startFakeKeyring>>;

/** What `keep` put aside. */
interface Kept {
  readonly keys: readonly (readonly [UserHandle, readonly AccessKey[]])[];
  readonly items: readonly (readonly [string, Parameters<Keyring['items']['set']>[1]])[];
  readonly signIns: () => void;
}

export class Stage {
  readonly home: Home;
  readonly keyring: Keyring;
  /** Two users of one account, without an MFA device. */
  readonly alice: UserHandle;
  readonly bob: UserHandle;
  /** The one that opens the vault now. */
  passphrase: string;
  #kept: Kept | undefined;

  private constructor(home: Home, keyring: Keyring) {
    this.home = home;
    this.keyring = keyring;
    const add = (name: string): UserHandle => home.aws.world.addUser({ account: '111122223333', name });
    this.alice = add('alice');
    this.bob = add('bob');
    this.passphrase = home.passphrase;
  }

  get env(): Readonly<Record<string, string | undefined>> {
    return {
      // The kernel would keep the session keys of vaults that are copied and thrown away.
      CCVAULT_UNLOCK_TTL: '0',
      CCVAULT_BACKEND: undefined,
      CCVAULT_PASSPHRASE: this.passphrase,
      DBUS_SESSION_BUS_ADDRESS: this.keyring.address,
    };
  }

  /** With an empty vault of the file backend, and profiles of both users. */
  static async open(build: BuildName): Promise<Stage> {
    const home = await Home.create({ build });
    const stage = new Stage(home, await startFakeKeyring(join(home.root, 'bus')));
    await createLightVault(home.vault, home.passphrase);
    writeFileSync(
      home.config,
      '# mine\n[profile alice]\nregion = eu-west-1\n\n[profile bob]\nregion = eu-west-1\n',
    );
    return stage;
  }

  async end(): Promise<void> {
    this.keyring.close();
    await this.home.end();
  }

  get credentials(): string {
    return join(dirname(this.home.config), 'credentials');
  }

  get gitConfig(): string {
    return join(this.home.home, '.gitconfig');
  }

  get repository(): string {
    return join(this.home.home, 'repository');
  }

  get repositoryConfig(): string {
    return join(this.repository, '.git/config');
  }

  get passwordStore(): string {
    return join(this.home.home, '.password-store');
  }

  /** Where everything is that a command may change. */
  get places(): readonly string[] {
    return [this.home.vault, this.home.home];
  }

  /** The folder that a command's own files are below: not the program's. */
  isOurs(path: string): boolean {
    return this.places.some((place) => path === place || path.startsWith(`${place}/`));
  }

  /** Remembers how everything is. */
  keep(): void {
    for (const place of this.places) {
      rmSync(`${place}.kept`, { recursive: true, force: true });
      cpSync(place, `${place}.kept`, { recursive: true });
    }
    const keysOf = (user: UserHandle): AccessKey[] => user.user.keys.map(copyOf);
    this.#kept = {
      keys: [this.alice, this.bob].map((user) => [user, keysOf(user)]),
      items: [...this.keyring.items].map(([path, item]) => [path, structuredClone(item)]),
      signIns: this.#keepSignIns(),
    };
  }

  /** Puts everything back to where `keep` saw it. */
  restore(): void {
    this.passphrase = this.home.passphrase;
    for (const place of this.places) {
      rmSync(place, { recursive: true, force: true });
      cpSync(`${place}.kept`, place, { recursive: true });
    }
    for (const [{ user }, keys] of this.#kept?.keys ?? [])
      user.keys.splice(0, user.keys.length, ...keys.map(copyOf));
    this.#kept?.signIns();
    this.keyring.items.clear();
    for (const [path, item] of this.#kept?.items ?? []) this.keyring.items.set(path, structuredClone(item));
  }

  /** What brings back the sign-ins that AWS knows now. */
  #keepSignIns(): () => void {
    const { accessTokens, refreshTokens } = this.home.aws.world.sso;
    const [access, refresh] = [new Map(accessTokens), new Map(refreshTokens)];
    return () => {
      for (const [token, value] of access) accessTokens.set(token, value);
      for (const [token, value] of refresh) refreshTokens.set(token, value);
    };
  }

  /** A repository that is just begun. */
  async createRepository(): Promise<void> {
    mkdirSync(this.repository);
    const { code, stderr } = await this.home.start(['git', 'init', '-q', this.repository]).ended;
    if (code !== 0) throw new Error(stderr);
  }

  /** The plaintext file, with the keys of both users. */
  writeCredentials(): void {
    const sections = [this.alice, this.bob].map(
      ({ user, accessKeyId, secretAccessKey }) =>
        `; of ${user.name}\n[${user.name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key=${secretAccessKey}\nregion = eu-west-1\n`,
    );
    mkdirSync(dirname(this.credentials), { recursive: true, mode: 0o700 });
    writeFileSync(this.credentials, sections.join('\n'), { mode: 0o600 });
  }
}

/** Its owner stays the same. */
function copyOf(key: AccessKey): AccessKey {
  return { ...key };
}

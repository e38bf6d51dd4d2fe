// What is there, as somebody finds it who opens the files without ccvault's own commands.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { unlock } from '../../src/system/keystore/age-cipher.ts';
import { parseVault } from '../../src/system/keystore/vault-content.ts';
import { decodeItem } from '../../src/system/keystore/pass.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Stage } from './stage.ts';

export interface Observation {
  /** Each is as it was or as it is to be, at every moment. */
  readonly facts: ReadonlyMap<string, string>;
  /** What may be on its way in between, and is right once a command has ended well. */
  readonly atRest: ReadonlyMap<string, string>;
  /** For each profile, the keys found for it: in the backends and in plain text. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
  /** What each backend holds, by the name of the item. */
  readonly items: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

const AGE = 'age-encryption.org/';

/** `passphrases` are those that may open the vault, the one of `home` among them. */
export async function observe(stage: Stage, passphrases: readonly string[]): Promise<Observation> {
  const facts = new Map<string, string>();
  const atRest = new Map<string, string>();
  const keys = new Map<string, Set<string>>();
  const found = (place: string, profile: string, secret: string): void => {
    const label = labelOf(stage, secret);
    facts.set(`key of ${profile} in ${place}`, label);
    keys.set(profile, (keys.get(profile) ?? new Set()).add(label));
  };

  const vault = read(join(stage.home.vault, 'vault.age'));
  const opened = vault === undefined ? undefined : await openVault(vault, passphrases);
  if (opened !== undefined) facts.set('passphrase', opened.passphrase);
  const stores = {
    file: opened?.items ?? new Map<string, string>(),
    keyring: new Map(
      [...stage.keyring.items.values()].map(({ attributes, secret }) => [
        attributes['username'] ?? '',
        secret,
      ]),
    ),
    pass: itemsOfPass(join(stage.passwordStore, 'ccvault')),
  };
  for (const [place, items] of Object.entries(stores)) {
    for (const [item, value] of items) {
      const [, profile] = /^key\/(.*)$/.exec(item) ?? [];
      if (profile !== undefined) found(place, profile, secretOf(value));
    }
    atRest.set(
      `items of ${place}`,
      [...items.keys()]
        .filter((item) => item !== 'session-key')
        .sort()
        .join(),
    );
  }
  for (const path of [stage.home.config, stage.credentials, stage.gitConfig, stage.repositoryConfig]) {
    const name = relative(stage.home.home, path);
    for (const [header, section] of sectionsOf(read(path)?.toString() ?? '')) {
      facts.set(`[${header}] of ${name}`, section);
      const [, secret] = /^aws_secret_access_key\s*=\s*(\S+)/m.exec(section) ?? [];
      if (secret !== undefined) found('plain text', header, secret);
    }
  }
  for (const { profile, accessKeyId } of indexOf(stage))
    facts.set(`index of ${profile}`, idLabel(stage, accessKeyId));
  const sessions = namesIn(join(stage.home.vault, 'sessions')).filter((name) => !name.startsWith('.'));
  atRest.set('sessions', String(sessions.length));
  atRest.set('files', filesOf(stage).join('\n'));
  return { facts, atRest, keys, items: new Map(Object.entries(stores)) };
}

function itemsOfPass(folder: string): ReadonlyMap<string, string> {
  return new Map(
    namesIn(folder).map((name) => [
      decodeItem(name.replace(/\.gpg$/, '')),
      readFileSync(join(folder, name), 'utf8').trimEnd(),
    ]),
  );
}

// Locks and sessions come and go; a copy of the vault lives until the next reading, a half-written file until the next
// write after an hour. What these hold is looked at by itself.
const PASSING = /^vault\/(?:locks|sessions)\/|\.bak$|\.tmp$/;

function filesOf(stage: Stage): readonly string[] {
  return stage.places
    .flatMap((place) => filesBelow(place).map((path) => relative(stage.home.root, path)))
    .filter((path) => !PASSING.test(path))
    .sort();
}

/** Every secret that there is or was: of keys, which a rotation makes as well, of sessions and of sign-ins. */
function secretsOf({ alice, bob, home }: Stage): ReadonlyMap<string, string> {
  const { sessions, sso } = home.aws.world;
  const secrets = new Map<string, string>();
  for (const { user, secretAccessKey } of [alice, bob]) {
    for (const { secret } of user.keys) secrets.set(secret, `a new secret of ${user.name}`);
    secrets.set(secretAccessKey, `${user.name}'s secret`);
  }
  for (const { secretAccessKey, sessionToken } of sessions) {
    secrets.set(secretAccessKey, "a session's secret");
    secrets.set(sessionToken, "a session's token");
  }
  for (const token of [...sso.accessTokens.keys(), ...sso.refreshTokens.keys()])
    secrets.set(token, "a sign-in's token");
  return secrets;
}

export interface FoundSecret {
  readonly path: string;
  /** Whose. */
  readonly what: string;
  /** In a vault that one of the passphrases opens; else in plain text. */
  readonly sealed: boolean;
}

/** Every place below the folders of ours that holds one of the secrets. */
export async function findSecrets(
  stage: Stage,
  passphrases: readonly string[],
): Promise<readonly FoundSecret[]> {
  const secrets = secretsOf(stage);
  const all: FoundSecret[] = [];
  for (const path of stage.places.flatMap(filesBelow)) {
    const bytes = readFileSync(path);
    const text = bytes.toString('latin1');
    const sealed = text.startsWith(AGE)
      ? await openVault(bytes, passphrases).catch(() => undefined)
      : undefined;
    for (const [secret, what] of secrets) {
      const isIn = (one: string): boolean => one.includes(secret) || one.includes(btoa(secret));
      const found = { path: relative(stage.home.root, path), what };
      if (isIn(text)) all.push({ ...found, sealed: false });
      if ([...(sealed?.items.values() ?? [])].some(isIn)) all.push({ ...found, sealed: true });
    }
  }
  return all;
}

interface OpenedVault {
  readonly passphrase: string;
  readonly items: ReadonlyMap<string, string>;
}

/** Throws for one that none of the passphrases opens. */
async function openVault(sealed: Uint8Array, passphrases: readonly string[]): Promise<OpenedVault> {
  let failure: unknown;
  for (const passphrase of passphrases) {
    try {
      const items = parseVault((await unlock(sealed, new Secret(passphrase))).plain);
      if (items === undefined) throw new Error('vault.age holds something else than a vault');
      return { passphrase, items };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** What stands under each header, and before the first one. */
function sectionsOf(text: string): readonly (readonly [header: string, section: string])[] {
  return text.split(/^(?=\[)/m).map((section) => [/^\[(.*?)\]/.exec(section)?.[1] ?? '', section]);
}

/** Whose key a secret is; the old one of its user, a new one that works, or one that AWS would refuse. */
function labelOf(stage: Stage, secret: string): string {
  for (const { user, secretAccessKey } of [stage.alice, stage.bob]) {
    const key = user.keys.find((one) => one.secret === secret);
    const which = secret === secretAccessKey ? 'first key' : 'new key';
    if (key !== undefined) return `${key.active ? '' : 'inactive '}${which} of ${user.name}`;
  }
  return 'a key that does not work';
}

function idLabel(stage: Stage, id: string): string {
  return [stage.alice, stage.bob].find(({ accessKeyId }) => accessKeyId === id)?.user.name ?? 'another';
}

function secretOf(item: string): string {
  return (JSON.parse(item) as { secretAccessKey: string }).secretAccessKey;
}

interface KeyId {
  readonly profile: string;
  readonly accessKeyId: string;
}

/** Nothing for one that is damaged: ccvault rebuilds it or names it. */
function indexOf(stage: Stage): readonly KeyId[] {
  try {
    return (JSON.parse(readFileSync(join(stage.home.vault, 'index.json'), 'utf8')) as { keys: KeyId[] }).keys;
  } catch {
    return [];
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

// A command in a hint can be pasted as it is, whatever the profile is called: each line is given to a real shell in
// which every program of the hints does nothing but record its words.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createLightVault } from '../support/light-vault.ts';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import type { RunOptions } from '../support/home.ts';

const NAMES = [
  'plain',
  'q r',
  'x;touch${IFS}pwned;',
  '-f',
  "it's",
  '$(touch p)',
  '`touch p`',
  '*',
  '~',
  'a&b',
];
const PROGRAMS = ['ccvault', 'age', 'aws', 'aws-vault', 'chmod', 'mv', 'touch'];
const RECORDER = `#!/bin/sh\nprintf '%s\\0' "\${0##*/}" "$@" >> "$RECORD"\nprintf '\\n\\0' >> "$RECORD"\n`;

/** Where a pasted line runs: a PATH of recorders alone. */
class Shell {
  readonly #folder: string;

  constructor(root: string) {
    this.#folder = join(root, 'paste');
    for (const folder of ['bin', 'cwd']) mkdirSync(join(this.#folder, folder), { recursive: true });
    for (const program of PROGRAMS)
      writeFileSync(join(this.#folder, 'bin', program), RECORDER, { mode: 0o755 });
  }

  /** The words of every program that the line runs. */
  paste(line: string): string[][] {
    const record = join(this.#folder, 'record');
    rmSync(record, { force: true });
    const env = { PATH: join(this.#folder, 'bin'), RECORD: record, HOME: '/nowhere' };
    // What follows a command in a hint after a semicolon is no program: that the line ends badly is no matter.
    execFileSync('/bin/sh', ['-c', `${line}\n:`], { env, cwd: join(this.#folder, 'cwd'), stdio: 'pipe' });
    assert.deepEqual(readdirSync(join(this.#folder, 'cwd')), [], `pasting made a file: ${line}`);
    if (!existsSync(record)) return [];
    return readFileSync(record, 'utf8')
      .split('\0\n\0')
      .filter((entry) => entry !== '')
      .map((entry) => entry.split('\0'));
  }
}

/** The text from each command on to the end of its line, on every line of standard error that is not an error's. */
function commandsIn(stderr: string): string[] {
  const lines = stderr.split('\n').filter((line) => !line.startsWith('ccvault: error: '));
  return lines.flatMap((line) =>
    [...line.matchAll(/: (?=(?:ccvault|age|aws|aws-vault|chmod|mv) [^ ])/g)].map(({ index }) =>
      line.slice(index + 2),
    ),
  );
}

interface Failing {
  readonly args: readonly string[];
  readonly options?: RunOptions;
  /** The config file, where it matters. */
  readonly config?: string;
  /** The words that pasting the hints gives to programs, one after the other. */
  readonly pasted: readonly (readonly string[])[];
}

/** The words before a profile's name that keep it from being an option. */
const guarded = (name: string): string[] => (name.startsWith('-') ? ['--', name] : [name]);
const section = (name: string): string => `[profile "${name}"]\n`;

const ROLE = 'role_arn = arn:aws:iam::111122223333:role/r\n';
const SSO =
  'sso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = r\n';
const MFA = 'mfa_serial = arn:aws:iam::111122223333:mfa/m\n';

function failing(name: string): Readonly<Record<string, Failing>> {
  const add = ['ccvault', 'add', ...guarded(name)];
  const refresh = ['ccvault', 'refresh', ...guarded(name)];
  const whoami = ['whoami', ...guarded(name)];
  return {
    'an unknown profile': { args: whoami, pasted: [add] },
    'an unknown profile in the environment': {
      args: ['exec', '--', 'true'],
      options: { env: { AWS_PROFILE: name } },
      pasted: [add],
    },
    'a source profile that is missing': {
      args: ['explain', 'dev'],
      config: `[profile dev]\n${ROLE}source_profile = ${name}\n`,
      pasted: [add],
    },
    'source profiles in a circle': {
      args: ['export', 'dev'],
      config: `[profile dev]\n${ROLE}source_profile = ${name}\n${section(name)}${ROLE}source_profile = dev\n`,
      pasted: [['ccvault', 'add', 'dev']],
    },
    'a profile that is its own source': {
      args: whoami,
      config: `${section(name)}${ROLE}source_profile = ${name}\n`,
      pasted: [add],
    },
    'a role without a source': { args: whoami, config: `${section(name)}${ROLE}`, pasted: [add] },
    'a profile without credentials': {
      args: whoami,
      config: `${section(name)}region = eu-west-1\n`,
      pasted: [add],
    },
    'half a key': {
      args: whoami,
      config: `${section(name)}aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n`,
      pasted: [add],
    },
    'a credential_process in a circle': {
      args: ['explain', 'dev'],
      config: `[profile dev]\n${ROLE}source_profile = ${name}\n${section(name)}credential_process = ccvault export dev\n`,
      pasted: [add],
    },
    'a sign-in without a terminal': { args: whoami, config: section(name) + SSO, pasted: [refresh] },
    'an MFA code without a terminal': {
      args: ['whoami', 'stored'],
      config: `[profile stored]\n${MFA}`,
      pasted: [['ccvault', 'refresh', 'stored']],
    },
    'rotate of a profile from the environment': {
      args: ['rotate'],
      options: { env: { AWS_PROFILE: name } },
      pasted: [['ccvault', 'rotate', ...guarded(name)]],
    },
    'rotate of a key in a file': {
      args: ['rotate', ...guarded(name)],
      config: `${section(name)}aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n`,
      pasted: [['ccvault', 'import', '--scrub', ...guarded(name)]],
    },
    'an import from aws-vault that fails': {
      args: ['import', '--from', 'aws-vault', ...guarded(name)],
      options: { env: { AWS_VAULT_LISTED: name } },
      pasted: [['aws-vault', 'export', '--no-session', '--format=json', name]],
    },
    'the git helper': {
      args: ['credential-helper', `--profile=${name}`, 'get'],
      options: { input: 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/r\n\n' },
      pasted: [add],
    },
  };
}

for (const build of BUILDS) {
  describe(`hints of the ${build} build`, () => {
    let home: Home;
    let shell: Shell;

    before(async () => {
      home = await Home.create({ build });
      shell = new Shell(home.root);
      await createLightVault(home.vault, home.passphrase);
      writeFileSync(
        join(home.root, 'bin/aws-vault'),
        `#!/bin/sh\n[ "$1" = list ] && printf '%s\\n' "$AWS_VAULT_LISTED" && exit 0\nexit 1\n`,
        { mode: 0o755 },
      );
      await home.ok(['add', 'stored', '--stdin', '--no-verify', '--no-config'], { input: home.keyJson() });
    });

    after(() => home.end());

    async function assertPasted({ args, options, config = '', pasted }: Failing): Promise<void> {
      writeFileSync(home.config, config);
      const { stderr, code } = await home.run(args, options);
      const ran = commandsIn(stderr)
        .flatMap((line) => shell.paste(line))
        .filter((words) => words.join(' ') !== 'ccvault list');
      assert.deepEqual(ran, pasted, `exit ${code}\n${stderr}`);
    }

    // Both builds are made of the same source; one of them shows every name.
    for (const name of build === 'standalone' ? NAMES : NAMES.slice(1, 4)) {
      describe(`for a profile ${name}`, () => {
        for (const [what, run] of Object.entries(failing(name))) it(what, () => assertPasted(run));

        // The SDK behind it reads no other names.
        it('a sign-in of the AWS CLI', { skip: !/^[\w-]+$/.test(name) }, () =>
          assertPasted({
            args: ['whoami', ...guarded(name)],
            config: `${section(name)}login_session = arn:aws:iam::111122223333:user/u\nregion = eu-west-1\n`,
            pasted: [['aws', 'login', '--profile', name]],
          }),
        );

        it('stored, tried, removed and kept elsewhere', async () => {
          const input = home.keyJson();
          const key = ['add', '--stdin', '--no-config', ...guarded(name)];
          await assertPasted({
            args: key,
            options: { input },
            pasted: [
              name.startsWith('-')
                ? ['ccvault', 'whoami', '--', name]
                : ['ccvault', 'exec', name, '--', 'aws', 'sts', 'get-caller-identity'],
            ],
          });
          await assertPasted({
            args: ['remove', ...guarded(name)],
            pasted: [['ccvault', 'remove', '--force', ...guarded(name)]],
          });
          await assertPasted({
            args: ['--backend', 'keyring', 'remove', '--force', ...guarded(name)],
            pasted: [['ccvault', '--backend', 'file', 'remove', ...guarded(name)]],
          });
          const credentials = join(home.home, '.aws/credentials');
          const erin = home.aws.world.addUser({
            account: '111122223333',
            name: `erin${NAMES.indexOf(name)}`,
          });
          writeFileSync(
            credentials,
            `[${name}]\naws_access_key_id = ${erin.accessKeyId}\naws_secret_access_key = ${erin.secretAccessKey}\n`,
          );
          await assertPasted({
            args: ['import', ...guarded(name)],
            pasted: [['ccvault', 'remove', ...guarded(name)]],
          });
          await home.ok(['remove', '--force', ...guarded(name)]);
          await assertPasted({
            args: ['import', ...guarded(name)],
            pasted: [['ccvault', 'import', '--scrub', ...guarded(name)]],
          });
          await home.ok(['remove', '--force', ...guarded(name)]);
          rmSync(credentials);
        });
      });
    }

    it('for a path with a blank, a quote and a command in it', async () => {
      const vault = join(home.root, "it's $(touch p) here");
      const env = { CCVAULT_HOME: vault };
      await createLightVault(vault, home.passphrase);
      await home.ok(['add', 'x', '--stdin', '--no-verify'], { input: home.keyJson(), env });
      writeFileSync(join(vault, 'vault.age'), 'damaged');
      await assertPasted({
        args: ['whoami', 'x'],
        options: { env },
        pasted: [
          ['age', '-d', join(vault, 'vault.age')],
          ['age', '-d', join(vault, 'vault.age.bak')],
        ],
      });
    });
  });
}

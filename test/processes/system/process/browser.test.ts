import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { browserCommands, openBrowser } from '../../../../src/system/process/browser.ts';

const URL_WITH_PARTS = 'https://example.com/a?b=1&c=$(id)%20x';

describe('browserCommands', () => {
  it('takes BROWSER first, in order, with %s or without', () => {
    assert.deepEqual(browserCommands('u', { BROWSER: 'firefox --new-tab %s:w3m' }, 'linux').slice(0, 2), [
      ['firefox', '--new-tab', 'u'],
      ['w3m', 'u'],
    ]);
    assert.deepEqual(browserCommands('u', { BROWSER: String.raw`C:\b.exe;x` }, 'win32').slice(0, 2), [
      [String.raw`C:\b.exe`, 'u'],
      ['x', 'u'],
    ]);
  });

  it('ends with what the system has', () => {
    for (const [os, program] of [
      ['linux', 'xdg-open'],
      ['darwin', 'open'],
      ['win32', 'rundll32.exe'],
    ] as const) {
      const [first] = browserCommands('u', { BROWSER: '' }, os);
      assert.equal(first?.[0], program);
      assert.equal(first?.at(-1), 'u');
    }
  });
});

describe('openBrowser', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ccvault-browser-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** A browser of the folder, by its name: BROWSER splits at blanks, which the folder's path may have. */
  function program(name: string, script: string): string {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o700);
    return name;
  }

  const searchPath = (): string => [folder, process.env['PATH'] ?? ''].join(delimiter);

  it('gives the URL as one argument, to the first that works', async () => {
    const seen = join(folder, 'seen');
    const env = {
      PATH: searchPath(),
      BROWSER: `/nowhere/browser:${program('fails', 'exit 3')}:${program('works', `printf '%s|' "$@" > '${seen}'`)}`,
    };
    assert.equal(await openBrowser(URL_WITH_PARTS, env, 'linux'), true);
    assert.equal(readFileSync(seen, 'utf8'), `${URL_WITH_PARTS}|`);
  });

  it('does not wait for a browser that stays', async () => {
    const seen = join(folder, 'pid');
    const env = { BROWSER: program('stays', `echo $$ > '${seen}'; exec sleep 60`), PATH: searchPath() };
    assert.equal(await openBrowser(URL_WITH_PARTS, env, 'linux'), true);
    while (!existsSync(seen)) await sleep(5);
    process.kill(Number(readFileSync(seen, 'utf8')));
  });

  it('says when there is none, and opens web pages only', async () => {
    assert.equal(await openBrowser(URL_WITH_PARTS, { PATH: folder }, 'linux'), false);
    const env = { BROWSER: program('never', `touch '${join(folder, 'never-ran')}'`), PATH: searchPath() };
    for (const url of ['file:///etc/passwd', 'javascript:alert(1)', '--version']) {
      assert.equal(await openBrowser(url, env, 'linux'), false);
    }
    assert.equal(existsSync(join(folder, 'never-ran')), false);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { browserCommands, colourOf, ISOLATED_BROWSERS } from '../../../src/console/browsers.ts';
import { hasDisplay } from '../../../src/core/display.ts';
import type { BrowserRequest } from '../../../src/console/browsers.ts';
import { servicePage } from '../../../src/console/services.ts';
import { isCliError } from '../../../src/core/errors.ts';
import type { Environment } from '../../../src/core/ports/environment.ts';
import type { FileStat } from '../../../src/core/ports/files.ts';
import { Secret } from '../../../src/core/secret.ts';
import { codePoint } from '../../support/code-point.ts';
import { filesOf } from '../../support/files.ts';
import { testHost } from '../../support/system-aws.ts';

const URL_TEXT = 'https://signin.aws.amazon.com/federation?Action=login&x=$HOME;`id`';
const REQUEST: BrowserRequest = {
  url: new Secret(URL_TEXT),
  profile: 'prod',
  os: 'linux',
  env: {},
  directory: '/home/me/vault/browsers',
};

describe('a command of the person', () => {
  const LINES: readonly (readonly [line: string, command: readonly string[]])[] = [
    ['firefox', ['firefox', URL_TEXT]],
    ['firefox --new-window', ['firefox', '--new-window', URL_TEXT]],
    ['firefox {url} --x', ['firefox', URL_TEXT, '--x']],
    ['x --app={url}', ['x', `--app=${URL_TEXT}`]],
    ['x {url} {url}', ['x', URL_TEXT, URL_TEXT]],
    [`"/opt/my browser/run" 'a b' {url}`, ['/opt/my browser/run', 'a b', URL_TEXT]],
    [`x a"b c"d ''`, ['x', 'ab cd', '', URL_TEXT]],
    ['x $(id) ; y', ['x', '$(id)', ';', 'y', URL_TEXT]],
  ];
  for (const [line, command] of LINES) {
    it(line, () => assert.deepEqual(browserCommands(line, REQUEST), [command]));
  }
  for (const line of ['', '  ', '{url}', `x "y`, `'`]) {
    it(`none: ${JSON.stringify(line)}`, () => {
      assert.throws(
        () => browserCommands(line, REQUEST),
        (error) => isCliError(error) && error.kind === 'usage' && !error.message.includes(URL_TEXT),
      );
    });
  }
});

describe('isolated browsers', () => {
  it('are one command or more on every system, the URL in one word', () => {
    const env = { ProgramFiles: String.raw`C:\Program Files`, LOCALAPPDATA: String.raw`C:\me` };
    for (const os of ['linux', 'darwin', 'win32'] as const) {
      for (const name of ISOLATED_BROWSERS) {
        const commands = browserCommands(name, { ...REQUEST, os, env });
        assert.ok(commands.length > 0);
        for (const command of commands) {
          const carrying = command.filter(
            (word) => word === URL_TEXT || word.includes(encodeURIComponent(URL_TEXT)),
          );
          assert.equal(carrying.length, 1, `${os} ${name}: ${command.join(' ')}`);
        }
      }
    }
  });

  it('give every profile a folder of its own', () => {
    const folderOf = (profile: string): string =>
      browserCommands('chrome', { ...REQUEST, profile })[0]?.find((word) =>
        word.startsWith('--user-data-dir='),
      ) ?? '';
    assert.equal(folderOf('prod'), '--user-data-dir=/home/me/vault/browsers/chrome/prod');
    fc.assert(
      fc.property(
        fc.string({ unit: codePoint, minLength: 1 }),
        fc.string({ unit: codePoint, minLength: 1 }),
        (a, b) => {
          const [one, other] = [folderOf(a), folderOf(b)];
          assert.match(one, /^--user-data-dir=\/home\/me\/vault\/browsers\/chrome\/[a-z0-9_][a-z0-9_.-]*$/);
          // Also on file systems that do not tell capitals apart.
          return a === b || one.toLowerCase() !== other.toLowerCase();
        },
      ),
    );
  });

  it('Firefox gets name, colour and URL as its extension reads them', () => {
    const [command] = browserCommands('firefox-container', { ...REQUEST, profile: 'a b+c&d' });
    const query = new Map(
      (command?.[1] ?? '')
        .replace(/^ext\+container:/, '')
        .split('&')
        .map((pair) => pair.split('=').map((part) => decodeURIComponent(part)) as [string, string]),
    );
    assert.equal(query.get('name'), 'a b+c&d');
    assert.equal(query.get('url'), URL_TEXT);
    assert.equal(query.get('color'), colourOf('a b+c&d').name);
  });

  it('colours stay', () => {
    // What people saw in an earlier version they must see in the next.
    assert.deepEqual(
      ['prod', 'dev', 'staging', 'default'].map((profile) => colourOf(profile).name),
      ['red', 'yellow', 'green', 'purple'],
    );
  });
});

describe('where a browser can open', () => {
  const CASES: readonly (readonly [
    name: string,
    os: 'linux' | 'darwin' | 'win32',
    env: Environment,
    mark: string,
    expected: boolean,
  ])[] = [
    ['Linux without a display', 'linux', {}, '', false],
    ['Linux with one', 'linux', { DISPLAY: ':0' }, '', true],
    ['Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, '', true],
    ['WSL', 'linux', { WSL_DISTRO_NAME: 'Debian' }, '', true],
    ['a container', 'linux', { DISPLAY: ':0' }, '/.dockerenv', false],
    ['Podman', 'linux', { DISPLAY: ':0' }, '/run/.containerenv', false],
    ['SSH', 'linux', { DISPLAY: ':10', SSH_CONNECTION: '1 2 3 4' }, '', false],
    ['SSH to a Mac', 'darwin', { SSH_TTY: '/dev/ttys001' }, '', false],
    ['a Mac', 'darwin', {}, '', true],
    ['Windows', 'win32', {}, '', true],
  ];
  for (const [name, os, env, mark, expected] of CASES) {
    it(name, () => {
      const stat = (path: string): FileStat | undefined =>
        path === mark ? { size: 0, mode: 0, modifiedAt: 0, isOurs: true } : undefined;
      assert.equal(hasDisplay({ env, host: { ...testHost, os }, files: { ...filesOf(''), stat } }), expected);
    });
  }
});

describe('services', () => {
  it('known by short names, in any case', () => {
    assert.deepEqual(servicePage('S3'), { path: 's3/home', known: true });
    assert.deepEqual(servicePage('codecommit'), { path: 'codesuite/codecommit/repositories', known: true });
  });
  it('others are tried', () =>
    assert.deepEqual(servicePage('braket'), { path: 'braket/home', known: false }));
  it('but no service has such a name', () => {
    for (const name of ['', '../x', 'a/b', 'a?b', '-x', 'x'.repeat(64), '//evil.example']) {
      assert.equal(servicePage(name), undefined, name);
    }
  });
});

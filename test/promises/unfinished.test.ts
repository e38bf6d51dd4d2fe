// A run whose work is not done never ends like one that did it, whatever emptied the event loop before or failed beside it.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { findBuild, findBun, findNode } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import { quote } from '../support/pty.ts';

const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';
const DEAF = join(import.meta.dirname, '../support/deaf.ts');
const ASTRAY = join(import.meta.dirname, '../support/astray.ts');
const MAIN = join(import.meta.dirname, '../../src/main.ts');

describe('a program that hears of no end', () => {
  let home: Home;

  before(async () => {
    home = await Home.create();
    const git = join(home.root, 'bin/git');
    writeFileSync(git, '#!/bin/sh\n[ "$1" != --version ] || exec echo git version 2.40.0\nsleep 1\n', {
      mode: 0o755,
    });
    const silent = join(home.root, 'silent');
    writeFileSync(silent, '#!/bin/sh\nsleep 1\n', { mode: 0o755 });
    home.configure(
      `[profile silent]\ncredential_process = ${quote(silent)}\nregion = eu-west-1\n`,
      'aws_access_key_id = ASIAEXAMPLEUNHEARD01\naws_secret_access_key = made-up\naws_session_token = made-up\n',
    );
  });
  after(() => home.end());

  const bun = findBun();
  const runtimesWith = (loaded: string): readonly (readonly [string, readonly string[]])[] => [
    ['node', [findNode() ?? '', `--import=${pathToFileURL(loaded).href}`, findBuild('npm').program]],
    ...(bun === undefined ? [] : [['bun', [bun, '--preload', loaded, MAIN]] as const]),
  ];
  for (const [name, program] of runtimesWith(DEAF)) {
    it(`fails and says so, on ${name}`, async () => {
      const clone = ['git', 'clone', '--profile', 'dev', 'codecommit::eu-west-1://demo'];
      const { code, stdout, stderr } = await home.start([...program, ...clone]).ended;
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(
        stderr,
        /^ccvault: error: the program ended before its work was done\nccvault: hint: this is a bug/m,
      );
    });
  }

  const ends = [
    [['exec', 'silent', '--', 'true'], 125, ''],
    [['export', 'silent'], 1, ''],
    [['credential-helper', '--profile', 'silent', 'get'], 1, 'quit=1\n'],
  ] as const;
  for (const [args, code, stdout] of ends) {
    it(`ends as its command fails: ${args[0]}`, { skip: bun === undefined && 'no Bun here' }, async () => {
      const command = [bun ?? '', '--preload', DEAF, MAIN, ...args];
      const ended = await home.start(command, { input: GET }).ended;
      assert.deepEqual([ended.code, ended.stdout], [code, stdout], ended.stderr);
      assert.match(ended.stderr, /^ccvault: error: the program ended before its work was done$/m);
    });
  }

  for (const [name, program] of runtimesWith(ASTRAY)) {
    for (const how of ['thrown', 'rejected']) {
      it(`says what was ${how} and nobody waits for like any other error, on ${name}`, async () => {
        for (const [args, code, stdout] of ends) {
          const ended = await home.start([...program, ...args], { input: GET, env: { ASTRAY: how } }).ended;
          assert.deepEqual([ended.code, ended.stdout], [code, stdout], ended.stderr);
          assert.match(
            ended.stderr,
            /^ccvault: error: nobody waits for this\nccvault: hint: this is a bug.*\n$/,
          );
        }
      });
    }
  }
});

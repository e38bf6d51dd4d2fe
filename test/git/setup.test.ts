// Where `git setup` writes, that `git unset` takes back every byte of it, and what it warns of.

import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { findBuild } from '../support/builds.ts';
import { requires } from '../support/requires.ts';
import { repositoryUrl, startPlayground, type Playground } from './playground.ts';

describe('git setup and git unset', { skip: requires('git') }, () => {
  let place: Playground;
  let folder: string;
  let number = 0;

  before(async () => {
    place = await startPlayground(findBuild('standalone'));
  });
  after(() => place.stop());
  beforeEach(() => {
    // A home of its own for each test.
    number += 1;
    folder = `home${number}`;
    mkdirSync(join(place.home, folder));
    place.env['HOME'] = join(place.home, folder);
    place.env['AWS_CONFIG_FILE'] = join(place.home, 'aws-config');
    place.write('aws-config', '[profile work]\nregion = eu-west-1\n[profile other]\n');
  });

  const bytes = (path: string): Buffer => readFileSync(join(place.home, folder, path));

  async function roundTrip(path: string, options: string, where = folder): Promise<void> {
    const file = join(place.home, folder, path);
    const there = existsSync(file);
    const previous = there ? readFileSync(file) : undefined;
    const said = await place.ok(`cd ${where} && ccvault git setup ${options} --profile work --alias`);
    assert.match(said, /git now asks ccvault/);
    const written = bytes(path);
    assert.match(
      await place.ok(`cd ${where} && ccvault git setup ${options} --profile work --alias`),
      /nothing to change/,
    );
    assert.deepEqual(bytes(path), written);
    // Another profile takes its place.
    await place.ok(`cd ${where} && ccvault git setup ${options} --profile other`);
    const helper = await place.ok(
      `cd ${where} && git config --get-urlmatch ccvault.profile ${repositoryUrl('x')}`,
    );
    assert.equal(helper, 'other\n');
    await place.ok(`cd ${where} && ccvault git unset ${options}`);
    if (previous === undefined) assert.ok(!existsSync(file));
    else assert.deepEqual(bytes(path), previous);
    assert.match(await place.ok(`cd ${where} && ccvault git unset ${options}`), /nothing to remove from/);
  }

  test('in a file that is not there', () => roundTrip('.gitconfig', '--global'));

  test('in one that has no end of line, and bytes that are no UTF-8', async () => {
    const content = Buffer.from('[user]\r\n\tname = J\xf6rg', 'latin1');
    writeFileSync(join(place.home, folder, '.gitconfig'), content);
    await roundTrip('.gitconfig', '--global');
    assert.deepEqual(bytes('.gitconfig'), content);
  });

  test('in one behind a symlink, whose mode stays', async () => {
    place.write(`${folder}/dotfiles/gitconfig`, '[user]\n\tname = x\n');
    chmodSync(join(place.home, folder, 'dotfiles/gitconfig'), 0o640);
    symlinkSync('dotfiles/gitconfig', join(place.home, folder, '.gitconfig'));
    await roundTrip('.gitconfig', '--global');
    assert.ok(lstatSync(join(place.home, folder, '.gitconfig')).isSymbolicLink());
    assert.equal(statSync(join(place.home, folder, '.gitconfig')).mode & 0o777, 0o640);
  });

  test("in git's other place for it", async () => {
    place.write(`${folder}/.config/git/config`, '[user]\n\tname = x\n');
    await roundTrip('.config/git/config', '--global');
    assert.ok(!existsSync(join(place.home, folder, '.gitconfig')));
  });

  test('where GIT_CONFIG_GLOBAL says', async () => {
    place.env['GIT_CONFIG_GLOBAL'] = join(place.home, folder, 'mine');
    await roundTrip('mine', '--global');
    delete place.env['GIT_CONFIG_GLOBAL'];
  });

  test('in a repository, from a folder of it and from another worktree', async () => {
    await place.ok(
      `cd ${folder} && git init -q repo && cd repo && mkdir deep && git commit -q --allow-empty -m x && git worktree add -q ../tree`,
    );
    await roundTrip('repo/.git/config', '', `${folder}/repo/deep`);
    await roundTrip('repo/.git/config', '--local', `${folder}/tree`);
  });

  test('outside of a repository it has to be told where', async () => {
    const { code, stderr } = await place.run(`cd ${folder} && ccvault git setup`);
    assert.equal(code, 2);
    assert.match(stderr, /not a git repository[\s\S]*--global/);
  });

  test('a setting that git adds to it later stays', async () => {
    await place.ok(
      `ccvault git setup --global --alias && git config --global alias.co checkout && ccvault git unset --global`,
    );
    assert.equal(bytes('.gitconfig').toString(), '[alias]\n\tco = checkout\n');
  });

  test('a helper before it is forgotten, one after it is named', async () => {
    place.write(`${folder}/.gitconfig`, '[credential]\n\thelper = store\n');
    assert.doesNotMatch(await place.ok('ccvault git setup --global'), /warning/);
    await place.ok(`cd ${folder} && git init -q repo && cd repo && git config credential.helper cache`);
    const said = await place.ok(`cd ${folder}/repo && ccvault git setup --global`);
    assert.match(said, /warning: the helper "cache" \(file:.*config\) comes after ccvault's/);
    assert.match(said, /hint: for this repository run: ccvault git setup --local/);
    assert.doesNotMatch(await place.ok(`cd ${folder}/repo && ccvault git setup --local`), /warning/);
    // Written behind it by hand: making the set-up again puts it last.
    await place.ok(
      'git config --global --add credential.https://example.com.helper x && printf "[credential]\\n\\thelper = store\\n" >> $HOME/.gitconfig',
    );
    assert.doesNotMatch(await place.ok('ccvault git setup --global'), /warning/);
  });

  test('an old git is told apart', async () => {
    place.write(`${folder}/bin/git`, '#!/bin/sh\necho git version 2.25.1\n');
    chmodSync(join(place.home, folder, 'bin/git'), 0o755);
    const { code, stderr } = await place.run(`PATH=$HOME/bin:$PATH ccvault git setup --global`);
    assert.equal(code, 3);
    assert.match(stderr, /git 2\.25 does not support wildcards[\s\S]*2\.26/);
  });

  test('URLs, both ways', async () => {
    const https = repositoryUrl('demo');
    assert.equal(await place.ok('ccvault git url codecommit://work@demo'), `${https}\n`);
    assert.equal(
      await place.ok('AWS_REGION=us-east-2 ccvault git url codecommit://demo'),
      `${repositoryUrl('demo', 'us-east-2')}\n`,
    );
    assert.equal(await place.ok(`ccvault git url ${https}`), 'codecommit::eu-west-1://demo\n');
    const vpce = await place.run(
      'ccvault git url https://vpce-1a-2b.git-codecommit.us-east-1.vpce.amazonaws.com/v1/repos/x',
    );
    assert.equal(vpce.code, 2);
    const user = await place.run(
      'ccvault git clone https://work@git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo',
    );
    assert.match(user.stderr, /a user in the URL/);
  });
});

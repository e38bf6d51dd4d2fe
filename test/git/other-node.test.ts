// A project puts a Node of its own first on PATH: git, with a set-up of either build, goes on working.

import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BUILDS, findBuild } from '../support/builds.ts';
import { requires } from '../support/requires.ts';
import { repositoryUrl, startPlayground, type Playground } from './playground.ts';

const BEGIN = '# ccvault: begin of a new file';
const HOSTS = '[credential "https://git-codecommit.*.amazonaws.com"]';

for (const build of BUILDS) {
  describe(`${build}: another Node is first on PATH`, { skip: requires('git') }, () => {
    let place: Playground;

    before(async () => {
      place = await startPlayground(findBuild(build));
      place.write(
        '.aws/config',
        '[profile work]\nregion = eu-west-1\naws_access_key_id = ASIAEXAMPLEOTHERNODE\naws_secret_access_key = made-up\naws_session_token = made-up\n',
      );
      for (const name of ['node', 'ccvault']) {
        place.write(`project/${name}`, '#!/bin/sh\necho "another $0 was run" >&2\nexit 1\n');
        chmodSync(join(place.home, 'project', name), 0o755);
      }
    });
    after(() => place.stop());

    const fill = (url: string): string =>
      `printf 'url=%s\\n\\n' ${url} | PATH="$HOME/project:$PATH" GIT_TERMINAL_PROMPT=0 git credential fill`;

    test('git setup writes what works under it, and takes the place of what did not', async () => {
      place.write(
        '.gitconfig',
        `${BEGIN}\n${HOSTS}\n\thelper =\n\thelper = "!'/old/bin/ccvault' credential-helper"\n\tuseHttpPath = true\n# ccvault: end\n`,
      );
      await place.ok('ccvault git setup --global --profile work --alias');
      assert.doesNotMatch(place.read('.gitconfig'), /\/old\/bin/);
      assert.match(
        place.read('.gitconfig'),
        build === 'npm'
          ? /helper = "!'\/.+node' '\/.+ccvault\.mjs' credential-helper"/
          : /helper = "!'\/.+ccvault' credential-helper"/,
      );
      assert.match(await place.ok(fill(repositoryUrl('demo'))), /^username=ASIAEXAMPLEOTHERNODE/m);
      assert.match(await place.ok('PATH="$HOME/project:$PATH" git mfa --help'), /ccvault refresh|git config/);
      await place.ok('ccvault git unset --global');
      assert.throws(() => place.read('.gitconfig'));
    });
  });
}

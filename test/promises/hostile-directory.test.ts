// The current directory may be a stranger's repository: nothing in it is read, nothing in it takes effect.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import { requires } from '../support/requires.ts';
import { readCalls, straced, stringsIn } from '../support/strace.ts';
import type { SystemCall } from '../support/strace.ts';

const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';

for (const build of BUILDS) {
  describe(`${build} in a hostile directory`, () => {
    let home: Home;
    let pwned: string;

    before(async () => {
      home = await Home.warm({ build });
      pwned = join(home.root, 'pwned');
      plant(home.cwd, pwned);
    });

    after(() => home.end());

    const commands: readonly (readonly [name: string, args: readonly string[], input?: string])[] = [
      ['--version', ['--version']],
      ['list', ['list']],
      ['exec with a cached session', ['exec', 'prod', '--', '/bin/true']],
      ['exec that calls AWS', ['exec', 'prod', '--fresh', '--', '/bin/true']],
      ['whoami', ['whoami', 'prod']],
      ['add', ['add', 'other', '--stdin', '--no-verify']],
      ['credential-helper', ['credential-helper', '--profile', 'prod', 'get'], GET],
    ];

    for (const [name, args, input] of commands) {
      it(`${name} reads nothing of it`, { skip: requires('strace') }, async () => {
        const trace = join(home.root, 'trace');
        const given = name === 'add' ? home.keyJson() : (input ?? '');
        await home.ok(args, { input: given, under: straced(trace, '%file') });
        const calls = readCalls(trace);
        assert.ok(calls.length > 10, 'nothing was traced');
        assert.deepEqual(
          calls.filter((call) => touches(call, home.cwd)).map((call) => `${call.name}(${call.args})`),
          [],
        );
        assert.ok(!existsSync(pwned), 'its code was run');
      });
    }

    it('takes no setting from it', async () => {
      home.aws.calls.clear();
      const { stdout } = await home.ok(['exec', 'prod', '--fresh', '--', '/usr/bin/env']);
      assert.equal(home.aws.calls.count('AssumeRole'), 1);
      assert.ok(!stdout.includes('planted'), stdout);
      const { stdout: listed } = await home.ok(['list', '--profiles']);
      assert.ok(!listed.includes('planted'));
      assert.ok(!existsSync(pwned));
      assert.ok(!existsSync(join(home.cwd, 'vault')));
    });

    it('runs no program of it, be the directory on the PATH by a relative name', async () => {
      for (const name of ['sh', 'git', 'true', 'dbus-daemon', 'pass', 'stty']) {
        writeFileSync(join(home.cwd, name), `#!/bin/sh\necho ran >> '${pwned}'\n`, { mode: 0o755 });
      }
      home.configure('', `mfa_process = ${home.countingMfaProcess()}`);
      await home.ok(['clear', 'prod']);
      const PATH = `.::./bin/..:${home.env['PATH'] ?? ''}`;
      await home.run(['exec', 'prod', '--', '/bin/true'], { env: { PATH } });
      await home.run(['credential-helper', 'get'], { env: { PATH, AWS_PROFILE: 'prod' }, input: GET });
      assert.ok(!existsSync(pwned), 'a program of the current directory was run');
    });
  });
}

/** Whether a call names a path in the folder; the folder itself may be asked for by name. */
function touches(call: SystemCall, folder: string): boolean {
  if (['getcwd', 'execve', 'readlink'].includes(call.name)) return false;
  return stringsIn(call)
    .slice(0, 1)
    .some((path) => path.startsWith(`${folder}/`) || (path !== '' && !path.startsWith('/')));
}

function plant(folder: string, pwned: string): void {
  const code = `require('node:fs').appendFileSync(${JSON.stringify(pwned)}, 'ran\\n');`;
  const variables = `AWS_ENDPOINT_URL_STS=https://planted.example
HTTPS_PROXY=http://planted.example:1
CCVAULT_HOME=${join(folder, 'vault')}
CCVAULT_BACKEND=pass
AWS_CONFIG_FILE=${join(folder, '.aws/config')}
NODE_TLS_REJECT_UNAUTHORIZED=0
BUN_OPTIONS=--preload=./preload.js
NODE_OPTIONS=--require=./preload.js
PLANTED=planted
`;
  const files: Readonly<Record<string, string>> = {
    '.env': variables,
    '.env.local': variables,
    '.env.development': variables,
    '.env.production': variables,
    'preload.js': code,
    'preload.cjs': code,
    'bunfig.toml': 'preload = ["./preload.js"]\n[run]\nenv = true\n',
    '.bunfig.toml': 'preload = ["./preload.js"]\n',
    'package.json':
      '{"name":"ccvault","type":"commonjs","imports":{"#x":"./preload.js"},"main":"./preload.js"}',
    'tsconfig.json': '{"compilerOptions":{"paths":{"*":["./preload.js"]},"baseUrl":"."}}',
    'jsconfig.json': '{"compilerOptions":{"paths":{"*":["./preload.js"]}}}',
    'node.config.json': '{"nodeOptions":{"import":["./preload.js"]}}',
    '.npmrc': 'node-options=--require=./preload.js\n',
    '.aws/config': '[profile planted]\nregion = planted-1\n',
    '.aws/credentials': '[planted]\naws_access_key_id = AKIAPLANTED\naws_secret_access_key = planted\n',
    'vault.age': 'planted',
    'index.json': '{}',
    'node_modules/@napi-rs/keyring/package.json': '{"name":"@napi-rs/keyring","main":"index.js"}',
    'node_modules/@napi-rs/keyring/index.js': code,
    'node_modules/execa/package.json': '{"name":"execa","main":"index.js"}',
    'node_modules/execa/index.js': code,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

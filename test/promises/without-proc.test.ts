// Started where there is no /proc: the standalone build cannot, and says so before its runtime prints the arguments.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { findBuild } from '../support/builds.ts';
import { cannotMount, OWN_MOUNTS } from '../support/namespaces.ts';

const CODE = '123456';

describe(
  'without /proc',
  { skip: process.platform === 'linux' ? cannotMount() : 'Linux has a /proc' },
  () => {
    const cases: readonly (readonly [readonly string[], number])[] = [
      [['--version'], 1],
      [['whoami', 'dev', '--mfa-token', CODE], 1],
      [['--mfa-token', CODE, 'exec', 'dev', '--', 'true'], 1],
      [['exec', '--mfa-token', CODE, 'dev', '--', 'true'], 125],
      [['exec'], 125],
      [['execute', CODE], 1],
      [[], 1],
    ];
    for (const [args, code] of cases) {
      it(`the standalone build refuses: ${args.join(' ') || 'no arguments'}`, () => {
        const { status, stdout, stderr } = start([findBuild('standalone').program, ...args]);
        assert.equal(status, code, stderr);
        assert.equal(stdout, '');
        assert.equal(
          stderr,
          'ccvault: error: /proc/self/maps cannot be read, and ccvault does not start without it\n' +
            'ccvault: hint: mount it: mount -t proc proc /proc\n',
        );
      });
    }

    it('the npm build starts', () => {
      const { program, node = '' } = findBuild('npm');
      const { status, stdout, stderr } = start([node, program, '--version']);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^ccvault /);
    });
  },
);

function start(command: readonly string[]) {
  const [unshare = '', ...flags] = OWN_MOUNTS;
  const hidden = ['sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh', ...command];
  return spawnSync(unshare, [...flags, ...hidden], { encoding: 'utf8' });
}

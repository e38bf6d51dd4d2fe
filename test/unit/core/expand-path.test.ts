import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { expandPath } from '../../../src/core/expand-path.ts';
import { requires } from '../../support/requires.ts';

const ENV = { HOME: '/home/ann', X: 'x', EMPTY: '', TILDE: '~/aws', A_1: 'one' };
const CASES: readonly (readonly [string, string])[] = [
  ['/plain/path', '/plain/path'],
  ['~', '/home/ann'],
  ['~/config', '/home/ann/config'],
  ['/a/~/b', '/a/~/b'],
  ['$HOME/config', '/home/ann/config'],
  ['${HOME}/config', '/home/ann/config'],
  ['/a/$X$X/${X}y', '/a/xx/xy'],
  ['$A_1/b', 'one/b'],
  ['$TILDE/config', '/home/ann/aws/config'],
  ['$NOT_SET/config', '$NOT_SET/config'],
  ['${NOT_SET}/config', '${NOT_SET}/config'],
  ['/a/${EMPTY}b', '/a/b'],
  ['/a/$', '/a/$'],
  ['/a/${X', '/a/${X'],
  ['/a/$-b', '/a/$-b'],
];

for (const [path, expected] of CASES) {
  it(`${path} is ${expected}`, () => {
    assert.equal(expandPath(path, ENV, { homeDirectory: '/home/ann' }), expected);
  });
}

it('is what Python makes of it, which botocore asks', { skip: requires('python3') }, () => {
  const program =
    'import json, os, sys; print(json.dumps([os.path.expanduser(os.path.expandvars(p)) for p in json.load(sys.stdin)]))';
  const { stdout } = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(CASES.map(([path]) => path)),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...ENV },
  });
  assert.deepEqual(
    JSON.parse(stdout),
    CASES.map(([, expected]) => expected),
  );
});

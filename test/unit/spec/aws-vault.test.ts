// aws-vault's commands and flags as its documentation writes them, and ccvault's own spelling of the same.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { help } from '../../../src/cli/help.ts';
import { commands } from '../../../src/spec/commands.ts';
import { parse } from '../../../src/spec/parse.ts';

const same: readonly (readonly [awsVault: string, ours: string])[] = [
  ['add --no-add-config work', 'add --no-config work'],
  ['add work --env', 'add --env work'],
  ['exec --ecs-server work -- env', 'exec --server work -- env'],
  ['exec -s work -- env', 'exec --server work -- env'],
  ['exec --ec2-server work -- env', 'exec --imds work -- env'],
  ['exec -j work', 'exec --json work'],
  ['exec --stdout work -- env', 'exec --no-browser work -- env'],
  ['exec work --stdout', 'exec --no-browser work'],
  ['exec -n -d 2h -t 123456 work -- env', 'exec --no-session --duration 2h --mfa-token 123456 work -- env'],
  ['exec work --no-session -- env', 'exec --no-session work -- env'],
  ['exec work --duration=2h', 'exec -d 2h work'],
  ['exec work aws s3 ls', 'exec work -- aws s3 ls'],
  ['exec --prompt ykman work -- env', '--prompt ykman exec work -- env'],
  ['--prompt=osascript export --format=json work', 'export --prompt osascript --format json work'],
  ['--debug exec --server --lazy work -- env', 'exec --debug --lazy --server work -- env'],
  ['export --format=export-env work', 'export --format export work'],
  ['export --no-session --format=json work', 'export -n --format json work'],
  ['export --stdout work', 'export --no-browser work'],
  ['login -s work', 'login --stdout work'],
  [
    'login -d 12h --path ec2/home --region eu-west-1 work',
    'login work --duration 12h --path ec2/home --region=eu-west-1',
  ],
  ['ls --profiles', 'list --profiles'],
  ['rm -f work', 'remove --force work'],
  ['remove -s work', 'remove --sessions-only work'],
  ['rotate -n work', 'rotate --no-session work'],
  ['--backend=file list', 'list --backend file'],
  ['help exec', 'exec --help'],
];

describe("aws-vault's spelling", () => {
  for (const [awsVault, ours] of same) {
    it(awsVault, () => {
      const parsed = parse(awsVault.split(' '));
      assert.deepEqual(parsed, parse(ours.split(' ')));
    });
  }

  it('stays out of the help where ccvault has its own', () => {
    const hidden = /--(?:lazy|no-add-config|sessions-only|profiles|credentials|sessions)\b|export-env|-j\b/;
    for (const command of Object.keys(commands)) {
      const parsed = parse(['help', ...command.split(' ')]);
      assert.ok(parsed.kind === 'help');
      const text = help(parsed.topic, 100);
      assert.doesNotMatch(text, hidden, command);
      if (command !== 'login') assert.doesNotMatch(text, /--stdout\b/, command);
    }
  });
});

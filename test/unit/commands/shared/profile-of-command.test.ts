import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { profileOfCommand } from '../../../../src/commands/shared/profile-of-command.ts';

describe('the profile of a credential_process that is ccvault', () => {
  const rows: readonly (readonly [command: string, profile: string | undefined])[] = [
    ['ccvault export --format json dev', 'dev'],
    ['ccvault export dev --format json', 'dev'],
    ['ccvault export --format=json -- dev', 'dev'],
    ['/opt/bin/ccvault export "my team"', 'my team'],
    [String.raw`C:\tools\ccvault.exe export dev`, 'dev'],
    ['ccvault --backend file export -nd 1h dev', 'dev'],
    ['ccvault export -d1h dev', 'dev'],
    ['ccvault export --prompt terminal -t 123456 dev', 'dev'],
    ['ccvault exec dev -- print-credentials', 'dev'],
    ['ccvault exec dev print-credentials --x y', 'dev'],
    ['ccvault export --from-the-future dev', 'dev'],
    ['ccvault exec -- print-credentials dev', undefined],
    ['ccvault export', undefined],
    ['ccvault whoami dev', undefined],
    ['aws-vault export dev', undefined],
    ['not-ccvault export dev', undefined],
  ];
  for (const [command, profile] of rows) {
    it(`is ${profile} in ${command}`, () => assert.equal(profileOfCommand(command), profile));
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { completionLines } from '../../../../src/cli/completion/complete.ts';
import { propose } from '../../../../src/cli/completion/propose.ts';
import type { Looked } from '../../../../src/spec/command.ts';

const NAMES: Readonly<Record<Looked, readonly string[]>> = {
  profiles: ['dev', 'prod', 'team:prod', 'two words', "it's", '$(touch p)', '*'],
  keys: ['dev'],
  'sso-sessions': ['work'],
  regions: ['eu-west-1', 'us-east-1'],
  services: ['s3'],
  browsers: ['chrome'],
};
const lookup = (what: Looked): readonly string[] => NAMES[what];

function words(line: string): string[] {
  return line.split(' ');
}

/** The proposals that begin as the last word does, and the directive. */
function proposed(line: string): string {
  const current = words(line).at(-1) ?? '';
  const { proposals, directive } = propose(words(line), lookup);
  const values = proposals.map(({ value }) => value).filter((value) => value.startsWith(current));
  const own = directive.kind === 'none' ? '' : ` :${directive.kind}`;
  return values.join(' ') + own + (directive.kind === 'wrapped' ? ` ${directive.at}` : '');
}

describe('proposals', () => {
  const rows: readonly (readonly [line: string, offered: string])[] = [
    ['ex', 'exec export explain'],
    ['--vers', '--version'],
    ['--backend ', 'keyring file pass'],
    ['--backend=fi', '--backend=file'],
    ['--backend file who', 'whoami'],
    ['--debug hel', 'help'],
    ['git ', 'clone setup unset url'],
    ['help git u', 'unset url'],
    ['help lis', 'list'],
    ['help git clone ', ''],
    ['nonsense ', ''],
    ['git nonsense ', ''],
    ['exec ', "dev prod team:prod two words it's $(touch p) *"],
    ['exec --du', '--duration'],
    ['exec --js', ''],
    ['exec --duration ', ''],
    ['exec -d ', ''],
    ['exec -nd ', ''],
    ['exec -nd 1h p', 'prod'],
    ['exec --duration=1h p', 'prod'],
    ['exec --region us', 'us-east-1'],
    ['exec --region=', '--region=eu-west-1 --region=us-east-1'],
    ['exec --nonsense p', 'prod'],
    ['exec --debug=', ''],
    ['exec dev ', ' :wrapped 2'],
    ['exec dev git ', ' :wrapped 2'],
    ['exec dev --fr', '--fresh'],
    ['exec dev -- git ch', ' :wrapped 3'],
    ['exec dev -- ', ' :wrapped 3'],
    ['exec -- git --pro', ' :wrapped 2'],
    ['exec -d 1h dev -- git ', ' :wrapped 5'],
    ['remove ', 'dev'],
    ['rm ', 'dev'],
    ['rotate p', ''],
    ['export --format p', 'powershell'],
    ['export dev ', ''],
    ['export dev --prom', '--prompt'],
    ['import dev p', 'prod'],
    ['import --from a', 'aws-vault'],
    ['exec --policy-file ', ' :files'],
    ['login --policy-file=po', ' :files'],
    ['ccuse --policy-file ', ' :files'],
    ['explain --rea', '--read-only'],
    ['exec --policy-arn x --policy-a', '--policy-arn'],
    ['serve --role ', ''],
    ['login --service ', 's3'],
    ['login --browser ', 'chrome :commands'],
    ['login --browser=', '--browser=chrome :commands'],
    ['git clone url ', ' :directories'],
    ['git clone url dir -- --de', ' :files'],
    ['git setup --profile d', 'dev'],
    ['credential-helper c', 'capability'],
    ['completion z', 'zsh'],
    ['clear -- d', 'dev'],
  ];
  for (const [line, offered] of rows) {
    it(`after "${line}" are "${offered}"`, () => assert.equal(proposed(line), offered));
  }

  it('say what commands and options are for, and name nothing that is hidden', () => {
    const first = propose([''], lookup).proposals;
    assert.ok(first.every(({ description }) => description !== ''));
    assert.ok(!first.some(({ value }) => value.startsWith('_')));
    const options = propose(['exec', '-'], lookup).proposals;
    assert.ok(options.every(({ value, description }) => value.startsWith('--') && description !== ''));
  });

  it('look up nothing that is not offered', () => {
    const broken = (): never => assert.fail('looked up');
    for (const line of ['ex', 'exec --du', 'export --format ', 'exec dev -- git '])
      propose(words(line), broken);
  });
});

describe('what a shell gets', () => {
  it('is the directive, then a value a line, described', () => {
    const [directive, ...values] = completionLines('zsh', ['git', ''], lookup);
    assert.equal(directive, ':none');
    assert.deepEqual(values[0], 'clone\tClone a CodeCommit repository, ready to use');
    assert.deepEqual(completionLines('zsh', ['exec', 'dev', '--', 'g'], lookup), [':command 3']);
  });

  const bash: readonly (readonly [typed: readonly string[], lines: readonly string[]])[] = [
    [
      ['exec', 'tw'],
      [':none', String.raw`two\ words`],
    ],
    [
      ['exec', '"tw'],
      [':none', 'two words'],
    ],
    [
      ['exec', '"$'],
      [':none', String.raw`\$(touch p)`],
    ],
    [['exec', "'i"], [':none']],
    [
      ['exec', String.raw`two\ w`],
      [':none', String.raw`two\ words`],
    ],
    [
      ['exec', 'i'],
      [':none', String.raw`it\'s`],
    ],
    [
      ['exec', 'team', ':', 'p'],
      [':none', 'prod'],
    ],
    [
      ['exec', 'team', ':'],
      [':none', 'prod'],
    ],
    [
      ['exec', 'team:'],
      [':none', 'team:prod'],
    ],
    [
      ['export', '--format', '=', 'js'],
      [':none', 'json'],
    ],
    [
      ['export', '--format=js'],
      [':none', '--format=json'],
    ],
    [
      ['git', 'setup', '--profile', '=', 'team', ':', 'p'],
      [':none', 'prod'],
    ],
    [['exec', '--region', '=', 'eu', 'team', ':', 'prod', '--', 'gi'], [':command 8']],
    [['exec', 'team', ':', 'prod', 'env', 'A', '=', 'b', 'gi'], [':command 4']],
    [['exec', "'two words'", '--', 'gi'], [':command 3']],
  ];
  for (const [typed, lines] of bash) {
    it(`is ${lines.join(' ')} in bash for ${typed.join(' ')}`, () =>
      assert.deepEqual(completionLines('bash', typed, lookup), lines));
  }

  it('is compared by zsh itself, anywhere in a name for fish, at its beginning for PowerShell', () => {
    assert.equal(completionLines('zsh', ['exec', 'prod'], lookup).length, 1 + NAMES.profiles.length);
    assert.deepEqual(completionLines('fish', ['exec', 'PROD'], lookup), [':none', 'prod', 'team:prod']);
    assert.deepEqual(completionLines('fish', ['exec', "'two w"], lookup), [':none', 'two words']);
    assert.deepEqual(completionLines('powershell', ['exec', '=prod'], lookup), [':none', 'prod']);
    assert.deepEqual(completionLines('powershell', ['exec', '='], lookup).length, 1 + NAMES.profiles.length);
  });
});

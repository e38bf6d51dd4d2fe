import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import type { AwsConfig } from '../../../../src/core/config/aws-config.ts';
import { unknownProfile } from '../../../../src/core/config/unknown-profile.ts';

function configOf(config: string): AwsConfig {
  return parseAwsConfig({ config, credentials: '', configPath: '/c', credentialsPath: '/d' });
}

function told(
  name: string,
  known: readonly string[],
  config = configOf(''),
): { message: string; hints: string } {
  const { kind, message, hints } = unknownProfile(name, known, config);
  assert.equal(kind, 'config');
  return { message, hints: hints.join('; ') };
}

describe('an unknown profile', () => {
  it('is an error with what to do, and the name that was meant', () => {
    const { message, hints } = told('prdo', ['dev', 'prod']);
    assert.equal(message, 'there is no profile prdo');
    assert.match(
      hints,
      /^did you mean prod\?; see the profiles with: ccvault list; or .*: ccvault add prdo$/,
    );
    assert.doesNotMatch(told('zzz', ['dev']).hints, /did you mean/);
  });

  it('where there is no other is hinted at with the first step', () => {
    assert.match(told('dev', []).hints, /^to begin, store a key with `ccvault add dev`, sign in/);
    const session = configOf('[sso-session work]\nsso_region = eu-west-1\n');
    assert.match(
      told('dev', [], session).hints,
      /^to begin, write profiles with `ccvault sso populate work`, or/,
    );
    const missing = ['AWS_CONFIG_FILE names /x, which does not exist'];
    const config = parseAwsConfig({
      config: '',
      credentials: '',
      configPath: '/c',
      credentialsPath: '/d',
      missing,
    });
    const { message, hints } = told('work', [], config);
    assert.equal(message, 'there is no profile work, and AWS_CONFIG_FILE names /x, which does not exist');
    assert.match(hints, /^see the profiles with/);
  });

  it('of the form SESSION/ACCOUNT/ROLE is told by the session that is missing', () => {
    const session = configOf('[sso-session work]\nsso_region = eu-west-1\n');
    for (const name of ['play/111122223333/Admin', 'play/Data Platform/Admin', 'play/a / b/Admin']) {
      const first = told(name, []);
      assert.equal(first.message, `there is no profile ${name}, and no [sso-session play] in /c`);
      assert.equal(first.hints, 'add the session with: ccvault sso add play');
      assert.equal(
        told(name, ['dev'], session).hints,
        'see the profiles with: ccvault list; or add the session with: ccvault sso add play',
      );
    }
    assert.match(told('wrok/Production/Admin', [], session).hints, /^did you mean work\/Production\/Admin\?/);
  });

  it('that is a session or a role of one is told what leads to a profile', () => {
    const session = configOf('[sso-session work]\nsso_region = eu-west-1\n');
    for (const known of [[], ['dev']]) {
      assert.match(
        told('work', known, session).hints,
        /^work is a session: .* work\/ACCOUNT\/ROLE, .*sso populate work$/,
      );
      for (const name of ['work/111122223333/Admin', 'work/Production/Admin']) {
        const { message, hints } = told(name, known, session);
        assert.equal(message, `${name} is a role of session work, not a profile`);
        assert.equal(hints, 'write profiles for its roles with: ccvault sso populate work');
      }
    }
  });

  it('of another form, or of a session that is there, names none', () => {
    const session = configOf('[sso-session work]\nsso_region = eu-west-1\n');
    const names = [
      '',
      '/',
      'a/b',
      '/a/b',
      'a//b',
      'a b/c/d',
      'a/b/c d',
      'a/b/',
      'work/Admin',
      'work/1/Ad min',
    ];
    for (const name of names) assert.doesNotMatch(told(name, ['dev'], session).message, /sso-session/, name);
  });

  it('names the header that nobody reads, of the session too', () => {
    const config = configOf('[dev]\nregion = eu-west-1\n[sso_session work]\nsso_region = eu-west-1\n');
    assert.match(told('dev', ['a'], config).hints, /^write \[profile dev\] at \/c:1$/);
    assert.match(told('work/1/Admin', ['a'], config).hints, /^write \[sso-session work\] at \/c:3$/);
  });
});

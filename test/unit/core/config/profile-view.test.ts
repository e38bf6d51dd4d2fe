import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import { viewProfile } from '../../../../src/core/config/profile-view.ts';
import type { ProfileView } from '../../../../src/core/config/profile-view.ts';
import { cliError } from '../../../support/files.ts';

function view(name: string, config: string, credentials = ''): ProfileView {
  const paths = { configPath: '/home/me/.aws/config', credentialsPath: '/home/me/.aws/credentials' };
  return viewProfile(parseAwsConfig({ config, credentials, ...paths }), name);
}

describe('a profile with include_profile', () => {
  const config = `
[profile base]
region = eu-west-1
output = json
s3 =
  max_concurrent_requests = 20

[profile middle]
include_profile = base
output = text

[profile top]
include_profile = middle
role_arn = arn:aws:iam::111122223333:role/x
`;

  it('has what it says itself first, then what is nearest', () => {
    const top = view('top', config);
    assert.equal(top.get('role_arn'), 'arn:aws:iam::111122223333:role/x');
    assert.equal(top.get('output'), 'text');
    assert.equal(top.get('region'), 'eu-west-1');
    assert.equal(top.get('mfa_serial'), undefined);
    assert.equal(top.nested('s3')?.get('max_concurrent_requests'), '20');
    assert.equal(top.nested('services'), undefined);
  });

  it('never includes an identity', () => {
    const keys =
      'aws_access_key_id = AKIAQQQQQQQQQQQQQQQQ\naws_secret_access_key = made-up\naws_session_token = t\n';
    const text = `[profile base]\n${keys}region = eu-west-1\n[profile top]\ninclude_profile = base\n`;
    const top = view('top', text);
    assert.equal(top.get('region'), 'eu-west-1');
    for (const key of ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token']) {
      assert.equal(top.get(key), undefined, key);
    }
    assert.equal(top.staticKeys(), undefined);
    assert.equal(view('base', text).staticKeys(), 'config');
  });

  it('must not go in a circle', () => {
    const circle = '[profile a]\ninclude_profile = b\n[profile b]\ninclude_profile = a\n';
    assert.throws(
      () => view('a', circle),
      cliError('config', /profile a: .*loop: a -> b -> a/, /\.aws\/config/),
    );
    assert.throws(() => view('a', '[profile a]\ninclude_profile = a\n'), cliError('config', /loop: a -> a/));
  });

  it('must include what is there', () => {
    assert.throws(
      () => view('a', '[profile a]\ninclude_profile = gone\n'),
      cliError('config', /profile a: include_profile names gone/, /\[profile gone\]/),
    );
  });
});

describe('a profile', () => {
  it('that only the vault knows is empty', () => {
    const stored = view('stored', '');
    assert.equal(stored.name, 'stored');
    assert.equal(stored.get('region'), undefined);
    assert.equal(stored.staticKeys(), undefined);
  });

  it('has its static keys where they stand', () => {
    const keys = 'aws_access_key_id = AKIAQQQQQQQQQQQQQQQQ\naws_secret_access_key = made-up\n';
    assert.equal(view('p', '', `[p]\n${keys}`).staticKeys(), 'credentials');
    assert.equal(view('p', `[profile p]\n${keys}`).staticKeys(), 'config');
  });

  for (const half of ['aws_access_key_id', 'aws_secret_access_key']) {
    it(`with ${half} alone is an error that shows no value`, () => {
      assert.throws(
        () => view('p', '', `[p]\n${half} = made-up-value\n`).staticKeys(),
        (error) => {
          assert.ok(!JSON.stringify(error).includes('made-up-value'));
          assert.ok(!String(error).includes('made-up-value'));
          return cliError('config', /profile p has an incomplete key/, /ccvault add p/)(error);
        },
      );
    });
  }
});

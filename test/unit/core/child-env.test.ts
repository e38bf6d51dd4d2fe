import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { childEnvironment, credentialVariables } from '../../../src/core/child-env.ts';
import type { Credentials } from '../../../src/core/credentials.ts';
import { Secret } from '../../../src/core/secret.ts';

const END = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

const credentials: Credentials = {
  accessKeyId: 'ASIANEW',
  secretAccessKey: new Secret('new-secret'),
  sessionToken: new Secret('new-token'),
  expiresAt: END,
};

const GONE = [
  'AWS_SECURITY_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_CREDENTIAL_FILE',
  'AWS_SDK_LOAD_CONFIG',
  'AWS_ACCOUNT_ID',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_CONTAINER_ANYTHING_TO_COME',
  'CCVAULT_PASSPHRASE',
  'CCVAULT_PASSPHRASE_COMMAND',
  'AWS_VAULT_FILE_PASSPHRASE',
  'AWS_VAULT_OP_CONNECT_TOKEN',
  'AWS_VAULT_OP_SERVICE_ACCOUNT_TOKEN',
  'PROTON_PASS_PERSONAL_ACCESS_TOKEN',
];

const NEW = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'CCVAULT_REGION',
  'AWS_VAULT',
  'CCVAULT_PROFILE',
];

const KEPT = [
  'PATH',
  'HOME',
  'CCVAULT_HOME',
  'CCVAULT_BACKEND',
  'CCVAULT_UNLOCK_TTL',
  'CCVAULT_PROMPT',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CA_BUNDLE',
  'AWS_ENDPOINT_URL',
  'AWS_MIN_TTL',
  'AWS_EC2_METADATA_DISABLED',
  'HTTPS_PROXY',
];

const parent = Object.fromEntries([...GONE, ...NEW, ...KEPT].map((name) => [name, `old ${name}`]));

describe('the environment of a child', () => {
  it('loses what would win over its credentials, and the backends’ secrets', () => {
    const child = childEnvironment(parent, { profile: 'prod', region: 'eu-west-1' }, credentials);
    for (const name of GONE) assert.ok(!(name in child), name);
  });

  it('gets everything anew that tells who it is', () => {
    const child = childEnvironment(parent, { profile: 'prod', region: 'eu-west-1' }, credentials);
    assert.deepEqual(Object.fromEntries(NEW.map((name) => [name, child[name]])), {
      AWS_ACCESS_KEY_ID: 'ASIANEW',
      AWS_SECRET_ACCESS_KEY: 'new-secret',
      AWS_SESSION_TOKEN: 'new-token',
      AWS_CREDENTIAL_EXPIRATION: '2026-01-02T03:04:05Z',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      CCVAULT_REGION: 'eu-west-1',
      AWS_VAULT: 'prod',
      CCVAULT_PROFILE: 'prod',
    });
  });

  it('keeps the rest, the other CCVAULT_ variables among it', () => {
    const child = childEnvironment(parent, { profile: 'prod', region: 'eu-west-1' }, credentials);
    for (const name of KEPT) assert.equal(child[name], `old ${name}`);
  });

  it('has no token and no end with a long-lived key, not even the parent’s', () => {
    const key = { accessKeyId: 'AKIAOLD', secretAccessKey: new Secret('s') };
    const child = childEnvironment(parent, { profile: 'prod', region: 'eu-west-1' }, key);
    assert.ok(!('AWS_SESSION_TOKEN' in child) && !('AWS_CREDENTIAL_EXPIRATION' in child));
  });

  it('passes on every other variable whatever its name, and none of the removed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.option(fc.string(), { nil: undefined })), (env) => {
        const child = childEnvironment({ ...env, ...parent }, { profile: 'p', region: 'r' }, credentials);
        for (const [name, value] of Object.entries(env)) {
          if (!(name in parent) && !name.startsWith('AWS_CONTAINER_')) assert.equal(child[name], value);
        }
        for (const name of GONE) assert.ok(!Object.hasOwn(child, name));
      }),
    );
  });
});

describe('the variables of credentials', () => {
  it('end at a whole second that is not later than AWS said', () => {
    assert.equal(credentialVariables(credentials)['AWS_CREDENTIAL_EXPIRATION'], '2026-01-02T03:04:05Z');
  });
});

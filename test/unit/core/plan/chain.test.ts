import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import { ambientChain, chainOf } from '../../../../src/core/plan/chain.ts';
import type { Chain } from '../../../../src/core/plan/chain.ts';
import { cliError } from '../../../support/files.ts';

const KEY = 'aws_access_key_id = AKIAMADEUP\naws_secret_access_key = made-up';
const ROLE = 'role_arn = arn:aws:iam::111122223333:role';

interface Files {
  readonly config?: string;
  readonly credentials?: string;
  /** Profiles with a key in the vault. */
  readonly vault?: readonly string[];
}

function chain(profile: string, { config = '', credentials = '', vault = [] }: Files): Chain {
  return chainOf(
    profile,
    parseAwsConfig({
      config,
      credentials,
      configPath: '/home/ann/.aws/config',
      credentialsPath: '/home/ann/.aws/credentials',
    }),
    new Map(vault.map((name) => [name, { accessKeyId: 'AKIAVAULT', generation: '1' }])),
  );
}

/** `vault:base > a > p`: where the chain begins, then the roles in the order they are assumed. */
function shown({ source, roles }: Chain): string {
  const begin = source.profile === undefined ? source.kind : `${source.kind}:${source.profile.name}`;
  return [begin, ...roles.map((role) => role.name)].join(' > ');
}

// AWS SDK reference, "Assume role credential provider", and the vectors of smithy-rs's assume-role-tests.json.
const CHAINS: readonly (readonly [what: string, expected: string, files: Files])[] = [
  ['a stored key without any configuration', 'vault:p', { vault: ['p'] }],
  ['a stored key', 'vault:p', { config: '[profile p]\nregion = x', vault: ['p'] }],
  ['keys in the credentials file', 'static:p', { credentials: `[p]\n${KEY}` }],
  ['keys in the config file', 'static:p', { config: `[profile p]\n${KEY}` }],
  ['a stored key beats keys in a file', 'vault:p', { credentials: `[p]\n${KEY}`, vault: ['p'] }],
  ['a stored key beats SSO', 'vault:p', { config: sso('p'), vault: ['p'] }],
  [
    'a stored key beats a process',
    'vault:p',
    { config: '[profile p]\ncredential_process = x', vault: ['p'] },
  ],
  [
    'a stored key beats a login session',
    'vault:p',
    { config: '[profile p]\nlogin_session = x', vault: ['p'] },
  ],
  ['SSO beats keys in the credentials file', 'sso:p', { config: sso('p'), credentials: `[p]\n${KEY}` }],
  [
    'keys in the credentials file beat a login session and a process',
    'static:p',
    { config: '[profile p]\nlogin_session = x\ncredential_process = x', credentials: `[p]\n${KEY}` },
  ],
  [
    'a login session beats a process',
    'login:p',
    { config: '[profile p]\nlogin_session = x\ncredential_process = x' },
  ],
  [
    'a process beats keys in the config file',
    'process:p',
    { config: `[profile p]\ncredential_process = x\n${KEY}` },
  ],
  [
    'a role on a stored key',
    'vault:base > p',
    { config: `[profile p]\n${ROLE}/r\nsource_profile = base`, vault: ['base'] },
  ],
  [
    'a role on a role',
    'vault:base > mid > p',
    {
      config: `[profile p]\n${ROLE}/r\nsource_profile = mid\n[profile mid]\n${ROLE}/m\nsource_profile = base`,
      vault: ['base'],
    },
  ],
  [
    'static keys of the requested profile are passed over for its source_profile',
    'vault:base > p',
    { config: `[profile p]\n${ROLE}/r\nsource_profile = base\n${KEY}`, vault: ['base'] },
  ],
  [
    'a stored key of the requested profile is passed over too',
    'vault:base > p',
    { config: `[profile p]\n${ROLE}/r\nsource_profile = base`, vault: ['base', 'p'] },
  ],
  [
    'static keys of a source end the chain',
    'static:mid > p',
    {
      config: `[profile p]\n${ROLE}/r\nsource_profile = mid\n[profile mid]\n${ROLE}/m\nsource_profile = base\n${KEY}`,
      vault: ['base'],
    },
  ],
  [
    'a stored key of a source ends the chain',
    'vault:mid > p',
    {
      config: `[profile p]\n${ROLE}/r\nsource_profile = mid\n[profile mid]\n${ROLE}/m\nsource_profile = base`,
      vault: ['mid', 'base'],
    },
  ],
  [
    'its own source, with keys',
    'static:p > p',
    { config: `[profile p]\n${ROLE}/r\nsource_profile = p\n${KEY}` },
  ],
  [
    'its own source, with a stored key',
    'vault:p > p',
    { config: `[profile p]\n${ROLE}/r\nsource_profile = p`, vault: ['p'] },
  ],
  [
    'a stored key and a role without source',
    'vault:p > p',
    { config: `[profile p]\n${ROLE}/r`, vault: ['p'] },
  ],
  [
    'keys in a file and a role without source, as if they were stored',
    'static:p > p',
    { config: `[profile p]\n${ROLE}/r`, credentials: `[p]\n${KEY}` },
  ],
  [
    'a source with keys of its own is its own end even where it names itself',
    'static:mid > p',
    {
      config: `[profile p]\n${ROLE}/r\nsource_profile = mid\n[profile mid]\n${ROLE}/m\nsource_profile = mid\n${KEY}`,
    },
  ],
  ...(
    [
      ['Environment', 'environment'],
      ['EcsContainer', 'container'],
      ['Ec2InstanceMetadata', 'instance'],
    ] as const
  ).map(
    ([value, kind]) =>
      [
        `credential_source ${value}`,
        `${kind}:p > p`,
        { config: `[profile p]\n${ROLE}/r\ncredential_source = ${value}` },
      ] as const,
  ),
  [
    'credential_source at the end of a chain',
    'instance:mid > mid > p',
    {
      config: `[profile p]\n${ROLE}/r\nsource_profile = mid\n[profile mid]\n${ROLE}/m\ncredential_source = Ec2InstanceMetadata`,
    },
  ],
  ['a web identity', 'web-identity:p', { config: `[profile p]\n${ROLE}/r\nweb_identity_token_file = /t` }],
  ['a token process', 'web-identity:p', { config: `[profile p]\n${ROLE}/r\nweb_identity_token_process = t` }],
  [
    'a role on a web identity',
    'web-identity:mid > p',
    {
      config: `[profile p]\n${ROLE}/r\nsource_profile = mid\n[profile mid]\n${ROLE}/m\nweb_identity_token_file = /t`,
    },
  ],
  [
    'a role on SSO',
    'sso:base > p',
    { config: `[profile p]\n${ROLE}/r\nsource_profile = base\n${sso('base')}` },
  ],
  [
    'a role on a process',
    'process:base > p',
    { config: `[profile p]\n${ROLE}/r\nsource_profile = base\n[profile base]\ncredential_process = x` },
  ],
  [
    'a role on a login session',
    'login:base > p',
    { config: `[profile p]\n${ROLE}/r\nsource_profile = base\n[profile base]\nlogin_session = x` },
  ],
  ['the legacy SSO keys', 'sso:p', { config: `[profile p]\n${legacySso()}` }],
  [
    'settings included from another profile, but no keys',
    'vault:base > p',
    {
      config: `[profile p]\ninclude_profile = q\n[profile q]\n${ROLE}/r\nsource_profile = base\n${KEY}`,
      vault: ['base'],
    },
  ],
];

const REFUSED: readonly (readonly [what: string, said: RegExp, files: Files])[] = [
  ['an unknown profile', /there is no profile p\n.*did you mean pp\?/s, { config: '[profile pp]' }],
  [
    'a profile without anything',
    /profile p has no credentials\n.*ccvault add p/s,
    { config: '[profile p]\nregion = x' },
  ],
  [
    'a role without source',
    /neither source_profile nor credential_source/,
    { config: `[profile p]\n${ROLE}/r` },
  ],
  [
    'both sources',
    /both source_profile and credential_source/,
    { config: `[profile p]\n${ROLE}/r\nsource_profile = q\ncredential_source = Environment\n[profile q]` },
  ],
  [
    'an unknown credential_source',
    /credential_source Env is unknown/,
    { config: `[profile p]\n${ROLE}/r\ncredential_source = Env` },
  ],
  [
    'a source that does not exist',
    /profile p: source_profile names q, which does not exist/,
    { config: `[profile p]\n${ROLE}/r\nsource_profile = q` },
  ],
  [
    'its own source without keys',
    /its own source_profile and has no key/,
    { config: `[profile p]\n${ROLE}/r\nsource_profile = p` },
  ],
  [
    'a loop of two',
    /loop: p -> q -> p/,
    { config: `[profile p]\n${ROLE}/r\nsource_profile = q\n[profile q]\n${ROLE}/q\nsource_profile = p` },
  ],
  [
    'a loop that the requested profile is not part of',
    /loop: p -> q -> r -> q/,
    {
      config: `[profile p]\n${ROLE}/r\nsource_profile = q\n[profile q]\n${ROLE}/q\nsource_profile = r\n[profile r]\n${ROLE}/q\nsource_profile = q`,
    },
  ],
  [
    'half a key',
    /profile p has an incomplete key: aws_secret_access_key is missing/,
    { credentials: '[p]\naws_access_key_id = AKIAMADEUP' },
  ],
  [
    'half a key in a source',
    /profile q has an incomplete key/,
    { config: `[profile p]\n${ROLE}/r\nsource_profile = q`, credentials: '[q]\naws_secret_access_key = x' },
  ],
  [
    'SSO without its section',
    /there is no \[sso-session work\]/,
    { config: '[profile p]\nsso_session = work\nsso_account_id = 111122223333\nsso_role_name = r' },
  ],
  [
    'SSO without its role',
    /sso_role_name is missing/,
    {
      config:
        '[profile p]\nsso_session = work\nsso_account_id = 111122223333\n[sso-session work]\nsso_start_url = u\nsso_region = r',
    },
  ],
  [
    'SSO without its region',
    /sso_region is missing\n.*\[sso-session work\]/s,
    {
      config:
        '[profile p]\nsso_session = work\nsso_account_id = 111122223333\nsso_role_name = r\n[sso-session work]\nsso_start_url = u',
    },
  ],
  [
    'SSO that contradicts its section',
    /sso_region differs/,
    { config: `${sso('p')}\n[profile p]\nsso_region = us-east-1` },
  ],
];

describe('chainOf', () => {
  for (const [what, expected, files] of CHAINS) {
    it(`follows ${what}`, () => assert.equal(shown(chain('p', files)), expected));
  }
  for (const [what, said, files] of REFUSED) {
    it(`refuses ${what}`, () => assert.throws(() => chain('p', files), cliError('config', said)));
  }

  it('says which keys it passes over', () => {
    const config = `[profile p]\n${ROLE}/r\nsource_profile = mid\n[profile mid]\n${ROLE}/m\nsource_profile = base`;
    assert.deepEqual(chain('p', { config, vault: ['p', 'mid'] }).notes, [
      'profile p has a stored key too; source_profile mid is used instead',
      'profile mid has its own key, so its role_arn is ignored when it is a source profile',
    ]);
  });

  it('reads scopes and session of SSO', () => {
    const { source } = chain('p', { config: `${sso('p')}\nsso_registration_scopes = a, b` });
    assert.ok(source.kind === 'sso');
    assert.deepEqual(source.sso, {
      session: 'work',
      startUrl: 'https://x.awsapps.com/start',
      region: 'eu-west-1',
      accountId: '111122223333',
      roleName: 'Admin',
      registrationScopes: ['a', 'b'],
    });
  });
});

describe('ambientChain', () => {
  const web = { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/r' };
  const container = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' };
  for (const [expected, env] of [
    ['environment', { AWS_ACCESS_KEY_ID: 'AKIAMADEUP', ...web, ...container }],
    ['web-identity', { ...web, ...container }],
    ['container', { ...container, AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }],
    ['container', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://localhost/' }],
    ['instance', {}],
    ['instance', { AWS_EC2_METADATA_DISABLED: 'false' }],
    [undefined, { AWS_EC2_METADATA_DISABLED: 'True' }],
    ['container', { ...container, AWS_EC2_METADATA_DISABLED: 'true' }],
  ] as const) {
    it(`takes ${expected} with ${JSON.stringify(env)}`, () => {
      assert.equal(ambientChain(env)?.source.kind, expected);
    });
  }
});

function sso(profile: string): string {
  return `[profile ${profile}]
sso_session = work
sso_account_id = 111122223333
sso_role_name = Admin
[sso-session work]
sso_start_url = https://x.awsapps.com/start
sso_region = eu-west-1`;
}

function legacySso(): string {
  return 'sso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = r';
}

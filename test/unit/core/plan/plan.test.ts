import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import { ambientPlan, planFor } from '../../../../src/core/plan/plan.ts';
import type { PlanContext, PlanOptions } from '../../../../src/core/plan/facts.ts';
import type { Plan, Step } from '../../../../src/core/plan/steps.ts';
import type { Environment } from '../../../../src/core/ports/environment.ts';
import { cliError } from '../../../support/files.ts';
import { profileOfCommand } from '../../../../src/commands/shared/profile-of-command.ts';
import { runs } from '../../../support/fuzz.ts';

const ROLE = 'role_arn = arn:aws:iam::111122223333:role';
const MFA = 'mfa_serial = arn:aws:iam::111122223333:mfa/me';

interface World {
  readonly config: string;
  readonly env?: Environment;
  /** Profiles with a key in the vault, and its generation. */
  readonly vault?: Readonly<Record<string, string>>;
}

function contextOf({ config, env = {}, vault = { base: '1' } }: World): PlanContext {
  return {
    config: parseAwsConfig({ config, credentials: '', configPath: 'config', credentialsPath: 'credentials' }),
    env,
    storedKeys: new Map(
      Object.entries(vault).map(([name, generation]) => [name, { accessKeyId: `AKIA${name}`, generation }]),
    ),
    userName: 'me',
    profileOfCommand,
  };
}

function plan(config: string | World, options: PlanOptions = {}): Plan {
  return planFor('p', contextOf(typeof config === 'string' ? { config } : config), options);
}

/** `GetSessionToken 43200 mfa`: the call, its seconds, and whether a code is spent on it. */
function shown(step: Step): string {
  const seconds = 'durationSeconds' in step ? [String(step.durationSeconds)] : [];
  const mfa = 'mfaSerial' in step && step.mfaSerial !== undefined ? ['mfa'] : [];
  return [step.kind, ...seconds, ...mfa].join(' ');
}

function calls(config: string | World, options: PlanOptions = {}): readonly string[] {
  return plan(config, options).steps.map(shown);
}

function last(config: string | World, options: PlanOptions = {}): Step {
  const step = plan(config, options).steps.at(-1);
  assert.ok(step);
  return step;
}

const BARE = { config: '[profile p]\nregion = eu-west-1', vault: { p: '1' } };
const BARE_MFA = { config: `[profile p]\n${MFA}`, vault: { p: '1' } };
const ONE = `[profile p]\n${ROLE}/r\nsource_profile = base`;
const TWO = `[profile p]\n${ROLE}/r\nsource_profile = mid\n[profile mid]\n${ROLE}/m\nsource_profile = base`;

// The contract's table of calls.
const CALLS: readonly (readonly [
  what: string,
  config: string | World,
  options: PlanOptions,
  expected: readonly string[],
])[] = [
  ['a key', BARE, {}, ['key', 'session-token 3600']],
  ['a key with MFA', BARE_MFA, {}, ['key', 'session-token 43200 mfa']],
  ['a key, with -d', BARE_MFA, { durationSeconds: 900 }, ['key', 'session-token 900 mfa']],
  ['a key, with -n', BARE_MFA, { noSession: true }, ['key']],
  [
    'a key with its own session length',
    { ...BARE_MFA, config: `${BARE_MFA.config}\nget_session_token_duration_seconds = 7200` },
    {},
    ['key', 'session-token 7200 mfa'],
  ],
  ['a role', ONE, {}, ['key', 'assume-role 3600']],
  ['a role with MFA', `${ONE}\n${MFA}`, {}, ['key', 'session-token 43200 mfa', 'assume-role 3600']],
  ['a role with MFA, with -n', `${ONE}\n${MFA}`, { noSession: true }, ['key', 'assume-role 3600 mfa']],
  ['a role with MFA for 2 h', `${ONE}\n${MFA}\nduration_seconds = 7200`, {}, ['key', 'assume-role 7200 mfa']],
  ['a role with MFA, -d 2h', `${ONE}\n${MFA}`, { durationSeconds: 7200 }, ['key', 'assume-role 7200 mfa']],
  ['a role without MFA for 2 h', `${ONE}\nduration_seconds = 7200`, {}, ['key', 'assume-role 7200']],
  [
    'a role whose source alone has a device: the serial is the role profile’s to name',
    `${ONE}\n[profile base]\n${MFA}`,
    {},
    ['key', 'assume-role 3600'],
  ],
  ['a chain', TWO, {}, ['key', 'assume-role 3600', 'assume-role 3600']],
  [
    'a chain with a device anywhere',
    `${TWO}\n[profile base]\n${MFA}`,
    {},
    ['key', 'session-token 43200 mfa', 'assume-role 3600', 'assume-role 3600'],
  ],
  [
    'a chain with a device, with -n',
    `${TWO}\n${MFA}`,
    { noSession: true },
    ['key', 'assume-role 3600 mfa', 'assume-role 3600'],
  ],
  [
    'a chain, each hop cut to 1 h',
    `${TWO}\nduration_seconds = 7200`,
    {},
    ['key', 'assume-role 3600', 'assume-role 3600'],
  ],
  [
    'a key of the profile with a role of its own',
    { config: `[profile p]\n${ROLE}/r\n${MFA}`, vault: { p: '1' } },
    {},
    ['key', 'session-token 43200 mfa', 'assume-role 3600'],
  ],
  [
    'keys in a file, treated as stored',
    `[profile p]\naws_access_key_id = AKIAMADEUP\naws_secret_access_key = x\n${MFA}`,
    {},
    ['key', 'session-token 43200 mfa'],
  ],
  [
    'temporary keys in a file, used as they are',
    `[profile p]\naws_access_key_id = ASIAMADEUP\naws_secret_access_key = x\naws_session_token = t\n${MFA}`,
    {},
    ['key'],
  ],
  ['SSO', sso(), {}, ['sso']],
  [
    'a role on SSO',
    `[profile p]\n${ROLE}/r\nsource_profile = s\n${sso('s')}`,
    {},
    ['sso', 'assume-role 3600'],
  ],
  [
    'a role on SSO is part of a chain',
    `[profile p]\n${ROLE}/r\nduration_seconds = 7200\nsource_profile = s\n${sso('s')}`,
    {},
    ['sso', 'assume-role 3600'],
  ],
  [
    'a web identity',
    `[profile p]\n${ROLE}/r\nweb_identity_token_file = /t`,
    { durationSeconds: 900 },
    ['web-identity 900'],
  ],
  ['a process', '[profile p]\ncredential_process = x', {}, ['process']],
  ['a login session', '[profile p]\nlogin_session = x', {}, ['login']],
  [
    'the environment',
    `[profile p]\n${ROLE}/r\ncredential_source = Environment`,
    {},
    ['environment', 'assume-role 3600'],
  ],
  [
    'a container',
    `[profile p]\n${ROLE}/r\ncredential_source = EcsContainer`,
    {},
    ['container', 'assume-role 3600'],
  ],
  [
    'an instance',
    `[profile p]\n${ROLE}/r\ncredential_source = Ec2InstanceMetadata`,
    {},
    ['instance', 'assume-role 3600'],
  ],
];

describe('planFor', () => {
  for (const [what, config, options, expected] of CALLS) {
    it(`calls for ${what}`, () => assert.deepEqual(calls(config, options), expected));
  }

  it('has another plan for a process that answers with a key', () => {
    const { ifLongLived } = plan(
      `[profile p]\n${ROLE}/r\n${MFA}\nsource_profile = q\n[profile q]\ncredential_process = x`,
    );
    assert.deepEqual(ifLongLived?.steps.map(shown), [
      'process',
      'session-token 43200 mfa',
      'assume-role 3600',
    ]);
  });

  it('keeps -d to what AWS allows and brings configured durations to the edge', () => {
    for (const [config, seconds] of [
      [BARE, 899],
      [BARE, 129_601],
      [ONE, 899],
      [ONE, 43_201],
    ] as const) {
      assert.throws(
        () => plan(config, { durationSeconds: seconds }),
        cliError('usage', /outside what AWS allows/),
      );
    }
    const edge = plan(`${ONE}\nduration_seconds = 50000`);
    assert.deepEqual(edge.steps.map(shown), ['key', 'assume-role 43200']);
    assert.match(edge.notes.join(), /50000 becomes 43200/);
    assert.throws(() => plan(`${ONE}\nduration_seconds = 1h`), cliError('config', /not a number of seconds/));
  });

  it('notes what it cuts and what has no effect', () => {
    for (const [config, options, said] of [
      [`${TWO}\nduration_seconds = 7200`, {}, /cut to 1 h/],
      [sso(), { durationSeconds: 900 }, /-d has no effect/],
      [`${sso()}\n[profile p]\n${MFA}`, {}, /mfa_serial .* is not used/],
      [`${ONE}\nregion = cn-north-1`, {}, /region cn-north-1 is not in partition aws/],
    ] as const) {
      assert.match(plan(config, options).notes.join('\n'), said);
    }
  });
});

describe('cache keys', () => {
  const session = (config: string | World, options?: PlanOptions): string =>
    plan(config, options).steps.find(({ kind }) => kind === 'session-token')?.cacheKey ?? '';
  const role = (config: string | World, options?: PlanOptions): string => last(config, options).cacheKey;
  const withMfa = `${ONE}\n${MFA}`;

  it('share one MFA session among regions, profiles and roles of a key', () => {
    const other = `[profile p]\n${ROLE}/other\nexternal_id = x1\nregion = us-east-1\nsource_profile = base\n${MFA}`;
    assert.equal(session(withMfa), session(other));
    assert.equal(session(withMfa), session({ config: withMfa, env: { AWS_REGION: 'eu-north-1' } }));
    assert.equal(session(withMfa), session(withMfa, { durationSeconds: 900 }));
  });

  it('tell sessions of other keys, devices, partitions, endpoints and durations apart', () => {
    const all = [
      withMfa,
      { config: withMfa, vault: { base: '2' } },
      withMfa.replace('mfa/me', 'mfa/you'),
      withMfa.replaceAll('arn:aws:', 'arn:aws-cn:'),
      { config: withMfa, env: { AWS_ENDPOINT_URL_STS: 'https://sts.example.com' } },
      `${withMfa}\nget_session_token_duration_seconds = 3600`,
    ].map((config) => session(config));
    assert.equal(new Set(all).size, all.length);
  });

  it('tell roles apart by everything that shapes them', () => {
    const all = [
      ONE,
      withMfa,
      ONE.replace('/r', '/x'),
      `${ONE}\nexternal_id = x1`,
      `${ONE}\nrole_session_name = x1`,
      `${ONE}\nsession_tags = a=b`,
      `${ONE}\nsession_tags = a=b\ntransitive_session_tags = a`,
      `${ONE}\nsource_identity = x1`,
      `${ONE}\nduration_seconds = 900`,
      { config: ONE, env: { AWS_ENDPOINT_URL: 'https://sts.example.com' } },
      { config: ONE, vault: { base: '2' } },
    ].map((config) => role(config));
    assert.equal(new Set(all).size, all.length);
    assert.equal(role(`${ONE}\nregion = us-east-1`), role(ONE));
  });

  it('tell two people of one start URL apart', () => {
    assert.notEqual(role(sso()), role(sso().replaceAll('work', 'home')));
  });

  it('never take two values for one', () => {
    const text = fc.stringMatching(/^[a-z0-9=,.@-]{2,12}$/);
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        const key = (id: string, name: string): string =>
          role(`${ONE}\nexternal_id = ${id}\nrole_session_name = ${name}`);
        assert.equal(key(a, b) === key(c, d), a === c && b === d);
      }),
      runs(200),
    );
  });
});

describe('how AWS is reached', () => {
  it('calls STS in the region asked for, else where the roles are', () => {
    for (const [config, env, options, region] of [
      [`${ONE}\nregion = eu-west-1`, {}, {}, 'eu-west-1'],
      [`${ONE}\nregion = eu-west-1`, { AWS_REGION: 'eu-north-1' }, {}, 'eu-north-1'],
      [`${ONE}\nregion = eu-west-1`, { AWS_REGION: 'eu-north-1' }, { region: 'us-west-2' }, 'us-west-2'],
      [
        `${ONE}\nregion = eu-west-1`,
        { AWS_REGION: 'eu-north-1', CCVAULT_REGION: 'eu-north-1' },
        {},
        'eu-west-1',
      ],
      [ONE, { AWS_REGION: 'eu-north-1', CCVAULT_REGION: 'eu-north-1' }, {}, 'eu-north-1'],
      [ONE, {}, {}, 'us-east-1'],
      [ONE.replaceAll('arn:aws:', 'arn:aws-cn:'), {}, {}, 'cn-northwest-1'],
      [ONE.replaceAll('arn:aws:', 'arn:aws-us-gov:'), { AWS_REGION: 'eu-west-1' }, {}, 'us-gov-west-1'],
      [ONE.replaceAll('arn:aws:', 'arn:aws-eusc:'), {}, {}, 'eusc-de-east-1'],
    ] as const) {
      const step = last({ config, env }, options);
      assert.ok(step.kind === 'assume-role');
      assert.equal(step.settings.region, region);
    }
  });

  it('reads FIPS, dual-stack, the CA bundle, services and endpoints', () => {
    const config = `${ONE}\nuse_fips_endpoint = true\nuse_dualstack_endpoint = TRUE\nca_bundle = /ca\nservices = s\n[services s]\nsts =\n  endpoint_url = https://sts.example.com`;
    const step = last(config);
    assert.ok(step.kind === 'assume-role');
    assert.deepEqual(step.settings, {
      region: 'us-east-1',
      endpoint: 'https://sts.example.com',
      fips: true,
      dualstack: true,
      caBundle: '/ca',
      stsRegionalEndpoints: 'regional',
      profile: 'p',
    });
    assert.throws(() => plan(`${ONE}\nservices = none`), cliError('config', /there is no \[services none\]/));
  });

  it('reads FIPS and dual-stack from a variable each, which ranks above the profile', () => {
    const on = `${ONE}\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true`;
    for (const [config, env, fips, dualstack] of [
      [ONE, {}, false, false],
      [ONE, { AWS_USE_FIPS_ENDPOINT: 'true' }, true, false],
      [ONE, { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, false, true],
      [ONE, { AWS_USE_FIPS_ENDPOINT: 'TRUE', AWS_USE_DUALSTACK_ENDPOINT: 'True' }, true, true],
      [on, { AWS_USE_FIPS_ENDPOINT: 'false' }, false, true],
      [on, { AWS_USE_DUALSTACK_ENDPOINT: 'false' }, true, false],
      [on, { AWS_USE_FIPS_ENDPOINT: '', AWS_USE_DUALSTACK_ENDPOINT: '' }, true, true],
    ] as const) {
      const step = last({ config, env });
      assert.ok(step.kind === 'assume-role');
      assert.deepEqual([step.settings.fips, step.settings.dualstack], [fips, dualstack], JSON.stringify(env));
    }
  });

  it('reaches the two services of SSO in its own region, each by its own endpoint', () => {
    const step = last({
      config: sso(),
      env: {
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL_SSO: 'https://portal.example.com',
        AWS_ENDPOINT_URL_SSO_OIDC: 'https://oidc.example.com',
      },
    });
    assert.ok(step.kind === 'sso');
    assert.equal(step.settings.region, 'eu-west-1');
    assert.equal(step.settings.endpoint, 'https://portal.example.com');
    assert.equal(step.oidcSettings.endpoint, 'https://oidc.example.com');
  });
});

describe('a credential_process that is ccvault', () => {
  const process = (name: string, command: string): string =>
    `[profile ${name}]\ncredential_process = ${command}\n`;
  for (const [what, config, path] of [
    ['for itself', process('p', 'ccvault export --format json p'), 'p -> p'],
    [
      'by its path and with options',
      process('p', '"/opt/my tools/ccvault" --backend file export -d 1h p'),
      'p -> p',
    ],
    ['on Windows', process('p', String.raw`C:\tools\ccvault.exe export p`), 'p -> p'],
    ['through exec', process('p', 'ccvault exec p -- aws configure export-credentials'), 'p -> p'],
    [
      'for a profile that is for it',
      process('p', 'ccvault export q') + process('q', 'ccvault export p'),
      'p -> q -> p',
    ],
    [
      'for a role on it',
      `${process('p', 'ccvault export q')}[profile q]\n${ROLE}/r\nsource_profile = p\n`,
      'p -> q -> p',
    ],
    [
      'for one that goes in a circle further on',
      process('p', 'ccvault export q') + process('q', 'ccvault export q'),
      'p -> q -> q',
    ],
  ] as const) {
    it(`is refused ${what}`, () => {
      assert.throws(() => plan(config), cliError('config', new RegExp(`loop: ${path}\\n.*ccvault add`)));
    });
  }

  for (const [what, config] of [
    ['for another profile', process('p', 'ccvault export base')],
    [
      'for a profile named like a value of its options',
      process('json', 'x') + process('p', 'ccvault export --format json base'),
    ],
    ['for a profile that is not there', process('p', 'ccvault export nobody')],
    ['as another command', process('p', 'ccvault list p')],
    ['by another name', process('p', 'my-ccvault export p')],
  ] as const) {
    it(`is let through ${what}`, () => assert.deepEqual(calls(config), ['process']));
  }

  it('is not looked at where the profile has a stored key', () => {
    const config = process('p', 'ccvault export --format json p');
    assert.deepEqual(calls({ config, vault: { p: '1' } }), ['key', 'session-token 3600']);
  });
});

it('plans for ambient credentials without any profile', () => {
  const ambient = ambientPlan(
    contextOf({ config: '', env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://localhost/' } }),
  );
  assert.deepEqual(ambient?.steps.map(shown), ['container']);
  assert.equal(ambient?.profile, undefined);
  assert.equal(ambientPlan(contextOf({ config: '', env: { AWS_EC2_METADATA_DISABLED: 'true' } })), undefined);
});

function sso(profile = 'p'): string {
  return `[profile ${profile}]
sso_session = work
sso_account_id = 111122223333
sso_role_name = Admin
[sso-session work]
sso_start_url = https://x.awsapps.com/start
sso_region = eu-west-1`;
}

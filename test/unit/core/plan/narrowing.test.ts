// `--role`, `--read-only`, `--policy-arn` and `--policy-file` in a plan: which step they shape, what is refused before a
// call, and that no narrowed session can stand in for another.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { profileOfCommand } from '../../../../src/commands/shared/profile-of-command.ts';
import { parseAwsConfig } from '../../../../src/core/config/aws-config.ts';
import type { PlanContext, PlanOptions } from '../../../../src/core/plan/facts.ts';
import { shortPolicyNames } from '../../../../src/core/plan/narrowing.ts';
import type { NarrowingOptions } from '../../../../src/core/plan/narrowing.ts';
import { ambientPlan, planFor } from '../../../../src/core/plan/plan.ts';
import { policyOf } from '../../../../src/core/plan/policy-of-plan.ts';
import { endOfStep } from '../../../../src/core/plan/steps.ts';
import type { Plan, Step } from '../../../../src/core/plan/steps.ts';
import type { Environment } from '../../../../src/core/ports/environment.ts';
import { cliError } from '../../../support/files.ts';
import { runs } from '../../../support/fuzz.ts';

const MFA = 'mfa_serial = arn:aws:iam::111122223333:mfa/me';
const CONFIG = `
[profile key]
region = eu-west-1
[profile guarded-key]
region = eu-west-1
${MFA}
[profile china]
region = cn-north-1
[profile role]
role_arn = arn:aws:iam::444455556666:role/deploy
source_profile = key
role_session_name = me-as-ever
external_id = of-deploy
duration_seconds = 7200
[profile plain-role]
role_arn = arn:aws-us-gov:iam::444455556666:role/deploy
source_profile = key
[profile same-as-added]
role_arn = arn:aws:iam::999988887777:role/team/admin
source_profile = guarded-key
${MFA}
region = eu-west-1
[profile above-role]
role_arn = arn:aws:iam::999988887777:role/team/admin
source_profile = role
[profile web]
role_arn = arn:aws:iam::444455556666:role/deploy
web_identity_token_file = /token
[profile sso]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 444455556666
sso_role_name = Admin
[profile gov-sso]
sso_start_url = https://example.awsapps.com/start
sso_region = us-gov-west-1
sso_account_id = 444455556666
sso_role_name = Admin
[profile china-login]
login_session = arn:aws-cn:iam::111122223333:user/me
[profile process]
credential_process = tool
[profile temporary]
aws_access_key_id = ASIAMADEUP
aws_secret_access_key = x
aws_session_token = t
[profile login]
login_session = arn:aws:iam::111122223333:user/me
`;
const ADDED = 'arn:aws:iam::999988887777:role/team/admin';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const OWN_POLICY = 'arn:aws:iam::444455556666:policy/team/buckets';

function contextOf(env: Environment = {}): PlanContext {
  return {
    config: parseAwsConfig({
      config: CONFIG,
      credentials: '',
      configPath: 'config',
      credentialsPath: 'credentials',
    }),
    env,
    storedKeys: new Map(
      ['key', 'guarded-key', 'china'].map((name) => [name, { accessKeyId: `AKIA${name}`, generation: '1' }]),
    ),
    userName: 'me',
    profileOfCommand,
  };
}

function plan(profile: string, options: PlanOptions = {}): Plan {
  return planFor(profile, contextOf(), options);
}

function narrowed(change: Partial<NarrowingOptions> = {}): PlanOptions & { narrowing: NarrowingOptions } {
  return { narrowing: { readOnly: false, policyArns: [], file: undefined, ...change } };
}

const readOnly = narrowed({ readOnly: true });

function kinds({ steps }: Plan): readonly string[] {
  return steps.map((step) => `${step.kind}${'mfaSerial' in step && step.mfaSerial ? ' mfa' : ''}`);
}

function last({ steps }: Plan): Step {
  return steps.at(-1) ?? steps[0];
}

describe('--role', () => {
  it('adds the steps that a profile with that role and this source has', () => {
    const pairs = [
      ['guarded-key', 'same-as-added'],
      ['role', 'above-role'],
    ] as const;
    for (const [base, profile] of pairs) {
      const added = plan(base, { role: ADDED });
      const written = plan(profile);
      assert.deepEqual(kinds(added), kinds(written), base);
      assert.equal(last(added).cacheKey, last(written).cacheKey, base);
    }
  });

  it('takes the MFA device, region and settings of the profile, and nothing of its own role', () => {
    const step = last(plan('role', { role: ADDED }));
    assert.ok(step.kind === 'assume-role');
    assert.deepEqual(
      [step.roleArn, step.sessionName, step.externalId, step.durationSeconds, step.profile],
      [ADDED, 'ccvault-me', undefined, 3600, 'role'],
    );
    assert.deepEqual(kinds(plan('guarded-key', { role: ADDED })), [
      'key',
      'session-token mfa',
      'assume-role',
    ]);
    assert.deepEqual(kinds(plan('guarded-key', { role: ADDED, noSession: true })), [
      'key',
      'assume-role mfa',
    ]);
    assert.deepEqual(kinds(plan('guarded-key', { role: ADDED, durationSeconds: 7200 })), [
      'key',
      'assume-role mfa',
    ]);
    assert.equal(plan('guarded-key', { role: ADDED }).region, 'eu-west-1');
  });

  it('goes on top of every source, ambient ones among them', () => {
    for (const profile of ['sso', 'process', 'temporary', 'login', 'web']) {
      assert.equal(kinds(plan(profile, { role: ADDED })).at(-1), 'assume-role', profile);
    }
    const ambient = ambientPlan(contextOf({ AWS_ACCESS_KEY_ID: 'ASIAX' }), { role: '444455556666:x' });
    assert.ok(ambient);
    assert.deepEqual(kinds(ambient), ['environment', 'assume-role']);
    assert.equal(last(ambient).profile, undefined);
  });

  const written = [
    ['key', '444455556666:deploy', 'arn:aws:iam::444455556666:role/deploy'],
    ['key', '444455556666:team/web/deploy', 'arn:aws:iam::444455556666:role/team/web/deploy'],
    ['key', '444455556666:/team/deploy', 'arn:aws:iam::444455556666:role/team/deploy'],
    ['china', '444455556666:deploy', 'arn:aws-cn:iam::444455556666:role/deploy'],
    ['plain-role', '444455556666:deploy', 'arn:aws-us-gov:iam::444455556666:role/deploy'],
    ['gov-sso', '444455556666:deploy', 'arn:aws-us-gov:iam::444455556666:role/deploy'],
    ['china-login', '444455556666:deploy', 'arn:aws-cn:iam::444455556666:role/deploy'],
    ['key', ADDED, ADDED],
  ] as const;
  for (const [profile, text, arn] of written) {
    it(`reads ${text} of profile ${profile} as ${arn}`, () => {
      const step = last(plan(profile, { role: text }));
      assert.equal(step.kind === 'assume-role' && step.roleArn, arn);
    });
  }

  for (const text of [
    'deploy',
    '44445555666:deploy',
    '4444555566667:deploy',
    '444455556666:',
    '444455556666:a b',
    '444455556666:a\nb',
    'arn:aws:iam::444455556666:user/deploy',
    'arn:aws:sts::444455556666:assumed-role/deploy/me',
    'arn:aws:iam::444455556666:role/',
    '',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => plan('key', { role: text }), cliError('usage', /--role is neither/));
    });
  }
});

describe('a session policy', () => {
  it('goes on the last AssumeRole and on no other step', () => {
    for (const [profile, options] of [
      ['role', {}],
      ['above-role', {}],
      ['guarded-key', { role: ADDED }],
      ['sso', { role: ADDED }],
    ] as const) {
      const { steps } = plan(profile, { ...options, ...readOnly });
      const policies = steps.map((step) => endOfStep(step).narrowing?.policyArns);
      assert.deepEqual(policies.pop(), [READ_ONLY], profile);
      assert.ok(
        policies.every((one) => one === undefined),
        profile,
      );
    }
  });

  it('goes on a web identity’s role', () => {
    assert.deepEqual(endOfStep(last(plan('web', readOnly))).narrowing?.policyArns, [READ_ONLY]);
    assert.equal(endOfStep(plan('web', { ...readOnly, role: ADDED }).steps[0]).narrowing, undefined);
  });

  it('makes a federated session of a key without a role, with -n too, and says what that cannot do', () => {
    for (const noSession of [true, false]) {
      const federated = plan('guarded-key', { ...readOnly, noSession });
      assert.deepEqual(kinds(federated), ['key', 'federation-token']);
      assert.equal(federated.notes.filter((note) => /no MFA and cannot call IAM/.test(note)).length, 1);
    }
  });

  for (const [seconds, accepted] of [
    [899, false],
    [900, true],
    [129_600, true],
    [129_601, false],
  ] as const) {
    it(`of a key ${accepted ? 'lasts' : 'cannot last'} ${seconds} s`, () => {
      const make = (): Plan => plan('key', { ...readOnly, durationSeconds: seconds });
      if (accepted) {
        const step = last(make());
        assert.equal('durationSeconds' in step && step.durationSeconds, seconds);
      } else assert.throws(make, cliError('usage', /-d /));
    });
  }

  for (const name of ['me', 'a-user-with-a-name-that-is-longer-than-anybody-types', 'ümlaut\\domain', '']) {
    it(`gives the federated user of ${JSON.stringify(name)} a name that AWS accepts and that tells`, () => {
      const step = last(planFor('key', { ...contextOf(), userName: name }, readOnly));
      assert.ok(step.kind === 'federation-token');
      assert.match(step.name, /^ccvault-[\w+=,.@-]*-narrowed$/);
      assert.ok(step.name.length <= 32, step.name);
    });
  }

  it('shows in the session name, unless the profile names one', () => {
    const name = (step: Step): unknown => 'sessionName' in step && step.sessionName;
    assert.equal(name(last(plan('plain-role', readOnly))), 'ccvault-me-narrowed');
    assert.equal(name(last(plan('plain-role'))), 'ccvault-me');
    assert.equal(name(last(plan('role', readOnly))), 'me-as-ever');
  });

  it('is of the partition of the profile', () => {
    for (const [profile, partition] of [
      ['key', 'aws'],
      ['china', 'aws-cn'],
      ['plain-role', 'aws-us-gov'],
    ] as const) {
      assert.deepEqual(endOfStep(last(plan(profile, readOnly))).narrowing?.policyArns, [
        `arn:${partition}:iam::aws:policy/ReadOnlyAccess`,
      ]);
    }
  });

  for (const profile of ['sso', 'process', 'temporary', 'login']) {
    it(`is refused where the chain is nothing but ${profile}`, () => {
      for (const [options, option] of [
        [readOnly, '--read-only'],
        [narrowed({ policyArns: [OWN_POLICY] }), '--policy-arn'],
        [narrowed({ file: { path: 'x.json', document: '{}' } }), '--policy-file'],
      ] as const) {
        const message = new RegExp(`^${option} cannot narrow the credentials of profile ${profile}: `);
        assert.throws(
          () => plan(profile, options),
          cliError('usage', message, /--role ARN or --role ACCOUNT:NAME/),
        );
      }
    });
  }

  for (const env of [
    { AWS_ACCESS_KEY_ID: 'AKIAX' },
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1/' },
    {},
  ]) {
    it(`is refused for what is around: ${JSON.stringify(env)}`, () => {
      assert.throws(
        () => ambientPlan(contextOf(env), readOnly),
        cliError('usage', /cannot narrow these credentials/),
      );
    });
  }

  for (const arn of [
    'ReadOnlyAccess',
    'arn:aws:iam::aws:role/x',
    'arn:aws:iam:::policy/x',
    'arn:aws:iam::1:policy/x',
  ]) {
    it(`has no policy ${arn}`, () => {
      assert.throws(
        () => plan('role', narrowed({ policyArns: [READ_ONLY, arn] })),
        cliError('usage', /--policy-arn is not the ARN of a managed policy/),
      );
    });
  }

  it('has ten managed policies at most, AWS’s ReadOnlyAccess among them', () => {
    const arns = (count: number): string[] =>
      Array.from({ length: count }, (_, n) => `arn:aws:iam::444455556666:policy/p${n}`);
    assert.equal(
      endOfStep(last(plan('role', narrowed({ policyArns: arns(10) })))).narrowing?.policyArns.length,
      10,
    );
    const twice = narrowed({ policyArns: [...arns(9), READ_ONLY], readOnly: true });
    assert.equal(endOfStep(last(plan('role', twice))).narrowing?.policyArns.length, 10);
    for (const options of [
      narrowed({ policyArns: arns(11) }),
      narrowed({ policyArns: Array.from({ length: 11 }, () => READ_ONLY) }),
      narrowed({ policyArns: arns(10), readOnly: true }),
    ]) {
      assert.throws(() => plan('role', options), cliError('usage', /more than 10/));
    }
  });

  it('leaves a plan without it beside, for the roles that a server assumes', () => {
    assert.deepEqual(kinds(plan('guarded-key', readOnly).wide ?? plan('key')), ['key', 'session-token mfa']);
    assert.deepEqual(plan('role', readOnly).wide, plan('role'));
    assert.equal(plan('role').wide, undefined);
  });
});

describe('the cached session of a plan', () => {
  const document = fc.constantFrom<string>('{"Statement":[]}', '{"Statement": []}', `["${READ_ONLY}"]`);
  const narrowing = fc.option(
    fc.record({
      readOnly: fc.boolean(),
      policyArns: fc.subarray([READ_ONLY, OWN_POLICY, 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess']),
      file: fc.option(fc.record({ path: fc.constantFrom<string>('a.json', 'b.json'), document }), {
        nil: undefined,
      }),
    }),
    { nil: undefined },
  );
  const asked = fc.record({
    profile: fc.constantFrom('key', 'guarded-key', 'role', 'plain-role', 'above-role', 'web'),
    role: fc.constantFrom(undefined, ADDED, '444455556666:x'),
    durationSeconds: fc.constantFrom(undefined, 900, 3600),
    noSession: fc.boolean(),
    narrowing,
  });
  type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never;

  const planned = ({ profile, role, durationSeconds, noSession, narrowing: policy }: Asked): Plan =>
    plan(profile, {
      noSession,
      ...(role === undefined ? {} : { role }),
      ...(durationSeconds === undefined ? {} : { durationSeconds }),
      ...(isEmpty(policy) || policy === undefined ? {} : { narrowing: policy }),
    });
  const isEmpty = (policy: Asked['narrowing']): boolean =>
    policy !== undefined && !policy.readOnly && policy.policyArns.length === 0 && policy.file === undefined;
  /** What AWS would be told of a policy, by its own account. */
  const policySent = (steps: Plan['steps']): string => {
    const { narrowing: sent } = endOfStep(steps.at(-1) ?? steps[0]);
    return JSON.stringify(sent === undefined ? null : [sent.policyArns, sent.document ?? null]);
  };

  it('never serves a request with another policy, be it wider or narrower', () => {
    fc.assert(
      fc.property(asked, fc.oneof(asked, narrowing), (one, change) => {
        // Half of them differ in nothing but the policy.
        const other = change !== undefined && 'profile' in change ? change : { ...one, narrowing: change };
        const [a, b] = [planned(one), planned(other)];
        if (policySent(a.steps) !== policySent(b.steps)) assert.notEqual(last(a).cacheKey, last(b).cacheKey);
        // Nor does it stand for a step on the way to another.
        for (const step of b.steps.slice(0, -1)) {
          if (policySent(a.steps) !== 'null') assert.notEqual(last(a).cacheKey, step.cacheKey);
        }
      }),
      runs(2000),
    );
  });

  it('serves every request with the same policy, in whatever words and order', () => {
    fc.assert(
      fc.property(asked, (one) => {
        const policy = one.narrowing;
        const same =
          policy === undefined
            ? one
            : {
                ...one,
                narrowing: {
                  readOnly: policy.readOnly && one.profile !== 'plain-role',
                  policyArns: [
                    ...policy.policyArns.toReversed(),
                    ...policy.policyArns,
                    ...(policy.readOnly ? [partitionPolicy(one.profile, one.role)] : []),
                  ],
                  file: policy.file && { ...policy.file, path: 'moved.json' },
                },
              };
        assert.equal(last(planned(same)).cacheKey, last(planned(one)).cacheKey);
      }),
      runs(500),
    );
  });

  const partitionPolicy = (profile: string, role: string | undefined): string =>
    profile === 'plain-role' && role !== '' ? READ_ONLY.replace('arn:aws:', 'arn:aws-us-gov:') : READ_ONLY;

  it('shares everything before it with the wide plan', () => {
    fc.assert(
      fc.property(asked, (one) => {
        const a = planned(one);
        if (a.wide === undefined || last(a).kind === 'federation-token') return;
        const keys = (steps: Plan['steps']): string[] => steps.slice(0, -1).map(({ cacheKey }) => cacheKey);
        assert.deepEqual(keys(a.steps), keys(a.wide.steps));
      }),
      runs(500),
    );
  });
});

describe('the names of policies', () => {
  it('are those of the last step, and of the environment where its credentials are handed on', () => {
    const env = { AWS_ACCESS_KEY_ID: 'ASIAX', CCVAULT_POLICY: 'outer' };
    const file = { path: '/home/me/bucket.json', document: '{}' };
    assert.equal(policyOf(plan('role', readOnly), env), READ_ONLY);
    assert.equal(
      policyOf(plan('role', narrowed({ readOnly: true, file })), {}),
      `${READ_ONLY},/home/me/bucket.json`,
    );
    assert.equal(policyOf(plan('role'), env), undefined);
    const ambient = ambientPlan(contextOf(env));
    const onTop = ambientPlan(contextOf(env), { role: ADDED });
    assert.ok(ambient && onTop);
    assert.equal(policyOf(ambient, env), 'outer');
    assert.equal(policyOf(onTop, env), undefined);
  });

  for (const [names, shown] of [
    [READ_ONLY, 'ReadOnlyAccess'],
    [`${READ_ONLY},${OWN_POLICY},/home/me/bucket.json`, 'ReadOnlyAccess, buckets and bucket.json'],
    ['bucket.json', 'bucket.json'],
    ['C:\\me\\bucket.json', 'bucket.json'],
  ] as const) {
    it(`are read as ${shown}`, () => assert.equal(shortPolicyNames(names), shown));
  }
});

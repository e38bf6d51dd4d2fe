import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateAccessKeyCommand, GetUserCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
} from '@aws-sdk/client-sts';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { Role } from '../../aws/entities.ts';
import { judge, parsePolicy } from '../../aws/policies.ts';
import { startAws, type Aws } from '../../aws/server.ts';
import type { UserHandle } from '../../aws/world.ts';
import { connect, keysOf, refused, type Clients } from './clients.ts';

const ACCOUNT = '444455556666';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const DENY_LIST = { Effect: 'Deny', Action: 'iam:ListAccessKeys', Resource: '*' };
const ALLOW_IAM = { Effect: 'Allow', Action: 'iam:*', Resource: '*' };

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

describe('a policy document', () => {
  const arn = 'arn:aws:codecommit:eu-west-1:444455556666:app';
  for (const [what, statements, action, expected] of [
    ['nothing', [], 'iam:GetUser', 'not allowed'],
    ['a list of actions', [{ Effect: 'Allow', Action: ['a:B', 'c:D'], Resource: '*' }], 'c:D', 'allowed'],
    [
      'a wildcard in an action',
      [{ Effect: 'Allow', Action: 'codecommit:Git*', Resource: '*' }],
      'codecommit:GitPush',
      'allowed',
    ],
    [
      'one for a single letter',
      [{ Effect: 'Allow', Action: 'codecommit:GitPu??', Resource: '*' }],
      'codecommit:GitPull',
      'allowed',
    ],
    [
      'actions in other letters',
      [{ Effect: 'Allow', Action: 'CodeCommit:gitpull', Resource: '*' }],
      'codecommit:GitPull',
      'allowed',
    ],
    [
      'no substring',
      [{ Effect: 'Allow', Action: 'codecommit:Git', Resource: '*' }],
      'codecommit:GitPull',
      'not allowed',
    ],
    ['everything', [{ Effect: 'Allow', Action: '*', Resource: '*' }], 'x:Y', 'allowed'],
    ['its resource', [{ Effect: 'Allow', Action: '*', Resource: arn }], 'x:Y', 'allowed'],
    [
      'a wildcard in a resource',
      [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:codecommit:*:*:a*' }],
      'x:Y',
      'allowed',
    ],
    [
      'a resource in other letters',
      [{ Effect: 'Allow', Action: '*', Resource: arn.toUpperCase().replace('ARN', 'arn') }],
      'x:Y',
      'not allowed',
    ],
    ['another resource', [{ Effect: 'Allow', Action: '*', Resource: `${arn}2` }], 'x:Y', 'not allowed'],
    ['all but an action', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'x:Y', 'allowed'],
    ['that action', [{ Effect: 'Allow', NotAction: ['iam:*', 'x:*'], Resource: '*' }], 'x:Y', 'not allowed'],
    ['all but a resource', [{ Effect: 'Allow', Action: '*', NotResource: arn }], 'x:Y', 'not allowed'],
    [
      'a deny of it',
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'x:*', Resource: '*' },
      ],
      'x:Y',
      'denied',
    ],
    [
      'a deny of another resource',
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: '*', Resource: `${arn}2` },
      ],
      'x:Y',
      'allowed',
    ],
    [
      'a deny of all others',
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', NotAction: 'x:Y', Resource: '*' },
      ],
      'x:Y',
      'allowed',
    ],
  ] as const) {
    it(`that has ${what} says: ${expected}`, () => {
      assert.equal(judge([parsePolicy(policy(...statements))], action, arn), expected);
    });
  }

  it('joins others: any may allow, any may deny', () => {
    const [some, more, none] = [
      policy({ Effect: 'Allow', Action: 'a:*', Resource: '*' }),
      policy({ Effect: 'Allow', Action: 'b:*', Resource: '*' }),
      policy({ Effect: 'Deny', Action: 'b:X', Resource: '*' }),
    ].map(parsePolicy);
    assert.ok(some && more && none);
    assert.equal(judge([some, more], 'b:Y', '*'), 'allowed');
    assert.equal(judge([some, more, none], 'b:X', '*'), 'denied');
  });

  for (const [what, text] of [
    ['no JSON', '{'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['an old version', '{"Version":"2010-01-01","Statement":[]}'],
    ['no effect', policy({ Action: '*', Resource: '*' })],
    ['both actions', policy({ Effect: 'Allow', Action: '*', NotAction: 'a:B', Resource: '*' })],
    ['no resource', policy({ Effect: 'Allow', Action: '*' })],
    ['an action without service', policy({ Effect: 'Allow', Action: 'Get*', Resource: '*' })],
    ['a resource that is no ARN', policy({ Effect: 'Allow', Action: '*', Resource: 'bucket' })],
    ['a principal', policy({ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' })],
    [
      'a condition, which is not evaluated here',
      policy({ Effect: 'Allow', Action: '*', Resource: '*', Condition: {} }),
    ],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => parsePolicy(text), { code: 'MalformedPolicyDocument' });
    });
  }
});

describe('a narrowed session', () => {
  let aws: Aws;
  let clients: Clients;
  let user: UserHandle;
  let other: UserHandle;
  let role: Role;

  before(async () => {
    aws = await startAws();
    clients = connect(aws);
    user = aws.world.addUser({ account: '111122223333', name: 'alice' });
    other = aws.world.addUser({ account: ACCOUNT, name: 'robot' });
    role = aws.world.addRole({ account: ACCOUNT, name: 'deploy', trust: { principals: [user.arn] } });
  });
  after(() => aws.stop());

  const assume = (more: Partial<AssumeRoleCommandInput>) =>
    clients.sts(user).send(new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'me', ...more }));

  const list = async (more: Partial<AssumeRoleCommandInput>): Promise<unknown> =>
    clients.iam(keysOf(await assume(more))).send(new ListAccessKeysCommand({ UserName: 'robot' }));
  const create = async (more: Partial<AssumeRoleCommandInput>): Promise<unknown> =>
    clients.iam(keysOf(await assume(more))).send(new CreateAccessKeyCommand({ UserName: 'robot' }));
  const unallowed = (action: string): ((error: unknown) => boolean) =>
    refused(
      'AccessDenied',
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/deploy/me is not authorized to perform: iam:${action} on resource: user robot because no session policy allows the iam:${action} action`,
    );

  it('may do what its policies allow', async () => {
    await list({});
    await list({ PolicyArns: [{ arn: READ_ONLY }] });
    await list({ Policy: policy(ALLOW_IAM) });
    await list({ Policy: policy({ ...ALLOW_IAM, Resource: `arn:aws:iam::${ACCOUNT}:user/rob*` }) });
    await create({ Policy: policy(ALLOW_IAM), PolicyArns: [{ arn: READ_ONLY }] });
    assert.equal(other.user.keys.length, 2);
  });

  it('is refused what they leave out, and what they deny', async () => {
    await assert.rejects(create({ PolicyArns: [{ arn: READ_ONLY }] }), unallowed('CreateAccessKey'));
    await assert.rejects(list({ Policy: policy() }), unallowed('ListAccessKeys'));
    await assert.rejects(
      list({ Policy: policy({ ...ALLOW_IAM, Resource: `arn:aws:iam::${ACCOUNT}:user/alice` }) }),
      unallowed('ListAccessKeys'),
    );
    await assert.rejects(
      list({ PolicyArns: [{ arn: READ_ONLY }], Policy: policy(DENY_LIST) }),
      refused('AccessDenied', 'with an explicit deny in a session policy'),
    );
  });

  it('gets no more than its role has', async () => {
    const small = aws.world.addRole({
      account: ACCOUNT,
      name: 'small',
      trust: { principals: [user.arn] },
      permissions: { allow: ['iam:GetUser'] },
    });
    await assert.rejects(
      list({ RoleArn: small.arn, Policy: policy(ALLOW_IAM) }),
      refused('AccessDenied', 'because no identity-based policy allows'),
    );
  });

  it('assumes another role only where they allow it, and that one is not narrowed by them', async () => {
    const next = aws.world.addRole({ account: ACCOUNT, name: 'next', trust: { principals: [role.arn] } });
    const chain = async (more: Partial<AssumeRoleCommandInput>): Promise<unknown> => {
      const keys = keysOf(await assume(more));
      const input = { RoleArn: next.arn, RoleSessionName: 'me' };
      const nextKeys = keysOf(await clients.sts(keys).send(new AssumeRoleCommand(input)));
      return clients.iam(nextKeys).send(new GetUserCommand({ UserName: 'robot' }));
    };
    await assert.rejects(
      chain({ PolicyArns: [{ arn: READ_ONLY }] }),
      refused('AccessDenied', 'because no session policy allows the sts:AssumeRole action'),
    );
    await chain({ Policy: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: next.arn }) });
  });

  it('may be a customer’s policy, of the account alone', async () => {
    const own = aws.world.addPolicy({ account: ACCOUNT, name: 'team/iam', document: policy(ALLOW_IAM) });
    const foreign = aws.world.addPolicy({
      account: '111122223333',
      name: 'iam',
      document: policy(ALLOW_IAM),
    });
    await list({ PolicyArns: [{ arn: own }] });
    for (const arn of [foreign, `${own}2`, 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess', `${READ_ONLY}2`]) {
      await assert.rejects(list({ PolicyArns: [{ arn }] }), refused('ValidationError', arn), arn);
    }
  });

  it('of a web identity and of a federated user is narrowed as well', async () => {
    const issuer = 'https://issuer.example';
    const web = aws.world.addRole({ account: ACCOUNT, name: 'web', trust: { webIdentity: { issuer } } });
    const { token } = aws.world.addWebIdentityToken({ issuer, subject: 's', audience: 'sts.amazonaws.com' });
    const answer = await clients.sts({ accessKeyId: '', secretAccessKey: '' }).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: web.arn,
        RoleSessionName: 'ci',
        WebIdentityToken: token,
        Policy: policy(ALLOW_IAM, DENY_LIST),
      }),
    );
    await assert.rejects(
      clients.iam(keysOf(answer)).send(new ListAccessKeysCommand({ UserName: 'robot' })),
      refused('AccessDenied', 'explicit deny in a session policy'),
    );
    const federated = await clients
      .sts(user)
      .send(new GetFederationTokenCommand({ Name: 'fed', PolicyArns: [{ arn: READ_ONLY }] }));
    await clients.sts(keysOf(federated)).send(new GetCallerIdentityCommand({}));
    assert.deepEqual(
      aws.world
        .session(keysOf(federated).accessKeyId)
        ?.policies?.map((one) => judge([one], 'codecommit:GitPush', '*')),
      ['not allowed'],
    );
    const bare = await clients.sts(user).send(new GetFederationTokenCommand({ Name: 'fed' }));
    assert.deepEqual(aws.world.session(keysOf(bare).accessKeyId)?.policies, []);
  });

  it('has ten managed policies, 2,048 characters and AWS’s packed size at most', async () => {
    const arns = (count: number): { arn: string }[] =>
      Array.from({ length: count }, () => ({ arn: READ_ONLY }));
    await list({ PolicyArns: arns(10) });
    await assert.rejects(list({ PolicyArns: arns(11) }), refused('ValidationError', 'policyArns'));
    const long = (length: number): string => {
      const start = policy({ ...ALLOW_IAM, Sid: '' });
      return start.replace('"Sid":""', `"Sid":"${'x'.repeat(length - start.length)}"`);
    };
    assert.equal((await assume({ Policy: long(2048) })).PackedPolicySize, 100);
    await assert.rejects(
      list({ Policy: long(2049) }),
      refused('ValidationError', 'less than or equal to 2048'),
    );
    const tooLarge = refused(
      'PackedPolicyTooLarge',
      'Packed policy consumes 119% of allotted space, please use smaller policy.',
    );
    await assert.rejects(list({ Policy: long(2048), PolicyArns: arns(10) }), tooLarge);
    await assert.rejects(
      list({ Policy: long(2048), Tags: [{ Key: 'k'.repeat(128), Value: 'v'.repeat(252) }] }),
      refused('PackedPolicyTooLarge', '119%'),
    );
    await assert.rejects(
      list({ Policy: '{"Statement": "ł"}' }),
      refused('ValidationError', 'regular expression'),
    );
    await assert.rejects(list({ Policy: '{"Statement": [' }), refused('MalformedPolicyDocument'));
    assert.equal((await assume({})).PackedPolicySize, undefined);
  });
});

// Session policies on their way to AWS and into the cache: what AWS was told is read off the session that it issued.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { NarrowingOptions } from '../../../src/core/plan/narrowing.ts';
import type { Role, Session } from '../../aws/entities.ts';
import { judge } from '../../aws/policies.ts';
import type { UserHandle } from '../../aws/world.ts';
import { ResolveBench } from '../../support/resolve-bench.ts';

const skip = process.versions.bun === undefined ? false : 'the stand-in runs on Node';
const READ_ONLY: NarrowingOptions = { readOnly: true, policyArns: [], file: undefined };
const POWER = 'arn:aws:iam::aws:policy/PowerUserAccess';

let bench: ResolveBench;
let user: UserHandle;
let role: Role;

beforeEach(async () => {
  bench = await ResolveBench.start();
  const { world } = bench.aws;
  user = world.addUser({ account: '111122223333', name: 'dana', mfa: true });
  role = world.addRole({ account: '444455556666', name: 'deploy', trust: { principals: [user.arn] } });
  await bench.store('dev', user);
});
afterEach(() => bench.end());

const config = (more = ''): string =>
  `[profile dev]\nregion = eu-west-1\n[profile prod]\nrole_arn = ${role.arn}\nsource_profile = dev\n${more}`;

function issued(accessKeyId: string): Session {
  const session = bench.aws.world.session(accessKeyId);
  assert.ok(session, 'AWS did not issue these');
  return session;
}

/** What a session's policies say of a few actions. */
function verdicts({ policies }: Session): readonly string[] | 'not narrowed' {
  return policies === undefined
    ? 'not narrowed'
    : ['iam:GetUser', 'iam:CreateAccessKey', 'codecommit:GitPush'].map((action) =>
        judge(policies, action, '*'),
      );
}

describe('a narrowed plan, carried out', { skip }, () => {
  it('has its policies on the role, in one call, and a session of its own in the cache', async () => {
    const { calls, credentials } = await bench.resolve('prod', config(), { narrowing: READ_ONLY });
    assert.deepEqual(calls, ['AssumeRole']);
    assert.deepEqual(verdicts(issued(credentials.accessKeyId)), ['allowed', 'not allowed', 'not allowed']);
    const again = await bench.resolve('prod', config(), { narrowing: READ_ONLY });
    assert.deepEqual(again.calls, []);
    assert.equal(again.credentials.accessKeyId, credentials.accessKeyId);
    const wide = await bench.resolve('prod', config());
    assert.deepEqual(wide.calls, ['AssumeRole']);
    assert.equal(verdicts(issued(wide.credentials.accessKeyId)), 'not narrowed');
    assert.deepEqual(
      new Set(bench.sessions().map(({ header }) => header.policy)),
      new Set(['arn:aws:iam::aws:policy/ReadOnlyAccess', undefined]),
    );
  });

  it('sends managed policies and a document alike', async () => {
    const document =
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"codecommit:*","Resource":"*"}}';
    const narrowing = { readOnly: false, policyArns: [POWER], file: { path: 'p.json', document } };
    const { credentials } = await bench.resolve('prod', config(), { narrowing });
    assert.deepEqual(verdicts(issued(credentials.accessKeyId)), ['not allowed', 'not allowed', 'denied']);
  });

  it('narrows the last role of a chain alone, the one of --role', async () => {
    const next = bench.aws.world.addRole({
      account: '555566667777',
      name: 'next',
      trust: { principals: [role.arn] },
    });
    const { calls, credentials } = await bench.resolve('prod', config(), {
      role: '555566667777:next',
      narrowing: READ_ONLY,
    });
    assert.deepEqual(calls, ['AssumeRole', 'AssumeRole']);
    const sessions = bench.aws.world.sessions.filter(({ kind }) => kind === 'AssumeRole');
    assert.deepEqual(sessions.map(verdicts), ['not narrowed', ['allowed', 'not allowed', 'not allowed']]);
    assert.equal(issued(credentials.accessKeyId).role, next);
    // The first is the one that the profile has anyway.
    assert.deepEqual((await bench.resolve('prod', config())).calls, []);
  });

  it('is a federated session of a key, for as long as was asked', async () => {
    const mfa = `[profile dev]\nmfa_serial = ${user.mfaSerial}\n`;
    const { calls, credentials } = await bench.resolve('dev', mfa, {
      narrowing: READ_ONLY,
      durationSeconds: 7200,
    });
    assert.deepEqual(calls, ['GetFederationToken']);
    const session = issued(credentials.accessKeyId);
    assert.deepEqual(verdicts(session), ['allowed', 'not allowed', 'not allowed']);
    assert.equal(Math.round((session.expires - bench.aws.clock.age()) / 1000), 7200);
    assert.deepEqual(bench.kinds(), ['federation-token']);
    assert.deepEqual(
      bench.said.filter((line) => line.startsWith('MFA')),
      [],
    );
    assert.deepEqual(
      (await bench.resolve('dev', mfa, { narrowing: READ_ONLY, durationSeconds: 7200 })).calls,
      [],
    );
  });

  it('is asked for again where AWS says to slow down', async () => {
    bench.aws.faults.add({ operation: 'GetFederationToken', kind: 'throttle', times: 1 });
    const { calls } = await bench.resolve('dev', config(), { narrowing: READ_ONLY });
    assert.deepEqual(calls, ['GetFederationToken', 'GetFederationToken']);
  });

  it('narrows a web identity, and not the one that another role is assumed with', async () => {
    const { world } = bench.aws;
    const issuer = 'https://idp.example';
    const { token } = world.addWebIdentityToken({ issuer, subject: 'job', audience: 'sts.amazonaws.com' });
    const job = world.addRole({ account: '111122223333', name: 'job', trust: { webIdentity: { issuer } } });
    world.addRole({ account: '444455556666', name: 'next', trust: { principals: [job.arn] } });
    const file = join(bench.folder, 'token');
    writeFileSync(file, token);
    const web = config(`[profile job]\nrole_arn = ${job.arn}\nweb_identity_token_file = ${file}\n`);
    await bench.resolve('job', web, { narrowing: READ_ONLY });
    await bench.resolve('job', web, { narrowing: READ_ONLY, role: '444455556666:next' });
    assert.deepEqual(
      world.sessions.map((session) => [session.kind, verdicts(session) !== 'not narrowed']),
      [
        ['AssumeRoleWithWebIdentity', true],
        ['AssumeRoleWithWebIdentity', false],
        ['AssumeRole', true],
      ],
    );
  });
});

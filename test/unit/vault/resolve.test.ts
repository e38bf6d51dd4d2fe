import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { isCliError } from '../../../src/core/errors.ts';
import { minTtlRule } from '../../../src/core/renewal-rule.ts';
import type { Role } from '../../aws/entities.ts';
import type { SsoClient } from '../../aws/sso-directory.ts';
import type { UserHandle } from '../../aws/world.ts';
import { cliError } from '../../support/files.ts';
import { ResolveBench } from '../../support/resolve-bench.ts';
import type { AskOptions } from '../../support/resolve-bench.ts';

const skip = process.versions.bun === undefined ? false : 'the stand-in runs on Node';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let bench: ResolveBench;
let user: UserHandle;
let role: Role;
let mfaRole: Role;
let second: Role;

before(async () => {
  bench = await ResolveBench.start();
});

after(() => bench.end());

beforeEach(async () => {
  await bench.end();
  bench = await ResolveBench.start();
  const { world } = bench.aws;
  user = world.addUser({ account: '111122223333', name: 'dana', mfa: true });
  const trust = { principals: [user.arn] };
  role = world.addRole({ account: '444455556666', name: 'plain', trust, maxSessionDuration: 43_200 });
  mfaRole = world.addRole({
    account: '444455556666',
    name: 'guarded',
    trust: { ...trust, mfa: true },
    maxSessionDuration: 43_200,
  });
  second = world.addRole({ account: '777788889999', name: 'second', trust: { principals: [mfaRole.arn] } });
  await bench.store('dev', user);
  // A person who has the device at hand and waits for a code that was not used yet.
  bench.answers = Array.from({ length: 20 }, () => code);
});

let steps = 0;

/** A code that was not given before; AWS and ccvault take each one once, so time passes. */
function code(): string {
  if (steps++ > 0) bench.advance(90_000);
  return user.totp();
}

function config(...sections: readonly string[]): string {
  return [`[profile dev]\nregion = eu-west-1\n`, ...sections].join('\n');
}

const withMfa = (): string => `[profile dev]\nmfa_serial = ${user.mfaSerial}\n`;
const guarded = (more = ''): string =>
  `[profile prod]\nrole_arn = ${mfaRole.arn}\nsource_profile = dev\nmfa_serial = ${user.mfaSerial}\n${more}\n`;
const plain = (more = ''): string => `[profile ci]\nrole_arn = ${role.arn}\nsource_profile = dev\n${more}\n`;

/** The requests that carried a code, and how each was signed, from the stand-in's own sessions. */
function sessionOf(accessKeyId: string): { readonly expires: number; readonly chained?: boolean } {
  const session = bench.aws.world.session(accessKeyId);
  assert.ok(session, 'AWS did not issue these');
  return session;
}

function lifetime(accessKeyId: string): number {
  return Math.round((sessionOf(accessKeyId).expires - bench.aws.clock.age()) / 1000);
}

describe('the plan table, carried out', { skip }, () => {
  it('key, no role: a session without MFA for an hour, and it is cached', async () => {
    const first = await bench.resolve('dev', config());
    assert.deepEqual(first.calls, ['GetSessionToken']);
    assert.equal(lifetime(first.credentials.accessKeyId), 3600);
    assert.deepEqual(bench.kinds(), ['session-token']);
    const again = await bench.resolve('dev', config());
    assert.deepEqual(again.calls, []);
    assert.equal(again.credentials.accessKeyId, first.credentials.accessKeyId);
    assert.deepEqual(
      bench.said.filter((line) => line.startsWith('MFA')),
      [],
    );
  });

  it('key, no role, mfa_serial: a session with MFA for twelve hours', async () => {
    const { calls, credentials } = await bench.resolve('dev', withMfa());
    assert.deepEqual(calls, ['GetSessionToken']);
    assert.equal(lifetime(credentials.accessKeyId), 43_200);
    assert.deepEqual(
      bench.said.filter((line) => line.startsWith('MFA')),
      [`MFA code for ${user.mfaSerial}: `],
    );
  });

  it('key -> role with mfa_serial up to an hour: a session with MFA, then the role; both are cached', async () => {
    const { calls, credentials } = await bench.resolve('prod', config(guarded()));
    assert.deepEqual(calls, ['GetSessionToken', 'AssumeRole']);
    assert.equal(lifetime(credentials.accessKeyId), 3600);
    assert.deepEqual(bench.kinds(), ['assume-role', 'session-token']);
    const headers = bench.sessions().map(({ header }) => header);
    assert.deepEqual(
      headers.map(({ kind, roleArn, profile }) => ({ kind, roleArn, profile })).toSorted(byKind),
      [
        { kind: 'assume-role', roleArn: mfaRole.arn, profile: 'prod' },
        { kind: 'session-token', roleArn: null, profile: 'dev' },
      ],
    );
  });

  it('key -> role for more than an hour: AssumeRole straight from the key with the code on it', async () => {
    const { calls, credentials } = await bench.resolve('prod', config(guarded('duration_seconds = 14400')));
    assert.deepEqual(calls, ['AssumeRole']);
    assert.equal(lifetime(credentials.accessKeyId), 14_400);
    assert.deepEqual(bench.kinds(), ['assume-role']);
  });

  it('key -> role without mfa_serial: AssumeRole alone', async () => {
    const { calls } = await bench.resolve('ci', config(plain()));
    assert.deepEqual(calls, ['AssumeRole']);
    assert.deepEqual(bench.kinds(), ['assume-role']);
    assert.deepEqual((await bench.resolve('ci', config(plain()))).calls, []);
  });

  it('key -> role -> role: each step once, the chained role cut to an hour with a note, all cached', async () => {
    const chain = config(
      guarded(),
      `[profile deep]\nrole_arn = ${second.arn}\nsource_profile = prod\nduration_seconds = 7200\n`,
    );
    const { calls, credentials, plan } = await bench.resolve('deep', chain);
    assert.deepEqual(calls, ['GetSessionToken', 'AssumeRole', 'AssumeRole']);
    assert.equal(lifetime(credentials.accessKeyId), 3600);
    assert.ok(
      plan.notes.some((note) => note.includes('cut to 1 h')),
      plan.notes.join('\n'),
    );
    assert.deepEqual(bench.kinds(), ['assume-role', 'assume-role', 'session-token']);
    assert.deepEqual((await bench.resolve('prod', chain)).calls, []);
  });

  it('-n: the code on the first AssumeRole, and no GetSessionToken', async () => {
    const { calls } = await bench.resolve('prod', config(guarded()), { noSession: true });
    assert.deepEqual(calls, ['AssumeRole']);
    assert.deepEqual(bench.kinds(), ['assume-role']);
  });

  it('-n on a bare key: the key itself, no call, nothing cached', async () => {
    const { calls, credentials } = await bench.resolve('dev', config(), { noSession: true });
    assert.deepEqual(calls, []);
    assert.equal(credentials.accessKeyId, user.accessKeyId);
    assert.equal(credentials.sessionToken, undefined);
    assert.deepEqual(bench.kinds(), []);
  });

  it('web identity: that role, cached where there is a vault, and roles from it', async () => {
    const { world } = bench.aws;
    const issuer = 'https://idp.example';
    const { token } = world.addWebIdentityToken({ issuer, subject: 'job', audience: 'sts.amazonaws.com' });
    const job = world.addRole({
      account: '111122223333',
      name: 'job',
      trust: { webIdentity: { issuer, subject: 'job', audience: 'sts.amazonaws.com' } },
    });
    const next = world.addRole({ account: '444455556666', name: 'next', trust: { principals: [job.arn] } });
    const file = join(bench.folder, 'token');
    writeFileSync(file, token);
    const text = config(
      `[profile job]\nrole_arn = ${job.arn}\nweb_identity_token_file = ${file}\n`,
      `[profile next]\nrole_arn = ${next.arn}\nsource_profile = job\n`,
    );
    assert.deepEqual((await bench.resolve('next', text)).calls, ['AssumeRoleWithWebIdentity', 'AssumeRole']);
    assert.deepEqual(bench.kinds(), ['assume-role', 'web-identity']);
    assert.deepEqual((await bench.resolve('job', text)).calls, []);
  });

  it('process: a long-lived answer is treated as a stored key, and is itself kept nowhere', async () => {
    const answer = join(bench.folder, 'answer.json');
    const { accessKeyId, secretAccessKey } = user;
    writeFileSync(
      answer,
      JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }),
    );
    const text = `[profile tool]\ncredential_process = cat "${answer}"\nmfa_serial = ${user.mfaSerial}\n`;
    const { calls, credentials } = await bench.resolve('tool', text);
    assert.deepEqual(calls, ['GetSessionToken']);
    assert.notEqual(credentials.accessKeyId, accessKeyId);
    assert.deepEqual(bench.kinds(), ['session-token']);
    assert.deepEqual((await bench.resolve('tool', text)).calls, []);
  });
});

describe('one MFA session', { skip }, () => {
  it('serves every role of its key, in every region and for every profile', async () => {
    const { world } = bench.aws;
    const other = world.addRole({
      account: '777788889999',
      name: 'other',
      trust: { principals: [user.arn], mfa: true },
    });
    const both = config(
      guarded(),
      `[profile other]\nrole_arn = ${other.arn}\nsource_profile = dev\nmfa_serial = ${user.mfaSerial}\nregion = us-west-2\n`,
    );
    assert.deepEqual((await bench.resolve('prod', both)).calls, ['GetSessionToken', 'AssumeRole']);
    const elsewhere = await bench.resolve('other', both, { env: { AWS_REGION: undefined } });
    assert.equal(elsewhere.plan.region, 'us-west-2');
    assert.deepEqual(elsewhere.calls, ['AssumeRole']);
    assert.equal(bench.said.filter((line) => line.startsWith('MFA')).length, 1);
    assert.equal(bench.aws.calls.count('GetSessionToken'), 1);
  });

  it('is another one for another device, endpoint or configured duration, and none is ever revived', async () => {
    await bench.resolve('prod', config(guarded()));
    const renamed = bench.aws.world.addDevice(user.user, 'arn:aws:iam::111122223333:mfa/new-phone');
    const changed = config(guarded()).replaceAll(user.mfaSerial, renamed.serial);
    bench.answers = [];
    await assert.rejects(bench.resolve('prod', changed), cliError('interrupted'));
    assert.match(bench.said.at(-1) ?? '', /new-phone/);
    bench.answers = [code];
    const shorter = config(guarded('get_session_token_duration_seconds = 3600'));
    assert.deepEqual((await bench.resolve('prod', shorter)).calls, ['GetSessionToken', 'AssumeRole']);
    assert.deepEqual((await bench.resolve('prod', config(guarded()))).calls, []);
  });

  it('is not handed on when the key was stored anew, be it the same key', async () => {
    await bench.resolve('dev', withMfa());
    await bench.store('dev', user);
    assert.deepEqual((await bench.resolve('dev', withMfa())).calls, ['GetSessionToken']);
  });
});

describe('a role session', { skip }, () => {
  for (const [what, line] of [
    ['external id', 'external_id = customer-7'],
    ['tags', 'session_tags = team=web'],
    ['session name', 'role_session_name = someone'],
    ['duration', 'duration_seconds = 1800'],
    ['source identity', 'source_identity = dana'],
  ] as const) {
    it(`is another one with another ${what}`, async () => {
      const first = await bench.resolve('ci', config(plain()));
      const other = await bench.resolve('ci', config(plain(line)));
      assert.deepEqual(other.calls, ['AssumeRole']);
      assert.notEqual(other.credentials.accessKeyId, first.credentials.accessKeyId);
      assert.deepEqual((await bench.resolve('ci', config(plain()))).calls, []);
      assert.deepEqual((await bench.resolve('ci', config(plain(line)))).calls, []);
    });
  }

  it('is the same one under another profile name and in another region', async () => {
    await bench.resolve('ci', config(plain()));
    const renamed = plain().replace('[profile ci]', '[profile renamed]');
    const { calls } = await bench.resolve('renamed', config(renamed), { region: 'us-east-2' });
    assert.deepEqual(calls, []);
  });

  it('is not handed on when its source key was stored anew', async () => {
    await bench.resolve('ci', config(plain()));
    await bench.store('dev', user);
    assert.deepEqual((await bench.resolve('ci', config(plain()))).calls, ['AssumeRole']);
  });

  it('is another one for -d, while the MFA session stays', async () => {
    await bench.resolve('prod', config(guarded()));
    const { calls } = await bench.resolve('prod', config(guarded()), { durationSeconds: 900 });
    assert.deepEqual(calls, ['AssumeRole']);
  });
});

describe('renewal', { skip }, () => {
  it('makes anew without a prompt what has less than 15 minutes left', async () => {
    const { credentials } = await bench.resolve('ci', config(plain()));
    bench.advance(44 * MINUTE);
    assert.deepEqual((await bench.resolve('ci', config(plain()))).calls, []);
    bench.advance(2 * MINUTE);
    const renewed = await bench.resolve('ci', config(plain()));
    assert.deepEqual(renewed.calls, ['AssumeRole']);
    assert.notEqual(renewed.credentials.accessKeyId, credentials.accessKeyId);
  });

  it('takes a quarter of a short life instead', async () => {
    const short = config(plain('duration_seconds = 900'));
    await bench.resolve('ci', short);
    bench.advance(11 * MINUTE);
    assert.deepEqual((await bench.resolve('ci', short)).calls, []);
    bench.advance(MINUTE);
    assert.deepEqual((await bench.resolve('ci', short)).calls, ['AssumeRole']);
  });

  it('asks for a code only when less than 5 minutes are left', async () => {
    await bench.resolve('dev', withMfa());
    bench.advance(11 * HOUR + 54 * MINUTE);
    bench.answers = [];
    assert.deepEqual((await bench.resolve('dev', withMfa())).calls, []);
    bench.advance(2 * MINUTE);
    bench.answers = [code];
    assert.deepEqual((await bench.resolve('dev', withMfa())).calls, ['GetSessionToken']);
  });

  it('keeps a role session to its last 5 minutes where a new one would cost a prompt', async () => {
    const short = config(guarded('get_session_token_duration_seconds = 3600'));
    await bench.resolve(
      'dev',
      `[profile dev]\nmfa_serial = ${user.mfaSerial}\nget_session_token_duration_seconds = 3600\n`,
    );
    bench.advance(2 * MINUTE);
    assert.deepEqual((await bench.resolve('prod', short)).calls, ['AssumeRole']);
    bench.answers = [];
    bench.advance(54 * MINUTE);
    assert.deepEqual((await bench.resolve('prod', short)).calls, []);
    bench.advance(2 * MINUTE);
    bench.answers = [code];
    assert.deepEqual((await bench.resolve('prod', short)).calls, ['GetSessionToken', 'AssumeRole']);
  });

  describe('credentials of IAM Identity Center', () => {
    const startUrl = 'https://example.awsapps.com/start';
    const text = `[sso-session work]
sso_start_url = ${startUrl}
sso_region = eu-west-1

[profile sso]
sso_session = work
sso_account_id = 111122223333
sso_role_name = Admin
region = eu-west-1
`;

    /** What `aws sso login` leaves: a token that ends in so many milliseconds, by our clock. */
    const signIn = (life: number): void => {
      const { sso } = bench.aws.world;
      const instance = sso.addInstance({
        startUrl,
        region: 'eu-west-1',
        assignments: [{ account: '111122223333', role: 'Admin' }],
      });
      const client: SsoClient = {
        id: 'cli',
        secret: '',
        expires: Infinity,
        scopes: [],
        grants: [],
        redirectUris: [],
        issuerUrl: startUrl,
      };
      const ends = Infinity;
      const { accessToken } = sso.issue({ client, instance, ends });
      sso.accessTokens.set(accessToken, { session: { client, instance, ends }, expires: Infinity });
      const folder = join(bench.folder, '.aws/sso/cache');
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, `${createHash('sha1').update('work').digest('hex')}.json`),
        JSON.stringify({ startUrl, accessToken, expiresAt: new Date(bench.now() + life).toISOString() }),
      );
    };
    const resolve = async (options: AskOptions = {}): Promise<readonly string[]> =>
      (await bench.resolve('sso', text, options)).calls;

    beforeEach(() => {
      bench.terminal = false;
    });

    it('are renewed like any others while there is a sign-in', async () => {
      signIn(8 * HOUR);
      assert.deepEqual(await resolve(), ['GetRoleCredentials']);
      bench.advance(44 * MINUTE);
      assert.deepEqual(await resolve(), []);
      bench.advance(2 * MINUTE);
      assert.deepEqual(await resolve(), ['GetRoleCredentials']);
    });

    it('are kept to their last 5 minutes where a new sign-in is needed', async () => {
      signIn(50 * MINUTE);
      await resolve();
      bench.advance(46 * MINUTE);
      assert.deepEqual(await resolve(), []);
      bench.advance(8 * MINUTE);
      assert.deepEqual(await resolve(), []);
      bench.advance(2 * MINUTE);
      await assert.rejects(resolve(), { code: 'prompt-impossible' });
    });

    it('are kept as well where AWS ended the sign-in before its time', async () => {
      signIn(8 * HOUR);
      await resolve();
      bench.aws.world.sso.revoke(true);
      bench.advance(50 * MINUTE);
      assert.deepEqual(await resolve(), ['GetRoleCredentials']);
      assert.match(bench.said.join('\n'), /requires a sign-in.*using the cached session until it expires/);
      bench.advance(6 * MINUTE);
      await assert.rejects(resolve(), { code: 'prompt-impossible' });
    });

    it('--fresh renews them with the sign-in that is there, and keeps them without one', async () => {
      signIn(30 * MINUTE);
      await resolve();
      bench.advance(MINUTE);
      assert.deepEqual(await resolve({ renew: 'silent' }), ['GetRoleCredentials']);
      bench.advance(26 * MINUTE);
      assert.deepEqual(await resolve({ renew: 'silent' }), []);
    });
  });

  it('follows --min-ttl in both', async () => {
    await bench.resolve('ci', config(plain()));
    assert.deepEqual((await bench.resolve('ci', config(plain()), { rule: minTtlRule(3000) })).calls, []);
    bench.advance(15 * MINUTE);
    assert.deepEqual((await bench.resolve('ci', config(plain()), { rule: minTtlRule(3000) })).calls, [
      'AssumeRole',
    ]);
    await bench.resolve('dev', withMfa());
    bench.advance(HOUR);
    assert.deepEqual((await bench.resolve('dev', withMfa(), { rule: minTtlRule(11 * 3600 + 60) })).calls, [
      'GetSessionToken',
    ]);
    bench.advance(11 * HOUR + 58 * MINUTE);
    bench.answers = [];
    assert.deepEqual((await bench.resolve('dev', withMfa(), { rule: minTtlRule(60) })).calls, []);
  });

  it('never hands out what has ended, whatever --min-ttl says', async () => {
    await bench.resolve('ci', config(plain()));
    bench.advance(HOUR + 1000);
    assert.deepEqual((await bench.resolve('ci', config(plain()), { rule: minTtlRule(0) })).calls, [
      'AssumeRole',
    ]);
  });

  it('--fresh makes anew what needs no prompt and leaves the MFA session', async () => {
    await bench.resolve('prod', config(guarded()));
    bench.advance(5000);
    bench.answers = [];
    assert.deepEqual((await bench.resolve('prod', config(guarded()), { renew: 'silent' })).calls, [
      'AssumeRole',
    ]);
    assert.deepEqual((await bench.resolve('dev', withMfa(), { renew: 'silent' })).calls, []);
  });

  it('refresh makes every session of the plan anew', async () => {
    await bench.resolve('prod', config(guarded()));
    bench.advance(5000);
    assert.deepEqual((await bench.resolve('prod', config(guarded()), { renew: 'all' })).calls, [
      'GetSessionToken',
      'AssumeRole',
    ]);
    assert.deepEqual((await bench.resolve('prod', config(guarded()))).calls, []);
  });
});

describe('when AWS cannot be reached', { skip }, () => {
  it('uses a session that should be renewed and is alive, with a warning', async () => {
    const first = await bench.resolve('ci', config(plain()));
    bench.advance(50 * MINUTE);
    bench.aws.proxy.mode = { kind: 'drop' };
    const offline = await bench.resolve('ci', config(plain()));
    assert.equal(offline.credentials.accessKeyId, first.credentials.accessKeyId);
    assert.match(bench.said.at(-1) ?? '', /^warning: .*using the cached session until it expires$/);
  });

  it('fails when there is none', async () => {
    await bench.resolve('ci', config(plain()));
    bench.advance(61 * MINUTE);
    bench.aws.proxy.mode = { kind: 'drop' };
    await assert.rejects(bench.resolve('ci', config(plain())), cliError('aws'));
  });

  it('does not hide a refusal behind a cached session', async () => {
    await bench.resolve('ci', config(plain()));
    bench.advance(50 * MINUTE);
    bench.aws.world.roles.splice(bench.aws.world.roles.indexOf(role), 1);
    await assert.rejects(bench.resolve('ci', config(plain())), cliError('aws', /profile ci|AssumeRole/));
  });

  it('gives a cached session without any call', async () => {
    await bench.resolve('prod', config(guarded()));
    bench.aws.proxy.mode = { kind: 'drop' };
    assert.deepEqual((await bench.resolve('prod', config(guarded()))).calls, []);
  });
});

describe('without a terminal', { skip }, () => {
  it('names the profile and the command that fixes it, and keeps nothing', async () => {
    bench.terminal = false;
    await assert.rejects(
      bench.resolve('prod', config(guarded())),
      cliError('aws', /profile prod requires an MFA code/, /ccvault refresh prod/),
    );
    assert.deepEqual(bench.kinds(), []);
    assert.deepEqual(bench.aws.calls.operations(), []);
  });
});

describe('many at once in one process', { skip }, () => {
  it('make each step once', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => bench.resolve('prod', config(guarded()))));
    assert.equal(new Set(all.map(({ credentials }) => credentials.accessKeyId)).size, 1);
    assert.deepEqual(bench.aws.calls.counts(), { GetSessionToken: 1, AssumeRole: 1 });
    assert.equal(bench.said.filter((line) => line.startsWith('MFA')).length, 1);
  });

  it('hear of one cancelled prompt, and whoever comes later asks again', async () => {
    bench.answers = [];
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, () => bench.resolve('prod', config(guarded()))),
    );
    for (const one of all) {
      assert.equal(one.status, 'rejected');
      assert.ok(isCliError(one.reason) && one.reason.kind === 'interrupted', String(one.reason));
    }
    assert.equal(bench.said.filter((line) => line.startsWith('MFA')).length, 1);
    bench.answers = [code];
    assert.deepEqual((await bench.resolve('prod', config(guarded()))).calls, [
      'GetSessionToken',
      'AssumeRole',
    ]);
  });
});

function byKind(left: { readonly kind: string }, right: { readonly kind: string }): number {
  return left.kind < right.kind ? -1 : 1;
}

// The time of a run that has nothing cached and asks AWS, on loopback, for all it needs.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fixture } from './fixture.ts';

const ROUNDS = 8;
const START_URL = 'https://bench.awsapps.com/start';
const REGION = 'eu-west-1';

/** Two calls of STS, for a chain of two roles, so that no code has to be waited for: the best time in milliseconds. */
export async function firstSessionOfSts(fixture: Fixture, ccvault: string): Promise<number> {
  const { world, calls } = fixture.aws;
  const account = '444455556666';
  const first = world.addRole({ account, name: 'first', trust: { principals: [fixture.user.arn] } });
  const second = world.addRole({ account, name: 'second', trust: { principals: [first.arn] } });
  const best = await bestFirst(fixture, ccvault, {
    profile: 'second',
    config: `[profile dev]\nregion = ${REGION}\n
[profile first]\nrole_arn = ${first.arn}\nsource_profile = dev\n
[profile second]\nrole_arn = ${second.arn}\nsource_profile = first\nregion = ${REGION}\n`,
  });
  if (calls.count('AssumeRole') < 2 * ROUNDS) throw new Error('the first sessions were not made');
  return best;
}

/** One call of IAM Identity Center, signed in by the AWS CLI: the best time in milliseconds. */
export async function firstSessionOfSso(fixture: Fixture, ccvault: string): Promise<number> {
  const { world, calls } = fixture.aws;
  const account = '111122223333';
  const instance = world.sso.addInstance({
    startUrl: START_URL,
    region: REGION,
    assignments: [{ account, role: 'Reader' }],
  });
  const hour = 3_600_000;
  const ends = Date.now() + hour;
  const client = {
    id: 'bench',
    secret: '',
    expires: ends,
    scopes: [],
    grants: [],
    redirectUris: [],
    issuerUrl: '',
  };
  const { accessToken } = world.sso.issue({ client, instance, ends: world.clock.age() + hour });
  const cache = join(fixture.home, '.aws/sso/cache');
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const expiresAt = new Date(ends).toISOString();
  writeFileSync(
    join(cache, `${createHash('sha1').update('bench').digest('hex')}.json`),
    JSON.stringify({ startUrl: START_URL, region: REGION, accessToken, expiresAt }),
    { mode: 0o600 },
  );
  const best = await bestFirst(fixture, ccvault, {
    profile: 'reader',
    config: `[sso-session bench]\nsso_start_url = ${START_URL}\nsso_region = ${REGION}\n
[profile reader]\nsso_session = bench\nsso_account_id = ${account}\nsso_role_name = Reader\nregion = ${REGION}\n`,
  });
  if (calls.count('GetRoleCredentials') < ROUNDS) throw new Error('the first sessions were not made');
  return best;
}

async function bestFirst(
  fixture: Fixture,
  ccvault: string,
  { profile, config }: { readonly profile: string; readonly config: string },
): Promise<number> {
  const path = join(fixture.home, `${profile}-config`);
  writeFileSync(path, config);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    await fixture.run([ccvault, 'clear']);
    const start = performance.now();
    await fixture.run([ccvault, 'exec', profile, '--', 'true'], { ...fixture.env, AWS_CONFIG_FILE: path });
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

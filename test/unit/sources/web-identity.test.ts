import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { WebIdentityStep } from '../../../src/core/plan/steps.ts';
import { fromWebIdentity } from '../../../src/sources/web-identity.ts';
import { startAws } from '../../aws/server.ts';
import type { Aws } from '../../aws/server.ts';
import { createBench, stepOf } from '../../support/source-system.ts';
import type { Bench } from '../../support/source-system.ts';
import { cliErrorOf } from '../../support/system-aws.ts';

const ISSUER = 'https://token.example.com';

let aws: Aws;
let bench: Bench;
let token: string;
let roleArn: string;

before(async () => {
  aws = await startAws();
  bench = createBench({ env: { ...aws.env, PATH: process.env['PATH'] } });
  ({ token } = aws.world.addWebIdentityToken({ issuer: ISSUER, subject: 'me', audience: 'sts' }));
  roleArn = aws.world.addRole({
    account: '111122223333',
    name: 'web',
    trust: { webIdentity: { issuer: ISSUER, audience: 'sts' } },
  }).arn;
});
after(async () => {
  bench.dispose();
  await aws.stop();
});

function step(line: string): WebIdentityStep {
  const config = `[profile p]\nrole_arn = ${roleArn}\nregion = eu-west-1\nrole_session_name = me\n${line}\n`;
  return stepOf('web-identity', config);
}

it('takes the token of a file, read anew and trimmed', async () => {
  const file = join(bench.folder, 'token');
  const fromFile = step(`web_identity_token_file = ${file}`);
  assert.match(
    (await cliErrorOf(fromWebIdentity(fromFile, bench.context))).message,
    /profile p: .* does not exist/,
  );
  writeFileSync(file, ' \n');
  assert.match((await cliErrorOf(fromWebIdentity(fromFile, bench.context))).message, /is empty/);
  writeFileSync(file, `${token}\n`);
  const credentials = await fromWebIdentity(fromFile, bench.context);
  const sts = await bench.context.system.aws.sts({ region: 'eu-west-1' });
  assert.match((await sts.getCallerIdentity(credentials)).arn, /assumed-role\/web\/me$/);
});

it('takes what a shell line prints', async () => {
  writeFileSync(join(bench.folder, 'printed'), token);
  const line = `web_identity_token_process = cat "${bench.folder}/printed" | cat; echo`;
  assert.match((await fromWebIdentity(step(line), bench.context)).accessKeyId, /^ASIA/);
  for (const [command, said] of [
    ['exit 3', /profile p: web_identity_token_process exited with code 3/],
    ['true', /printed no token/],
    ['head -c 2000000 /dev/zero', /profile p: web_identity_token_process: .* printed more than 1 MB/],
  ] as const) {
    const failing = step(`web_identity_token_process = ${command}`);
    assert.match((await cliErrorOf(fromWebIdentity(failing, bench.context))).message, said);
  }
});

it('shows AWS nothing that is no token, nor a person what it was', async () => {
  aws.calls.clear();
  const file = join(bench.folder, 'odd');
  for (const text of [
    'hus',
    'hush hush',
    'hush\nhush',
    'hush\0',
    '\u001B[31mhush',
    'hüsh',
    'hush'.repeat(5001),
  ]) {
    writeFileSync(file, text);
    for (const [line, said] of [
      [`web_identity_token_file = ${file}`, /^profile p: web_identity_token_file holds no valid token/],
      [
        `web_identity_token_process = cat "${file}"`,
        /^profile p: web_identity_token_process prints no valid token/,
      ],
    ] as const) {
      const error = await cliErrorOf(fromWebIdentity(step(line), bench.context), 'hus', 'hüsh');
      assert.match(error.message, said);
      assert.equal(error.kind, 'config');
    }
  }
  assert.equal(aws.calls.count('AssumeRoleWithWebIdentity'), 0);
});

it('says that a token has ended, without showing it', async () => {
  const old = aws.world.addWebIdentityToken({ issuer: ISSUER, subject: 'me', audience: 'sts', lifetime: 1 });
  aws.advance(2000);
  const line = `web_identity_token_process = echo ${old.token}`;
  const error = await cliErrorOf(fromWebIdentity(step(line), bench.context), old.token);
  assert.match(error.message, /the web identity token has expired/);
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { SsoStep } from '../../../src/core/plan/steps.ts';
import { fromSso } from '../../../src/sources/sso.ts';
import { chooseGrant } from '../../../src/sources/sso-sign-in.ts';
import { untilInterrupted } from '../../../src/system/terminal/show-and-wait.ts';
import { startAws } from '../../aws/server.ts';
import type { Aws } from '../../aws/server.ts';
import { browserThrough, createBench, stepOf } from '../../support/source-system.ts';
import type { Bench, BenchSetup } from '../../support/source-system.ts';
import { cliErrorOf } from '../../support/system-aws.ts';

const ACCOUNT = '111122223333';
const START_URL = 'https://example.awsapps.com/start';
const HOUR = 3600_000;

const CONFIG = `
[sso-session work]
sso_start_url = ${START_URL}
sso_region = eu-west-1
[profile p]
sso_session = work
sso_account_id = ${ACCOUNT}
sso_role_name = Admin
`;

const SIGN_IN = ['RegisterClient', 'Authorize', 'CreateToken', 'GetRoleCredentials'];

let aws: Aws;
let benches: Bench[] = [];

before(async () => {
  aws = await startAws();
  aws.world.sso.addInstance({
    startUrl: START_URL,
    region: 'eu-west-1',
    assignments: [{ account: ACCOUNT, role: 'Admin' }],
  });
});
after(() => aws.stop());
beforeEach(() => {
  aws.calls.clear();
  aws.faults.clear();
  aws.world.sso.browser = 'approve';
});
afterEach(() => {
  for (const one of benches) one.dispose();
  benches = [];
});

function bench(setup: BenchSetup = {}): Bench {
  const made = createBench({ env: aws.env, browser: browserThrough(aws.env), ...setup });
  benches.push(made);
  return made;
}

/** A context whose sign-in is by browser, wherever these tests run. */
function desktop(setup: BenchSetup = {}): Bench {
  return bench({ ...setup, env: { ...aws.env, BROWSER: 'test', ...setup.env } });
}

function step(config = CONFIG): SsoStep {
  return stepOf('sso', config, aws.env);
}

describe('signing in with a browser', () => {
  it('gets role credentials after one sign-in, and nothing on the way back but text', async () => {
    const { context, opened, shown } = desktop();
    const credentials = await fromSso(step(), context);
    assert.match(credentials.accessKeyId, /^ASIA/);
    assert.ok((credentials.expiresAt ?? 0) > Date.now() + HOUR / 2);
    assert.deepEqual(aws.calls.operations(), SIGN_IN);
    assert.equal(opened.length, 1);
    assert.match(shown[0] ?? '', /Sign in to https:\/\/example\.awsapps\.com\/start .* profile p/);
    const sts = await context.system.aws.sts({ region: 'eu-west-1' });
    assert.match((await sts.getCallerIdentity(credentials)).arn, /assumed-role\/AWSReservedSSO_Admin_/);
  });

  it('takes no code that comes without its own state', async () => {
    const answered: number[] = [];
    const { context } = desktop({
      browser: async (address) => {
        const own = new URL(address).searchParams;
        for (const state of [undefined, '', 'another', `${own.get('state')}x`, own.get('state')?.slice(1)]) {
          const forged = new URL(own.get('redirect_uri') ?? '');
          forged.searchParams.set('code', 'of-an-attacker');
          if (state !== undefined) forged.searchParams.set('state', state);
          answered.push((await fetch(forged)).status);
        }
        await browserThrough(aws.env)(address);
      },
    });
    const credentials = await fromSso(step(), context);
    assert.match(credentials.accessKeyId, /^ASIA/);
    assert.deepEqual(answered, [400, 400, 400, 400, 400]);
    assert.deepEqual(aws.calls.operations(), SIGN_IN);
  });

  it('uses the kept token, then renews it unseen, and registers once', async () => {
    const { context } = desktop();
    await fromSso(step(), context);
    await fromSso(step(), context);
    assert.equal(aws.calls.count('CreateToken'), 1);
    const now = context.system.clock.now();
    const later = { ...context.system, clock: { ...context.system.clock, now: () => now + 56 * 60_000 } };
    await fromSso(step(), { ...context, system: later });
    assert.deepEqual(aws.calls.counts(), {
      RegisterClient: 1,
      Authorize: 1,
      CreateToken: 2,
      GetRoleCredentials: 3,
    });
  });

  it('signs in again, with the same client, when the session behind the refresh token has ended', async () => {
    const { context } = desktop();
    await fromSso(step(), context);
    aws.advance(9 * HOUR);
    const now = context.system.clock.now();
    const later = { ...context.system, clock: { ...context.system.clock, now: () => now + 9 * HOUR } };
    await fromSso(step(), { ...context, system: later });
    assert.equal(aws.calls.count('RegisterClient'), 1);
    assert.equal(aws.calls.count('Authorize'), 2);
  });

  it('drops a token the portal refuses, once', async () => {
    const { context } = desktop();
    await fromSso(step(), context);
    aws.world.sso.revoke();
    aws.calls.clear();
    await fromSso(step(), context);
    assert.deepEqual(aws.calls.operations(), ['GetRoleCredentials', 'CreateToken', 'GetRoleCredentials']);
    aws.world.sso.revoke(true);
    aws.calls.clear();
    await fromSso(step(), context);
    assert.deepEqual(aws.calls.operations(), [
      'GetRoleCredentials',
      'CreateToken',
      'Authorize',
      'CreateToken',
      'GetRoleCredentials',
    ]);
  });

  it('registers anew when the client was ended', async () => {
    const { context } = desktop();
    await fromSso(step(), context);
    aws.world.sso.revoke(true);
    aws.world.sso.clients.clear();
    // The sign-in page of a client that is not known goes nowhere, so the token is refused first.
    aws.calls.clear();
    const terminal = { ...context.system.terminal, unavailable: async () => 'this is a test' };
    const unattended = { ...context, system: { ...context.system, terminal } };
    const error = await cliErrorOf(fromSso(step(), unattended));
    assert.equal(error.code, 'prompt-impossible');
  });

  it('says so when the person refuses', async () => {
    aws.world.sso.browser = 'deny';
    const { context } = desktop();
    const error = await cliErrorOf(fromSso(step(), context));
    assert.equal(error.code, 'sign-in-failed');
    assert.match(error.message, /profile p is not signed in to .*access_denied/);
    assert.deepEqual(error.hints, ['sign in again: ccvault refresh p']);
  });

  it('falls back to a code when no browser can be opened', async () => {
    const { context, shown } = desktop();
    let polled = false;
    const noBrowser = {
      ...context.system,
      openBrowser: async () => false,
      attend: async <T>(lines: readonly string[], work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
        shown.push(...lines);
        const url = lines.join(' ').match(/https:\/\/device\S+/)?.[0];
        if (url !== undefined) {
          polled = true;
          await browserThrough(aws.env)(url);
        }
        return untilInterrupted(work);
      },
    };
    await fromSso(step(), { ...context, system: noBrowser });
    assert.ok(polled);
    assert.equal(aws.calls.count('StartDeviceAuthorization'), 1);
  });

  it('lets many ask for one sign-in', async () => {
    const first = desktop();
    const all = Array.from({ length: 8 }, () => desktop({ shared: first }));
    const answers = await Promise.all(all.map(({ context }) => fromSso(step(), context)));
    assert.equal(new Set(answers.map(({ accessKeyId }) => accessKeyId)).size, 8);
    assert.equal(aws.calls.count('Authorize'), 1);
    assert.equal(aws.calls.count('CreateToken'), 1);
  });

  it('tells those who wait that it failed', async () => {
    aws.world.sso.browser = 'deny';
    const first = desktop();
    const all = [first, ...Array.from({ length: 5 }, () => desktop({ shared: first }))];
    const errors = await Promise.all(all.map(({ context }) => cliErrorOf(fromSso(step(), context))));
    assert.ok(errors.every(({ message }) => /not signed in/.test(message)));
    assert.equal(aws.calls.count('Authorize'), 1);
  });
});

describe('signing in with a code', () => {
  it('names an address that is not one of AWS, where the service does not take it', async () => {
    const asked = stepOf('sso', CONFIG.replaceAll(START_URL, 'https://sso.example.com/'));
    const error = await cliErrorOf(fromSso(asked, bench({ noBrowser: true }).context));
    assert.equal(error.awsCode, 'InvalidRequestException');
    assert.match(error.hints.join('; '), /https:\/\/sso\.example\.com\/ is not an AWS address/);
  });

  it('shows the code and waits until it is confirmed', async () => {
    const { context, shown, opened } = bench({ noBrowser: true });
    aws.world.sso.browser = 'nothing';
    const credentials = fromSso(step(), context);
    while (aws.calls.count('CreateToken') === 0) await context.system.clock.sleep(20);
    const [device] = [...aws.world.sso.devices.values()].slice(-1);
    assert.ok(shown.some((line) => line.includes(device?.userCode ?? '?')));
    aws.world.sso.browser = 'approve';
    await browserThrough(aws.env)(/https:\S+user_code\S+/.exec(shown.join(' '))?.[0] ?? '');
    assert.match((await credentials).accessKeyId, /^ASIA/);
    assert.deepEqual(opened, []);
    assert.equal(
      aws.calls.log.find((call) => call.operation === 'CreateToken')?.error,
      'AuthorizationPendingException',
    );
  });

  it('asks less often when told to slow down, and goes on', async () => {
    const { context } = bench({ noBrowser: true });
    const waits: number[] = [];
    const clock = {
      now: () => Date.now(),
      sleep: async (milliseconds: number) => {
        waits.push(milliseconds);
        if (waits.length > 2) await browserThrough(aws.env)(pageOf());
        // The stand-in measures real time: too early after the first wait, late enough after the next.
        if (waits.length === 3) for (const device of aws.world.sso.devices.values()) device.polled = 0;
      },
    };
    await fromSso(step(), { ...context, system: { ...context.system, clock } });
    assert.deepEqual(waits.slice(0, 3), [1000, 1000, 6000]);

    function pageOf(): string {
      const [device] = [...aws.world.sso.devices.values()].slice(-1);
      return `https://device.sso.eu-west-1.amazonaws.com/?user_code=${device?.userCode}`;
    }
  });

  it('asks less often after a connection that broke, and goes on', async () => {
    const { context } = bench({ noBrowser: true });
    const waits: number[] = [];
    const clock = {
      now: () => Date.now(),
      sleep: async (milliseconds: number) => {
        waits.push(milliseconds);
        for (const device of aws.world.sso.devices.values()) device.polled = 0;
        const [device] = [...aws.world.sso.devices.values()].slice(-1);
        await browserThrough(aws.env)(
          `https://device.sso.eu-west-1.amazonaws.com/?user_code=${device?.userCode}`,
        );
      },
    };
    aws.faults.add({ operation: 'CreateToken', kind: 'drop', times: 2 });
    await fromSso(step(), { ...context, system: { ...context.system, clock } });
    assert.deepEqual(waits, [1000, 6000, 11_000]);
  });

  it('ends with the code', async () => {
    aws.world.sso.browser = 'nothing';
    const { context } = bench({ noBrowser: true });
    const clock = { now: () => Date.now(), sleep: async () => aws.advance(601_000) };
    const error = await cliErrorOf(fromSso(step(), { ...context, system: { ...context.system, clock } }));
    assert.equal(error.code, 'sign-in-failed');
    assert.match(error.message, /^profile p is not signed in to https:\S+: the sign-in code expired$/);
    assert.deepEqual(error.hints, ['sign in again: ccvault refresh p']);
  });

  it('is chosen where there is no browser', () => {
    const { context } = bench();
    const { host } = context.system;
    const files = { ...context.system.files, stat: () => undefined };
    const inContainer = {
      ...files,
      stat: (path: string) =>
        path === '/.dockerenv' ? { size: 0, mode: 0, modifiedAt: 0, isOurs: true } : undefined,
    };
    const display = { DISPLAY: ':0' };
    assert.equal(chooseGrant({ env: display, host, files }, false), 'code');
    assert.equal(chooseGrant({ env: { WAYLAND_DISPLAY: 'wayland-0' }, host, files }, false), 'code');
    assert.equal(chooseGrant({ env: display, host, files }, true), 'device');
    assert.equal(chooseGrant({ env: {}, host, files }, false), 'device');
    assert.equal(chooseGrant({ env: {}, host: { ...host, os: 'darwin' }, files }, false), 'code');
    assert.equal(chooseGrant({ env: { ...display, SSH_CONNECTION: '::1' }, host, files }, false), 'device');
    assert.equal(chooseGrant({ env: display, host, files: inContainer }, false), 'device');
    assert.equal(chooseGrant({ env: { ...display, SSH_CLIENT: '::1' }, host, files }, false), 'device');
    assert.equal(chooseGrant({ env: { WSL_DISTRO_NAME: 'Debian' }, host, files }, false), 'code');
    assert.equal(chooseGrant({ env: { BROWSER: 'w3m' }, host, files: inContainer }, false), 'code');
  });
});

describe('without a person', () => {
  it('names the session and the command', async () => {
    const { context } = desktop({ unavailable: 'no terminal is available' });
    const error = await cliErrorOf(fromSso(step(), context));
    assert.equal(error.kind, 'aws');
    assert.equal(error.code, 'prompt-impossible');
    assert.match(
      error.message,
      /^profile p requires a sign-in to .*sso-session work\), but no terminal is available$/,
    );
    assert.deepEqual(error.hints, ['run this in a terminal first: ccvault refresh p']);
    assert.deepEqual(aws.calls.operations(), []);
  });

  it('takes a valid token of the AWS CLI and leaves its file alone', async () => {
    const cliBench = desktop();
    await fromSso(step(), cliBench.context);
    const token = [...aws.world.sso.accessTokens.keys()].at(-1) ?? '';
    aws.calls.clear();
    for (const [config, name] of [
      [CONFIG, 'work'],
      [
        CONFIG.replace('sso_session = work', `sso_start_url = ${START_URL}\nsso_region = eu-west-1`),
        START_URL,
      ],
    ] as const) {
      const { context, folder, tokens } = desktop({ unavailable: 'this is a test' });
      putCliToken(folder, name, { accessToken: token });
      await fromSso(step(config), context);
      assert.equal(tokens.size, 0);
    }
    assert.deepEqual(aws.calls.counts(), { GetRoleCredentials: 2 });
  });

  it('does not take an ended, damaged or foreign one', async () => {
    for (const content of [
      { accessToken: 'x', expiresAt: new Date(Date.now() - HOUR).toISOString() },
      { accessToken: 'x', startUrl: 'https://other.awsapps.com/start' },
      { accessToken: 7 },
      { accessToken: 'two\nlines' },
      { accessToken: 'two words' },
      { accessToken: '\u001B[31m' },
      { accessToken: 'jeton-é' },
      { accessToken: '日本' },
      { accessToken: 'x', expiresAt: '2099-01-01T00:00:00' },
      '{"acc',
    ]) {
      const { context, folder } = desktop({ unavailable: 'this is a test' });
      putCliToken(folder, 'work', content);
      assert.equal((await cliErrorOf(fromSso(step(), context))).code, 'prompt-impossible');
      assert.deepEqual(aws.calls.operations(), [], 'it was shown to AWS');
    }
  });
});

it('says which role is not there', async () => {
  const { context } = desktop();
  const error = await cliErrorOf(fromSso(step(CONFIG.replace('Admin', 'Nobody')), context));
  assert.equal(error.awsCode, 'ForbiddenException');
  assert.match(error.message, /profile p: .* role Nobody in account 111122223333/);
});

it('does not ask a person because a service is down', async () => {
  const { context } = desktop();
  await fromSso(step(), context);
  aws.faults.add({ operation: 'CreateToken', kind: 'drop' });
  aws.world.sso.revoke();
  aws.calls.clear();
  const error = await cliErrorOf(fromSso(step(), context));
  assert.equal(error.code, 'network');
  assert.equal(aws.calls.count('Authorize'), 0);
});

function putCliToken(home: string, name: string, content: string | object): void {
  const folder = join(home, '.aws/sso/cache');
  mkdirSync(folder, { recursive: true });
  const whole = {
    startUrl: START_URL,
    region: 'eu-west-1',
    expiresAt: new Date(Date.now() + HOUR).toISOString(),
  };
  const text = typeof content === 'string' ? content : JSON.stringify({ ...whole, ...content });
  writeFileSync(join(folder, `${createHash('sha1').update(name).digest('hex')}.json`), text);
}

// Hostile responses to every call that ccvault makes of AWS: each ends in an error of ccvault's own or in values that
// may be used, and no entity is expanded.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { acceptedAccount } from '../../src/core/sso/accounts.ts';
import { credentialFault } from '../../src/core/credential-faults.ts';
import type { Credentials } from '../../src/core/credentials.ts';
import { isCliError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import { runs } from '../support/fuzz.ts';
import { awsUnder } from '../support/system-aws.ts';
import { jsonResponse, xmlOf } from './aws-texts.ts';
import type { Response } from './aws-texts.ts';

let response: Response;
const server = createServer((request, answer) => {
  request.resume();
  answer.writeHead(response.status, { 'content-type': response.type }).end(response.body);
});
let endpoint: string;

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const KEY: Credentials = { accessKeyId: 'AKIAMADEUPMADEUPMADE', secretAccessKey: new Secret('x'.repeat(40)) };
const OUTSIDE = 'root:x:0:0';

const XML_CALLS: Readonly<Record<string, () => Promise<void>>> = {
  GetCallerIdentity: async () => {
    const { account, arn, userId } = await (await sts()).getCallerIdentity(KEY);
    for (const value of [account, arn, userId]) plain(value);
  },
  GetSessionToken: async () => usable(await (await sts()).getSessionToken(KEY, { durationSeconds: 900 })),
  AssumeRole: async () => {
    const request = { roleArn: 'arn:aws:iam::111122223333:role/r', sessionName: 'me', durationSeconds: 900 };
    usable(await (await sts()).assumeRole(KEY, request));
  },
  AssumeRoleWithWebIdentity: async () => {
    const request = { roleArn: 'arn:aws:iam::111122223333:role/r', sessionName: 'me', token: 't' };
    usable(await (await sts()).assumeRoleWithWebIdentity(request));
  },
  GetFederationToken: async () =>
    usable(await (await sts()).getFederationToken(KEY, { name: 'me', durationSeconds: 900 })),
  UpdateAccessKey: async () => (await iam()).setAccessKeyActive(KEY, 'me', KEY.accessKeyId, false),
  DeleteAccessKey: async () => (await iam()).deleteAccessKey(KEY, 'me', KEY.accessKeyId),
  ListMFADevices: async () => (await (await iam()).listMfaDevices(KEY, 'me')).forEach(plain),
  ListAccessKeys: async () => {
    for (const { accessKeyId, createdAt } of await (await iam()).listAccessKeys(KEY, 'me')) {
      plain(accessKeyId);
      assert.ok(Number.isFinite(createdAt));
    }
  },
  CreateAccessKey: async () => {
    const { credentials, createdAt } = await (await iam()).createAccessKey(KEY, 'me');
    assert.equal(credentialFault(credentials, 0), undefined);
    assert.ok(Number.isFinite(createdAt));
  },
};

const CLIENT = { clientId: 'c', clientSecret: new Secret('s'), expiresAt: 0 };
const JSON_CALLS: Readonly<Record<string, () => Promise<void>>> = {
  GetRoleCredentials: async () =>
    usable(await (await portal()).getRoleCredentials(new Secret('t'), '111122223333', 'r')),
  ListAccounts: async () => {
    const { items, nextToken } = await (await portal()).listAccounts(new Secret('t'), undefined);
    for (const account of items) {
      for (const value of Object.values(account)) plain(value);
      const accepted = acceptedAccount(account, []);
      assert.match(accepted?.id ?? '000000000000', /^\d{12}$/);
      assert.doesNotMatch(`${accepted?.name}${accepted?.email}`, /\p{Cc}|\p{Zl}|\p{Zp}/u);
    }
    plain(nextToken ?? '');
  },
  ListAccountRoles: async () => {
    const { items, nextToken } = await (
      await portal()
    ).listAccountRoles(new Secret('t'), '111122223333', 'n');
    for (const value of [...items, nextToken ?? '']) plain(value);
  },
  Logout: async () => (await portal()).logout(new Secret('t')),
  RegisterClient: async () => {
    const { clientId, clientSecret, expiresAt } = await (
      await oidc()
    ).registerClient({ name: 'n', scopes: [] });
    for (const value of [clientId, clientSecret.reveal()]) plain(value);
    assert.ok(expiresAt >= 0 && Number.isFinite(new Date(expiresAt).getTime()));
  },
  StartDeviceAuthorization: async () => {
    const started = await (await oidc()).startDeviceAuthorization(CLIENT, 'https://x.awsapps.com/start');
    for (const value of [started.deviceCode.reveal(), started.userCode, started.verificationUriComplete])
      plain(value);
    assert.ok(started.intervalSeconds >= 1 && started.intervalSeconds <= 60);
    assert.ok(started.expiresAt > Date.now() && started.expiresAt < Date.now() + 3_700_000);
  },
  CreateToken: async () => {
    const { accessToken, refreshToken, expiresAt } = await (
      await oidc()
    ).createToken(CLIENT, { type: 'refresh', refreshToken: new Secret('r') });
    for (const value of [accessToken, refreshToken]) plain(value?.reveal() ?? '');
    assert.ok(expiresAt > Date.now() && expiresAt <= Date.now() + 91 * 86_400_000);
  },
  getSigninToken: async () => {
    const request = { url: `${endpoint}/federation`, sessionSeconds: undefined, method: 'POST' } as const;
    const token = await (await awsUnder({}).signin(settings())).getSigninToken(KEY, request);
    assert.equal(typeof token.reveal(), 'string');
  },
};

for (const [operation, call] of Object.entries(XML_CALLS)) {
  test(`${operation} survives any XML`, () => survives(xmlOf(operation), call));
}
for (const [operation, call] of Object.entries(JSON_CALLS)) {
  test(`${operation} survives any JSON`, () => survives(jsonResponse, call));
}

async function survives(responses: fc.Arbitrary<Response>, call: () => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(responses, async (next) => {
      response = next;
      try {
        await call();
      } catch (error) {
        if (!isCliError(error)) throw error;
        assert.ok(!`${error.message} ${error.hints.join(' ')}`.includes(OUTSIDE));
      }
    }),
    runs(60),
  );
}

const settings = (): { region: string; endpoint: string } => ({ region: 'eu-west-1', endpoint });
const sts = (): ReturnType<ReturnType<typeof awsUnder>['sts']> => awsUnder({}).sts(settings());
const iam = (): ReturnType<ReturnType<typeof awsUnder>['iam']> => awsUnder({}).iam(settings());
const portal = (): ReturnType<ReturnType<typeof awsUnder>['sso']> => awsUnder({}).sso(settings());
const oidc = (): ReturnType<ReturnType<typeof awsUnder>['ssoOidc']> => awsUnder({}).ssoOidc(settings());

function usable(credentials: Credentials): void {
  assert.equal(credentialFault(credentials, Date.now()), undefined);
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials;
  for (const value of [accessKeyId, secretAccessKey.reveal(), sessionToken?.reveal()]) plain(value);
  assert.equal(typeof expiresAt, 'number');
}

function plain(value: unknown): void {
  assert.ok(typeof value === 'string' && !value.includes(OUTSIDE) && value.length < 1_000_000);
}

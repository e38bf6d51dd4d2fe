import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Secret } from '../../../src/core/secret.ts';
import { answerFor } from '../../../src/git/answer.ts';
import { pathToSign, regionToAnswer } from '../../../src/git/hosts.ts';
import { parseRequest } from '../../../src/git/protocol.ts';

interface Vector {
  readonly id: string;
  readonly access_key_id: string;
  readonly secret_access_key: string;
  readonly session_token: string | null;
  readonly region: string;
  readonly timestamp: string;
  readonly stdin: string;
  readonly username: string;
  readonly password: string;
}

const file = join(import.meta.dirname, '../../vectors/codecommit.json');
const { vectors }: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(file, 'utf8'));

const crypto = {
  sha256: (data: string | Uint8Array) => createHash('sha256').update(data).digest(),
  hmacSha256: (key: string | Uint8Array, data: string | Uint8Array) =>
    createHmac('sha256', key).update(data).digest(),
};

// "20260315T123456"
function timeOf(timestamp: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/.exec(timestamp) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}.789Z`);
}

for (const vector of vectors) {
  test(`vector ${vector.id}`, () => {
    const request = parseRequest(Buffer.from(vector.stdin));
    const region = regionToAnswer(request);
    assert.equal(region, vector.region);
    const time = timeOf(vector.timestamp);
    const credentials = {
      accessKeyId: vector.access_key_id,
      secretAccessKey: new Secret(vector.secret_access_key),
      ...(vector.session_token === null ? {} : { sessionToken: new Secret(vector.session_token) }),
    };
    const path = pathToSign(request.path, request.host) ?? '';
    const answer = answerFor(credentials, { host: request.host, path, region: vector.region, time }, crypto);
    const expiry = Math.floor(time / 1000) + 14 * 60;
    assert.equal(
      answer,
      `username=${vector.username}\npassword=${vector.password}\npassword_expiry_utc=${expiry}\n`,
    );
  });
}

const secretAccessKey = new Secret('made-up');
const request = {
  host: 'git-codecommit.us-east-1.amazonaws.com',
  path: 'v1/repos/x',
  region: 'us-east-1',
  time: 1_800_000_000_000,
};

test('a port is not signed', () => {
  const credentials = { accessKeyId: 'AKIAMADEUP', secretAccessKey };
  const withPort = { ...request, host: `${request.host}:443` };
  assert.equal(answerFor(credentials, withPort, crypto), answerFor(credentials, request, crypto));
});

function expiryWith(expiresAt: number | undefined): number {
  const credentials = {
    accessKeyId: 'AKIAMADEUP',
    secretAccessKey,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  return Number(/password_expiry_utc=(\d+)\n$/.exec(answerFor(credentials, request, crypto))?.[1]);
}

test('the password ends with the credentials, and never later than CodeCommit takes it', () => {
  assert.equal(expiryWith(undefined), 1_800_000_000 + 840);
  assert.equal(expiryWith(1_800_000_000_000 + 3_600_000), 1_800_000_000 + 840);
  assert.equal(expiryWith(1_800_000_000_000 + 60_999), 1_800_000_000 + 60);
});

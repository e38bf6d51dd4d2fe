import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { test } from 'node:test';
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import type { Aws } from '../../aws/server.ts';
import type { WorldReport } from '../../aws/world-file.ts';
import { connect, refused } from '../../unit/aws/clients.ts';

type Announcement = WorldReport & { readonly env: Aws['env']; readonly control: string };

const MAIN = join(import.meta.dirname, '../../aws/main.ts');

test('the stand-in runs as a program and is steered from outside', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ccvault-world-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'world.json');
  const users = [{ account: '111122223333', name: 'alice', mfa: true }];
  writeFileSync(file, JSON.stringify({ users }));
  const child = spawn(process.execPath, [MAIN, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const exited = once(child, 'exit');
  const [line] = await once(createInterface(child.stdout), 'line');
  const told: Announcement = JSON.parse(String(line));
  const [alice] = told.users;
  assert.ok(alice);

  const control = async (method: string, path: string, body?: object): Promise<string> => {
    const answer = await fetch(told.control + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return text.trim();
  };

  const clients = connect(told);
  const whoami = (): Promise<unknown> => clients.sts(alice).send(new GetCallerIdentityCommand({}));
  await whoami();
  const TokenCode = await control('GET', `/totp?serial=${encodeURIComponent(alice.mfaSerial)}`);
  await clients.sts(alice).send(new GetSessionTokenCommand({ SerialNumber: alice.mfaSerial, TokenCode }));
  await control('POST', '/faults', { operation: 'GetCallerIdentity', kind: 'throttle' });
  await assert.rejects(whoami(), refused('Throttling'));
  await control('DELETE', '/faults');
  await control('POST', '/skew', { ms: -600_000 });
  await assert.rejects(whoami(), refused('SignatureDoesNotMatch', 'not yet current'));
  await control('POST', '/skew', { ms: 0 });
  await control('POST', '/proxy', { kind: 'refuse' });
  await assert.rejects(whoami());
  await control('POST', '/proxy', { kind: 'pass' });
  const role = { account: '111122223333', name: 'dev', trust: { principals: [alice.arn] } };
  const made: WorldReport = JSON.parse(await control('POST', '/world', { roles: [role] }));
  assert.equal(made.roles[0]?.arn, 'arn:aws:iam::111122223333:role/dev');
  assert.match(await control('GET', '/calls'), /"counts":\{"GetCallerIdentity":3,"GetSessionToken":1\}/);
  const unknown = await fetch(`${told.control}/nothing`);
  assert.equal(unknown.status, 400);

  child.stdin.end();
  assert.deepEqual(await exited, [0, null]);
  assert.equal(existsSync(told.env.AWS_CA_BUNDLE), false);
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultKind } from '../aws/faults.ts';
import { startAws, type Aws } from '../aws/server.ts';
import type { UserHandle } from '../aws/world.ts';
import { createLightVault } from '../support/light-vault.ts';
import { quote } from '../support/pty.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const PASSPHRASE = 'a passphrase of the test';

let aws: Aws;
before(async () => {
  aws = await startAws();
  aws.world.newKeyDelay = 200;
});
after(() => aws.stop());

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

interface Running {
  readonly pid: number;
  text(): string;
  /** Waits until standard error has shown the pattern. */
  saying(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** A user with one key, which a vault of its own holds for the profile `dev`. */
class Person {
  readonly home = mkdtempSync(join(tmpdir(), 'ccvault-rotate-'));
  readonly user: UserHandle;

  constructor(user: UserHandle) {
    this.user = user;
  }

  static async begin(mfa: boolean): Promise<Person> {
    const name = `user${aws.world.users.length}`;
    const permissions = mfa ? { denyWithoutMfa: ['iam:*'] } : {};
    const person = new Person(aws.world.addUser({ account: '111122223333', name, mfa, permissions }));
    await createLightVault(join(person.home, 'vault'), PASSPHRASE);
    mkdirSync(join(person.home, '.aws'));
    const serial = mfa ? `mfa_serial = ${person.user.mfaSerial}\n` : '';
    writeFileSync(join(person.home, '.aws/config'), `[profile dev]\nregion = eu-west-1\n${serial}`);
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = person.user;
    const added = await person.ccvault(
      ['add', 'dev', '--stdin'],
      JSON.stringify({ AccessKeyId, SecretAccessKey }),
    );
    assert.equal(added.code, 0, added.text);
    return person;
  }

  get keyIds(): readonly string[] {
    return this.user.user.keys.map(({ id }) => id);
  }

  async ccvault(args: readonly string[], input = ''): Promise<Ended> {
    return this.start(args, input).ended;
  }

  start(args: readonly string[], input = ''): Running {
    const child = spawn(process.execPath, ['--no-warnings', MAIN, ...args], {
      env: {
        HOME: this.home,
        PATH: process.env['PATH'] ?? '',
        CCVAULT_HOME: join(this.home, 'vault'),
        CCVAULT_BACKEND: 'file',
        CCVAULT_PASSPHRASE: PASSPHRASE,
        ...aws.env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => {}).end(input);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    }
    const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, text }));
    const saying = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(text)) await once(child.stderr, 'data');
    };
    return { pid: child.pid ?? 0, text: () => text, saying, ended };
  }

  /** The id of the key that the vault hands out, shown to work. */
  async workingKeyId(): Promise<string> {
    const { code, text } = await this.ccvault(['export', 'dev', '--no-session', '--format', 'json']);
    assert.equal(code, 0, text);
    const { AccessKeyId: id, SecretAccessKey: secret } = JSON.parse(text.slice(text.indexOf('{'))) as Record<
      string,
      string
    >;
    const key = this.user.user.keys.find((one) => one.id === id);
    assert.ok(key?.active && key.secret === secret, `the stored key ${id} does not work`);
    return key.id;
  }

  /** Two minutes later; from then on mfa_process gives two codes that were not used yet. */
  giveTwoCodes(): void {
    aws.advance(120_000);
    const codes = join(this.home, 'codes');
    writeFileSync(codes, `${this.user.totp(0)}\n${this.user.totp(1)}\n`);
    const next = `head -n 1 ${quote(codes)} && sed -i 1d ${quote(codes)}`;
    appendFileSync(join(this.home, '.aws/config'), `mfa_process = ${next}\n`);
  }

  end(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

async function killAt(
  person: Person,
  operation: string,
  kind: FaultKind,
  args: readonly string[],
): Promise<void> {
  const calls = aws.calls.count(operation);
  aws.faults.add({ operation, kind, ms: 60_000 });
  const { pid, ended } = person.start(args);
  while (aws.calls.count(operation) === calls) await delay(20);
  // A call that is answered late has its effect late, too: by then nobody listens.
  process.kill(pid, 'SIGKILL');
  await ended;
  aws.faults.clear();
}

async function finish(person: Person, args: readonly string[]): Promise<void> {
  const stored = await person.workingKeyId();
  assert.ok(person.keyIds.length <= 2);
  const { code, text } = await person.ccvault(args);
  assert.equal(code, 0, text);
  const now = await person.workingKeyId();
  assert.deepEqual(person.keyIds, [now]);
  assert.notEqual(now, person.user.accessKeyId);
  if (stored !== now) assert.ok(text.includes(`****${now.slice(-4)}`), text);
  assert.deepEqual(
    readdirSync(join(person.home, 'vault')).filter((name) => name.startsWith('rotate-')),
    [],
  );
}

const OPERATIONS = [
  'ListAccessKeys',
  'CreateAccessKey',
  'GetCallerIdentity',
  'UpdateAccessKey',
  'DeleteAccessKey',
];

for (const operation of OPERATIONS) {
  test(`rotate killed while it waits for ${operation} is finished by the next one`, async () => {
    const person = await Person.begin(false);
    try {
      await killAt(person, operation, 'hang', ['rotate', 'dev']);
      await finish(person, ['rotate', 'dev']);
    } finally {
      person.end();
    }
  });
}

test('two at once: the second waits before it asks IAM anything, and goes on when the first is gone', async () => {
  const person = await Person.begin(false);
  try {
    aws.calls.clear();
    aws.faults.add({ operation: 'CreateAccessKey', kind: 'hang', times: 1 });
    const first = person.start(['rotate', 'dev']);
    while (aws.calls.count('CreateAccessKey') === 0) await delay(20);
    const second = person.start(['rotate', 'dev']);
    await Promise.race([
      second.saying(/waiting for ccvault pid \d+ \(rotating the key of profile dev\)/),
      second.ended,
    ]);
    assert.match(second.text(), /waiting for ccvault pid/);
    assert.equal(aws.calls.count('ListAccessKeys'), 1);
    assert.equal(aws.calls.count('CreateAccessKey'), 1);
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    const { code, text } = await second.ended;
    assert.equal(code, 0, text);
    assert.deepEqual(person.keyIds, [await person.workingKeyId()]);
  } finally {
    aws.faults.clear();
    person.end();
  }
});

test('a CreateAccessKey whose answer is lost: its key is deleted, said, and the next rotate works', async () => {
  const person = await Person.begin(false);
  try {
    aws.faults.add({ operation: 'CreateAccessKey', kind: 'drop-after' });
    const { code, text } = await person.ccvault(['rotate', 'dev']);
    aws.faults.clear();
    assert.equal(code, 4, text);
    assert.match(
      text,
      /deleted the key \*{4}\w{4} \(created on [\d-]+\), left behind by an interrupted rotation/,
    );
    assert.deepEqual(person.keyIds, [person.user.accessKeyId]);
    await finish(person, ['rotate', 'dev']);
  } finally {
    person.end();
  }
});

/** What IAM and STS have carried out since `aws.calls.clear()`, in order, listing and sessions apart. */
function changes(): readonly string[] {
  return aws.calls.log
    .filter((call) => call.error === '' && !['ListAccessKeys', 'GetSessionToken'].includes(call.operation))
    .map((call) => call.operation);
}

test('under MFA one code is enough: the session of the old key signs to the end', async () => {
  const person = await Person.begin(true);
  try {
    const denied = await person.ccvault(['rotate', 'dev', '--no-session']);
    assert.equal(denied.code, 4, denied.text);
    assert.match(denied.text, /AWS denied iam:ListAccessKeys/);
    aws.calls.clear();
    const { code, text } = await person.ccvault(['rotate', 'dev', '--mfa-token', person.user.totp()]);
    assert.equal(code, 0, text);
    assert.deepEqual(changes(), [
      'CreateAccessKey',
      'GetCallerIdentity',
      'UpdateAccessKey',
      'DeleteAccessKey',
    ]);
    assert.equal(aws.calls.count('GetSessionToken'), 1);
    assert.deepEqual(
      aws.calls.log.filter((call) => !['', 'InvalidClientTokenId'].includes(call.error)),
      [],
    );
    assert.deepEqual(person.keyIds, [await person.workingKeyId()]);
  } finally {
    person.end();
  }
});

for (const operation of OPERATIONS) {
  test(`under MFA, killed at ${operation}: one more code finishes it`, async () => {
    const person = await Person.begin(true);
    try {
      await killAt(person, operation, 'hang', ['rotate', 'dev', '--mfa-token', person.user.totp(0)]);
      await finish(person, ['rotate', 'dev', '--mfa-token', person.user.totp(1)]);
    } finally {
      person.end();
    }
  });
}

test('should a session end with its key, one more code finishes the work', async (t) => {
  aws.world.sessionsEndWithKey = true;
  t.after(() => (aws.world.sessionsEndWithKey = false));
  const person = await Person.begin(true);
  try {
    // The code of the command line is spent, and there is nobody to ask for another one.
    const first = await person.ccvault(['rotate', 'dev', '--mfa-token', person.user.totp(0)]);
    assert.equal(first.code, 4, first.text);
    assert.match(
      first.text,
      /the MFA session of the old key is no longer accepted: enter one more MFA code to finish with the new key/,
    );
    assert.match(first.text, /finish it with: ccvault rotate dev/);
    assert.deepEqual(
      person.user.user.keys.map((key) => key.active),
      [false, true],
    );
    await finish(person, ['rotate', 'dev', '--mfa-token', person.user.totp(1)]);
  } finally {
    person.end();
  }
});

for (const operation of [...OPERATIONS, 'GetSessionToken']) {
  test(`should a session end with its key, killed at ${operation} it is finished`, async (t) => {
    aws.world.sessionsEndWithKey = true;
    t.after(() => (aws.world.sessionsEndWithKey = false));
    const person = await Person.begin(true);
    try {
      await killAt(person, operation, 'hang', ['rotate', 'dev', '--mfa-token', person.user.totp(0)]);
      person.giveTwoCodes();
      await finish(person, ['rotate', 'dev']);
    } finally {
      person.end();
    }
  });
}

test('should a session end with its key, a lost answer to UpdateAccessKey does not stop the work', async (t) => {
  aws.world.sessionsEndWithKey = true;
  t.after(() => {
    aws.world.sessionsEndWithKey = false;
    aws.faults.clear();
  });
  const person = await Person.begin(true);
  try {
    person.giveTwoCodes();
    aws.faults.add({ operation: 'UpdateAccessKey', kind: 'drop-after', times: 1 });
    await finish(person, ['rotate', 'dev']);
  } finally {
    person.end();
  }
});

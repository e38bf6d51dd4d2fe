// `aws ...`: the stand-in that a script runs against, one for each script.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_KINDS, type Fault } from '../aws/faults.ts';
import { listenOnLoopback } from '../aws/listen.ts';
import { startAws, type Aws } from '../aws/server.ts';
import { totpCode, totpStep } from '../aws/totp.ts';
import { applyWorldFile, parseWorldFile } from '../aws/world-file.ts';
import type { MfaDevice } from '../aws/entities.ts';
import { SOURCE_VERBS } from './source-verbs.ts';
import { openSignIn } from '../support/sign-in.ts';
import { NOTHING, pathOf, type ScriptState } from './state.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

type Options = ReadonlyMap<string, string>;
type AwsVerb = (aws: Aws, state: ScriptState, name: string, options: Options) => void | Promise<void>;

const worlds = new WeakMap<ScriptState, Aws>();

const AWS_VERBS: Readonly<Record<string, AwsVerb>> = {
  ...SOURCE_VERBS,
  /** `aws user alice account=111122223333 mfa id=AKIA... path=/x/ deny=iam:* root`: sets $ALICE_KEY and the others. */
  user(aws, state, name, options) {
    const user = aws.world.addUser({
      name,
      account: options.get('account') ?? '111122223333',
      root: options.has('root'),
      permissions: permissions(options),
      ...(options.has('mfa') && { mfa: options.get('mfa') ? (options.get('mfa') ?? '').split(',') : true }),
      ...optional('accessKeyId', options.get('id')),
      ...optional('path', options.get('path')),
    });
    setVariables(state, name, {
      KEY: user.accessKeyId,
      SECRET: user.secretAccessKey,
      MFA: user.mfaSerial,
      TOTP: user.mfaSecret,
      ARN: user.arn,
    });
  },
  /** `aws role admin account=444455556666 path=/x/ trust=alice mfa external-id=X source-identity=X max=12h`: sets $ADMIN_ARN. */
  role(aws, state, name, options) {
    const trusted = (options.get('trust') ?? '').split(',').filter((one) => one !== '');
    const role = aws.world.addRole({
      name,
      account: options.get('account') ?? '111122223333',
      permissions: permissions(options),
      ...optional('path', options.get('path')),
      trust: {
        principals: trusted.map((one) => state.variables.get(variableName(one, 'ARN')) ?? one),
        ...(options.has('mfa') && { mfa: true }),
        ...optional('externalId', options.get('external-id')),
        ...optional('sourceIdentity', options.get('source-identity')),
      },
      ...(options.has('max') && { maxSessionDuration: milliseconds(options.get('max') ?? '') / 1000 }),
    });
    setVariables(state, name, { ARN: role.arn });
  },
  /** `aws policy team/buckets FILE account=444455556666`: a customer's managed policy; sets $TEAM_BUCKETS_ARN. */
  policy(aws, state, name, options) {
    const [file = ''] = options.keys();
    const document = readFileSync(pathOf(state, file), 'utf8');
    const arn = aws.world.addPolicy({ account: options.get('account') ?? '111122223333', name, document });
    setVariables(state, name, { ARN: arn });
  },
  /** `aws world FILE`: whatever the words above have no option for, as JSON; sets the same variables. */
  world(aws, state, path) {
    const made = applyWorldFile(aws.world, parseWorldFile(readFileSync(pathOf(state, path), 'utf8')));
    for (const { name, accessKeyId, secretAccessKey, mfaSerial, mfaSecret, arn } of made.users) {
      const values = { KEY: accessKeyId, SECRET: secretAccessKey, MFA: mfaSerial, TOTP: mfaSecret, ARN: arn };
      setVariables(state, name, values);
    }
    for (const { name, arn } of made.roles) setVariables(state, name, { ARN: arn });
    for (const [index, token] of made.webIdentityTokens.entries())
      state.variables.set(`TOKEN_${index + 1}`, token);
  },
  /** `aws account 111122223333 partition=aws-cn`, before anything is put in it. */
  account(aws, _, id, options) {
    const account = aws.world.addAccount(id, options.get('partition'));
    for (const region of options.get('regions')?.split(',') ?? []) account.enabledRegions.add(region);
  },
  /** `aws key alice`: one more, in $ALICE_KEY2 and $ALICE_SECRET2. `aws key alice deactivate` the first. */
  key(aws, state, name, options) {
    const user = aws.world.users.find((one) => one.name === name);
    assert.ok(user, `no user ${name}`);
    if (options.has('deactivate')) {
      for (const key of user.keys.slice(0, 1)) key.active = false;
      return;
    }
    const key = aws.world.addKey(user, {}, aws.world.newKeyDelay);
    setVariables(state, name, { KEY2: key.id, SECRET2: key.secret });
  },
  /** `aws calls AssumeRole 2`: that many since the start, or since `aws calls clear`; `*` for all operations. */
  calls(aws, _, operation, options) {
    if (operation === 'clear') return aws.calls.clear();
    const count = operation === '*' ? aws.calls.log.length : aws.calls.count(operation);
    const [wanted = ''] = options.keys();
    assert.equal(count, Number(wanted), `calls so far: ${JSON.stringify(aws.calls.counts())}`);
  },
  advance: (aws, _, duration) => aws.advance(milliseconds(duration)),
  /** `aws sign-in FILE`: opens the console URL in it, as a browser does, and gives what AWS saw as the last output. */
  async 'sign-in'(aws, state, path) {
    const url = path === 'stdout' ? state.last.stdout : readFileSync(pathOf(state, path), 'utf8');
    state.last = { ...NOTHING, stdout: `${JSON.stringify(await openSignIn(aws, url.trim()))}\n` };
  },
  skew: (aws, _, duration) => aws.clock.skew(milliseconds(duration)),
  /** `aws fault AssumeRole throttle nth=2 times=1`, `aws fault clear`. */
  fault(aws, _, operation, options) {
    if (operation === 'clear') return aws.faults.clear();
    const kind = FAULT_KINDS.find((one) => options.has(one));
    assert.ok(kind, `one of ${FAULT_KINDS.join(', ')}`);
    const numbers = ['nth', 'times', 'ms'].flatMap((name) => {
      const value = options.get(name);
      return value === undefined ? [] : [[name, Number(value)] as const];
    });
    const fault: Fault = { operation, kind, ...Object.fromEntries(numbers) };
    aws.faults.add(fault);
  },
  /** How long a new access key stays unknown to the services. */
  'new-key-delay'(aws, _, duration) {
    aws.world.newKeyDelay = milliseconds(duration);
  },
  /** `aws sessions-end-with-key`, `aws sessions-end-with-key no`: whether sessions outlive the key they are of. */
  'sessions-end-with-key'(aws, _, answer) {
    aws.world.sessionsEndWithKey = answer !== 'no';
  },
  offline: (aws) => {
    aws.proxy.mode = { kind: 'drop' };
  },
  online: (aws) => {
    aws.proxy.mode = { kind: 'pass' };
  },
  /** `aws proxy hang|refuse|captive`. */
  proxy(aws, _, kind) {
    assert.ok(kind === 'hang' || kind === 'refuse' || kind === 'captive', `no proxy mode ${kind}`);
    aws.proxy.mode = kind === 'captive' ? { kind, status: 302 } : { kind };
  },
};

/** Runs `aws WORD ...`. Throws for a word that is none, and before `aws start`. */
export async function runAwsVerb(state: ScriptState, [word = '', ...args]: readonly string[]): Promise<void> {
  if (word === 'start') return start(state);
  const aws = worlds.get(state);
  if (aws === undefined) throw new Error('aws start comes first');
  const verb = Object.hasOwn(AWS_VERBS, word) ? AWS_VERBS[word] : undefined;
  if (verb === undefined) throw new Error(`no such thing as aws ${word}`);
  const [name = '', ...rest] = args;
  const options = rest.map((option): [string, string] => {
    const [, key = option, value = ''] = /^([^=]+)=(.*)$/s.exec(option) ?? [];
    return [key, value];
  });
  await verb(aws, state, name, new Map(options));
}

async function start(state: ScriptState): Promise<void> {
  const aws = await startAws();
  worlds.set(state, aws);
  state.cleanups.push(() => aws.stop());
  for (const [name, value] of Object.entries(aws.env)) state.env.set(name, value);
  state.secretSources.push(() => secretsOf(aws));
  const code = (user: string): string => unusedCode(aws, user);
  state.computed.set('totp', code);
  const server = createServer((request, response) => {
    const user = new URL(request.url ?? '/', 'http://runner').searchParams.get('user') ?? '';
    try {
      response.end(code(user));
    } catch (error) {
      response.writeHead(404).end(String(error));
    }
  });
  const port = await listenOnLoopback(server);
  state.cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const program = join(import.meta.dirname, 'totp.ts');
  const path = join(state.bin, 'totp');
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${program}' http://127.0.0.1:${port} "$@"\n`);
  chmodSync(path, 0o755);
}

function* secretsOf(aws: Aws): Iterable<readonly [string, string]> {
  for (const user of aws.world.users) {
    for (const key of user.keys) yield [`the secret key of ${user.name}`, key.secret];
  }
  for (const session of aws.world.sessions) {
    yield [`the secret key of a session of ${session.arn}`, session.secretAccessKey];
    yield [`the session token of ${session.arn}`, session.sessionToken];
  }
}

const handedOut = new WeakMap<MfaDevice, Set<number>>();

/** A code that is good now and was neither used nor given away before. */
function unusedCode(aws: Aws, userName: string): string {
  const device = aws.world.users.find((user) => user.name === userName)?.devices[0];
  if (device === undefined) throw new Error(`no user ${userName} with an MFA device`);
  const given = handedOut.get(device) ?? new Set();
  handedOut.set(device, given);
  const now = totpStep(aws.clock.age());
  // The earlier window is left out: it may close between here and the call.
  let step = [now, now + 1].find((one) => !given.has(one) && !device.usedSteps.has(one));
  if (step === undefined) {
    // Nobody wants to wait: the world gets a minute older.
    aws.advance(60_000);
    step = totpStep(aws.clock.age());
  }
  given.add(step);
  return totpCode(device.secret, step);
}

function permissions(options: Options): { allow?: string[]; deny?: string[]; denyWithoutMfa?: string[] } {
  return {
    ...optional('allow', options.get('allow')?.split(',')),
    ...optional('deny', options.get('deny')?.split(',')),
    ...optional('denyWithoutMfa', options.get('deny-without-mfa')?.split(',')),
  };
}

function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  const result: { [P in K]?: V } = {};
  if (value !== undefined) result[name] = value;
  return result;
}

function setVariables(state: ScriptState, owner: string, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) state.variables.set(variableName(owner, name), value);
}

function variableName(owner: string, name: string): string {
  return `${owner.toUpperCase().replaceAll(/\W/g, '_')}_${name}`;
}

function milliseconds(duration: string): number {
  const [, amount, unit = ''] = /^(-?\d+)(ms|s|m|h|d)$/.exec(duration) ?? [];
  const factor = UNITS[unit];
  if (amount === undefined || factor === undefined) throw new Error(`not a duration: ${duration}`);
  return Number(amount) * factor;
}

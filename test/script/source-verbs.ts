// `aws sso`, `aws metadata`, `aws login` ...: the services that credentials come from besides stored keys.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startMetadata } from '../aws/metadata.ts';
import type { Aws } from '../aws/server.ts';
import { pathOf, type ScriptState } from './state.ts';

type Verb = (
  aws: Aws,
  state: ScriptState,
  name: string,
  options: ReadonlyMap<string, string>,
) => void | Promise<void>;

const BROWSER_MODES = ['approve', 'deny', 'nothing', 'elsewhere'] as const;

const CALLS_OF_STEP: ReadonlyMap<string, readonly string[]> = new Map([
  ['key', []],
  ['environment', []],
  ['process', []],
  ['login', ['CreateOAuth2Token']],
  ['container', ['ContainerCredentials']],
  ['instance', ['ImdsToken', 'ImdsRole', 'ImdsCredentials']],
  ['web-identity', ['AssumeRoleWithWebIdentity']],
  ['sso', ['GetRoleCredentials']],
  ['session-token', ['GetSessionToken']],
  ['federation-token', ['GetFederationToken']],
  ['assume-role', ['AssumeRole']],
]);

/** What `whoami` asks in the end, and what belongs to a person's sign-in. */
const BESIDES: ReadonlySet<string> = new Set([
  'GetCallerIdentity',
  'RegisterClient',
  'Authorize',
  'CreateToken',
]);

export const SOURCE_VERBS: Readonly<Record<string, Verb>> = {
  /** `aws sso URL region=R account=N roles=A,B [organization=5000]`: an instance, and a `browser` for BROWSER. */
  sso(aws, state, startUrl, options) {
    const account = options.get('account') ?? '111122223333';
    const roles = (options.get('roles') ?? 'Admin').split(',');
    aws.world.sso.addInstance({
      startUrl,
      region: options.get('region') ?? 'eu-west-1',
      ...(options.has('organization')
        ? { organization: { accounts: Number(options.get('organization')), roles } }
        : { assignments: roles.map((role) => ({ account, role })) }),
    });
    addProgram(state, 'browser');
    state.env.set('BROWSER', 'browser');
    state.secretSources.push(() => ssoSecrets(aws));
  },
  /** `aws sso-browser approve|deny|nothing|elsewhere`: what people do; `elsewhere` confirms codes unseen. */
  'sso-browser'(aws, _, mode) {
    const known = BROWSER_MODES.find((one) => one === mode);
    assert.ok(known, `one of ${BROWSER_MODES.join(', ')}`);
    aws.world.sso.browser = known;
  },
  /** `aws sso-revoke tokens`: access tokens end; `all`: the sessions too. */
  'sso-revoke'(aws, _, what) {
    aws.world.sso.revoke(what === 'all');
  },
  /** `aws sso-account ID [name=NAME] [email=E] [roles=A,B] [take=C]`: names an account, gives and takes roles; of the last `aws sso`. */
  'sso-account'(aws, _, id, options) {
    const { sso } = aws.world;
    const instance = sso.instances.at(-1);
    assert.ok(instance, 'aws sso comes first');
    const [name, email] = [options.get('name'), options.get('email')];
    sso.addAccount(instance, {
      id,
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
    });
    for (const role of namesOf(options.get('roles'))) sso.assign(instance, { account: id, role });
    for (const role of namesOf(options.get('take'))) sso.unassign(instance, id, role);
  },
  /** `aws sso-throttle N|off`: how many requests a second the portal takes. */
  'sso-throttle'(aws, _, limit) {
    aws.world.sso.requestsPerSecond = limit === 'off' ? undefined : Number(limit);
  },
  /** `aws sdk`: programs `sdk-whoami PROFILE` and `sdk-iam OPERATION USER` that are the AWS SDK for JavaScript. */
  sdk(_, state) {
    addProgram(state, 'sdk-whoami');
    addProgram(state, 'sdk-iam');
  },
  /** `aws metadata ROLE`: sets $IMDS, $CONTAINER_URI and $CONTAINER_TOKEN. */
  async metadata(aws, state, roleName) {
    const role = aws.world.roles.find((one) => one.name === roleName);
    assert.ok(role, `no role ${roleName}`);
    const metadata = await startMetadata(aws, role);
    state.cleanups.push(() => metadata.stop());
    state.variables.set('IMDS', metadata.instanceEnv['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? '');
    state.variables.set('CONTAINER_URI', metadata.containerEnv['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '');
    state.variables.set('CONTAINER_TOKEN', metadata.containerToken);
    state.secrets.set("the container's token", metadata.containerToken);
  },
  /** `aws login USER session=ARN [region=R] [ended]`: what `aws login` leaves in the AWS CLI's cache, about to end or ended. */
  login(aws, state, name, options) {
    const user = aws.world.users.find((one) => one.name === name);
    assert.ok(user, `no user ${name}`);
    const document = aws.login.signIn(aws.world, user, options.get('region'));
    const expiresAt = new Date(Date.now() + (options.has('ended') ? -60_000 : 120_000)).toISOString();
    const accessToken = { ...document.accessToken, expiresAt };
    const file = `${createHash('sha256')
      .update(options.get('session') ?? '')
      .digest('hex')}.json`;
    const path = pathOf(state, join('home/.aws/login/cache', file));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ ...document, accessToken }), { mode: 0o600 });
  },
  /** `aws as-explained FILE`: the calls since `aws calls clear` are those that `explain --json` printed before. */
  'as-explained'(aws, state, file) {
    const { steps }: { steps: readonly { kind: string }[] } = JSON.parse(
      readFileSync(pathOf(state, file), 'utf8'),
    );
    const expected = steps.flatMap(({ kind }) => CALLS_OF_STEP.get(kind) ?? [`no calls known for ${kind}`]);
    assert.deepEqual(
      aws.calls.operations().filter((operation) => !BESIDES.has(operation)),
      expected,
    );
  },
  /** `aws login-revoke all` ends the sessions of `aws login`. */
  'login-revoke': (aws) => aws.login.revoke(),
};

function namesOf(list = ''): readonly string[] {
  return list.split(',').filter((name) => name !== '');
}

/** Puts `NAME.ts` of this folder on the script's PATH. */
function addProgram(state: ScriptState, name: string): void {
  const path = join(state.bin, name);
  const program = join(import.meta.dirname, `${name}.ts`);
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(path, 0o755);
}

function* ssoSecrets(aws: Aws): Iterable<readonly [string, string]> {
  const { accessTokens, refreshTokens, clients, codes } = aws.world.sso;
  for (const token of accessTokens.keys()) yield ['an access token of IAM Identity Center', token];
  for (const token of refreshTokens.keys()) yield ['a refresh token of IAM Identity Center', token];
  for (const client of clients.values()) yield ['a client secret of IAM Identity Center', client.secret];
  for (const code of codes.keys()) yield ['an authorization code', code];
}

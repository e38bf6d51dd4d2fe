// The plan against a slow reference: the rules of docs/sources.md and docs/keys.md written down once more, by recursion
// over records instead of a walk over files.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseAwsConfig } from '../../src/core/config/aws-config.ts';
import { isCliError } from '../../src/core/errors.ts';
import type { PlanOptions } from '../../src/core/plan/facts.ts';
import { planFor } from '../../src/core/plan/plan.ts';
import type { Step } from '../../src/core/plan/steps.ts';
import { runs } from '../support/fuzz.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;
const AMBIENT = { Environment: 'environment', EcsContainer: 'container', Ec2InstanceMetadata: 'instance' };

interface Model {
  readonly key: 'vault' | 'static' | 'temporary' | undefined;
  readonly role: boolean;
  readonly source: string | undefined;
  readonly ambient: keyof typeof AMBIENT | undefined;
  readonly webIdentity: boolean;
  readonly sso: boolean;
  readonly process: boolean;
  readonly mfa: boolean;
  readonly seconds: number | undefined;
  readonly sessionSeconds: number | undefined;
}
type World = Readonly<Record<string, Model>>;

const seldom = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
const seconds = fc.option(fc.constantFrom(1, 899, 900, 3600, 3601, 7200, 43_200, 43_201, 200_000), {
  nil: undefined,
});
const model: fc.Arbitrary<Model> = fc.record({
  key: fc.constantFrom(undefined, undefined, 'vault', 'static', 'temporary'),
  role: fc.boolean(),
  source: fc.option(fc.constantFrom(...NAMES, ...NAMES, 'nowhere'), { nil: undefined, freq: 3 }),
  ambient: fc.option(fc.constantFrom('Environment', 'EcsContainer', 'Ec2InstanceMetadata'), {
    nil: undefined,
    freq: 1,
  }),
  webIdentity: seldom,
  sso: seldom,
  process: seldom,
  mfa: fc.boolean(),
  seconds,
  sessionSeconds: seconds,
});
const world: fc.Arbitrary<World> = fc.record({ a: model, b: model, c: model, d: model });
const options: fc.Arbitrary<PlanOptions> = fc.record(
  {
    durationSeconds: fc.constantFrom(60, 900, 3600, 5400, 43_200, 100_000, 129_601),
    noSession: fc.boolean(),
    role: fc.constant('444455556666:added'),
    narrowing: fc.constant({ readOnly: true, policyArns: [], file: undefined }),
  },
  { requiredKeys: [] },
);

test('the plan is the one that the rules give, or is refused where they refuse', () => {
  fc.assert(
    fc.property(world, options, (profiles, chosen) => {
      assert.deepEqual(planned(profiles, chosen), reference(profiles, chosen));
    }),
    runs(3000),
  );
});

function planned(profiles: World, chosen: PlanOptions): readonly string[] | string {
  try {
    const { steps, ifLongLived } = planFor('a', contextOf(profiles), chosen);
    return [...steps.map(shown), ...(ifLongLived?.steps.map((step) => `else ${shown(step)}`) ?? [])];
  } catch (error) {
    if (isCliError(error)) return error.kind;
    throw error;
  }
}

function shown(step: Step): string {
  const whose = step.kind === 'assume-role' || step.kind === 'session-token' ? step : undefined;
  const time = 'durationSeconds' in step ? ` ${step.durationSeconds}` : '';
  return `${step.kind} ${step.profile}${time}${whose?.mfaSerial === undefined ? '' : ' mfa'}`;
}

function contextOf(profiles: World): Parameters<typeof planFor>[1] {
  return {
    config: parseAwsConfig({
      config: Object.entries(profiles)
        .map(([name, one]) => section(name, one))
        .join('\n'),
      credentials: '',
      configPath: 'config',
      credentialsPath: 'credentials',
    }),
    env: {},
    storedKeys: new Map(
      Object.entries(profiles)
        .filter(([, { key }]) => key === 'vault')
        .map(([name]) => [name, { accessKeyId: `AKIA${name}`, generation: '1' }]),
    ),
    userName: 'me',
    profileOfCommand: () => undefined,
  };
}

function section(name: string, one: Model): string {
  const lines: (string | false)[] = [
    `[profile ${name}]`,
    one.role && `role_arn = arn:aws:iam::111122223333:role/${name}`,
    one.source !== undefined && `source_profile = ${one.source}`,
    one.ambient !== undefined && `credential_source = ${one.ambient}`,
    one.webIdentity && 'web_identity_token_file = /token',
    one.process && 'credential_process = tool',
    one.sso && 'sso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1',
    one.sso && 'sso_account_id = 111122223333\nsso_role_name = r',
    one.mfa && `mfa_serial = arn:aws:iam::111122223333:mfa/${name}`,
    one.seconds !== undefined && `duration_seconds = ${one.seconds}`,
    one.sessionSeconds !== undefined && `get_session_token_duration_seconds = ${one.sessionSeconds}`,
    one.key === 'static' && 'aws_access_key_id = AKIAMADEUP\naws_secret_access_key = x',
    one.key === 'temporary' &&
      'aws_access_key_id = ASIAMADEUP\naws_secret_access_key = x\naws_session_token = t',
  ];
  return lines.filter((line) => line !== false).join('\n');
}

/** The role of `--role`: a profile with this role and the profile that was asked for as its source. */
const ADDED = 'added';

class Refused extends Error {}

interface Found {
  readonly kind: string;
  /** Where the credentials begin. */
  readonly at: string;
  readonly roles: readonly string[];
}

/** Where a profile's credentials begin and which roles follow. */
function find(name: string, profiles: World, behind: readonly string[] = []): Found {
  const one = profiles[name];
  if (one === undefined || behind.includes(name)) throw new Refused('config');
  const own = one.key === undefined ? undefined : { kind: 'key', at: name, roles: [] };
  if (!one.role) {
    if (one.key === 'vault') return { kind: 'key', at: name, roles: [] };
    const kind = one.sso ? 'sso' : one.process ? 'process' : own?.kind;
    if (kind === undefined) throw new Refused('config');
    return { kind, at: name, roles: [] };
  }
  if (own !== undefined && behind.length > 0) return own;
  if (one.webIdentity) return { kind: 'web-identity', at: name, roles: [] };
  if (one.source !== undefined && one.ambient !== undefined) throw new Refused('config');
  if (one.ambient !== undefined) return { kind: AMBIENT[one.ambient], at: name, roles: [name] };
  if (one.source === undefined || one.source === name) {
    if (own === undefined) throw new Refused('config');
    return { ...own, roles: [name] };
  }
  const found = find(one.source, profiles, [...behind, name]);
  return { ...found, roles: [...found.roles, name] };
}

function reference(profiles: World, chosen: PlanOptions): readonly string[] | string {
  try {
    const own = find('a', profiles);
    const found = chosen.role === undefined ? own : { ...own, roles: [...own.roles, ADDED] };
    const key = profiles[found.at]?.key;
    const longLived = found.kind === 'key' && key !== 'temporary';
    const plain = stepsOf(found, longLived, profiles, chosen);
    if (found.kind !== 'process') return plain;
    return [...plain, ...stepsOf(found, true, profiles, chosen).map((step) => `else ${step}`)];
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

function stepsOf(found: Found, longLived: boolean, profiles: World, chosen: PlanOptions): string[] {
  const { kind, at, roles } = found;
  const first = profiles[at];
  const bare = roles.length === 0;
  const of = (role: string): Partial<Model> | undefined =>
    role === ADDED ? { mfa: profiles['a']?.mfa ?? false } : profiles[role];
  const hour = longLived && roles.length === 1 ? 43_200 : 3600;
  const lengths = roles.map((role, index) => {
    const asked = index === roles.length - 1 ? chosen.durationSeconds : undefined;
    return Math.min(hour, lasting(asked, of(role)?.seconds, 3600, 43_200));
  });
  const sourceSeconds =
    kind === 'web-identity'
      ? ` ${lasting(bare ? chosen.durationSeconds : undefined, first?.seconds, 3600, 43_200)}`
      : '';
  const devices = roles.length === 1 ? roles : [at, ...roles];
  const mfa = longLived && devices.some((name) => of(name)?.mfa === true);
  const long = roles.length === 1 && (lengths[0] ?? 0) > 3600;
  const session = longLived && chosen.noSession !== true && (bare || (mfa && !long));
  const steps = [`${kind} ${at}${sourceSeconds}`];
  if (bare && chosen.narrowing !== undefined && kind !== 'web-identity') {
    if (!longLived) throw new Refused('usage');
    return [...steps, `federation-token ${at} ${lasting(chosen.durationSeconds, undefined, 3600, 129_600)}`];
  }
  if (session) {
    const configured = [at, ...roles]
      .map((name) => of(name)?.sessionSeconds)
      .find((length) => length !== undefined);
    const asked = bare ? chosen.durationSeconds : undefined;
    const length = lasting(asked, configured, mfa ? 43_200 : 3600, 129_600);
    steps.push(`session-token ${at} ${length}${mfa ? ' mfa' : ''}`);
  }
  for (const [index, role] of roles.entries()) {
    const code = index === 0 && mfa && !session ? ' mfa' : '';
    steps.push(`assume-role ${role === ADDED ? 'a' : role} ${lengths[index]}${code}`);
  }
  return steps;
}

/** What is asked for must be in AWS's range; what is configured is brought into it. */
function lasting(
  asked: number | undefined,
  configured: number | undefined,
  otherwise: number,
  most: number,
): number {
  if (asked !== undefined && (asked < 900 || asked > most)) throw new Refused('usage');
  return Math.min(most, Math.max(900, asked ?? configured ?? otherwise));
}

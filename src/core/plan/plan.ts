import { CHAINED_ROLE_MAX_SECONDS } from '../aws/durations.ts';
import { ambientChain, chainOf } from './chain.ts';
import type { Chain, Source } from './chain.ts';
import { assertNoCircle } from './credential-process-cycles.ts';
import type { ProcessSource } from './credential-process-cycles.ts';
import { checkedSetting } from './checked-settings.ts';
import { factsOf, firstOfAll } from './facts.ts';
import type { ChainFacts, PlanContext, PlanOptions } from './facts.ts';
import { narrowedKey } from './federation-token-step.ts';
import { roleDuration, roleStep } from './role-step.ts';
import { sessionTokenStep } from './session-token-step.ts';
import { assertRegion } from './settings.ts';
import { sourceStep } from './source-step.ts';
import type { Plan, SourceStep, Step } from './steps.ts';

const CALLS_STS: ReadonlySet<Step['kind']> = new Set([
  'session-token',
  'federation-token',
  'assume-role',
  'web-identity',
]);

/**
 * Plans how to get a profile's credentials, from the configuration alone: opens no backend, asks nothing, calls
 * nothing. Throws CliError `config` for mistakes in the files and the environment, `usage` for options that cannot be
 * applied.
 */
export function planFor(profile: string, context: PlanContext, options: PlanOptions = {}): Plan {
  return planChain(profile, chainOf(profile, context.config, context.storedKeys), context, options);
}

/** Plans for ambient credentials without a profile; undefined where there is no such source. Throws as planFor. */
export function ambientPlan(context: PlanContext, options: PlanOptions = {}): Plan | undefined {
  const chain = ambientChain(context.env);
  return chain === undefined ? undefined : planChain(undefined, chain, context, options);
}

function planChain(
  profile: string | undefined,
  chain: Chain,
  context: PlanContext,
  options: PlanOptions,
): Plan {
  if (options.narrowing !== undefined) {
    const { narrowing: _, ...wide } = options;
    return {
      ...planWithProcess(profile, chain, context, options),
      wide: planWithProcess(profile, chain, context, wide),
    };
  }
  return planWithProcess(profile, chain, context, options);
}

function planWithProcess(
  profile: string | undefined,
  chain: Chain,
  context: PlanContext,
  options: PlanOptions,
): Plan {
  const plan = planOf(profile, factsOf(chain, context, options, false));
  if (chain.source.kind !== 'process') return plan;
  assertNoCircle(processOf(chain.source), context.profileOfCommand, (name) => processBehind(name, context));
  return { ...plan, ifLongLived: planOf(profile, factsOf(chain, context, options, true)) };
}

function processOf(source: Extract<Source, { kind: 'process' }>): ProcessSource {
  return { profile: source.profile.name, command: source.command };
}

/** The `credential_process` at the start of another profile's chain; undefined if that profile has mistakes. */
function processBehind(profile: string, context: PlanContext): ProcessSource | undefined {
  try {
    const { source } = chainOf(profile, context.config, context.storedKeys);
    return source.kind === 'process' ? processOf(source) : undefined;
  } catch {
    return undefined;
  }
}

function planOf(profile: string | undefined, facts: ChainFacts): Plan {
  const { chain, longLived, options, region } = facts;
  const { roles } = chain;
  const source = sourceStep(chain.source, facts);
  const mfa = mfaSerialOf(facts);
  const durations = roles.map((role, index) => roleDuration(role, index, facts));
  const [first] = durations;
  const direct =
    longLived && first !== undefined && roles.length === 1 && first.seconds > CHAINED_ROLE_MAX_SECONDS;
  const takesSession =
    longLived && !options.noSession && (roles.length === 0 || (mfa.serial !== undefined && !direct));
  const session =
    narrowedKey(source.step, facts) ??
    (takesSession ? sessionTokenStep(source.step, mfa.serial, facts) : undefined);
  const steps: [SourceStep, ...Step[]] = session === undefined ? [source.step] : [source.step, session.step];
  for (const [index, { role, seconds }] of durations.entries()) {
    const mfaSerial = index === 0 && !takesSession && longLived ? mfa.serial : undefined;
    const upstream = steps.at(-1) ?? source.step;
    steps.push(roleStep(role, { upstream, seconds, mfaSerial, direct }, facts));
  }
  if (!facts.unproven && steps.some(({ kind }) => CALLS_STS.has(kind))) {
    assertRegion(options.region, facts.context.env, facts.requested, facts.settings);
  }
  return {
    profile,
    region,
    steps,
    notes: [
      ...chain.notes,
      ...regionNotes(facts),
      ...source.notes,
      ...mfa.notes,
      ...durations.flatMap(({ notes }) => notes),
      ...(session?.notes ?? []),
      ...idleOptionNotes(source.step, facts),
    ],
    mfaProcess: facts.requested?.get('mfa_process') ?? firstOfAll(chain, 'mfa_process'),
    ykmanCredential:
      facts.requested?.get('ykman_oath_credential') ?? firstOfAll(chain, 'ykman_oath_credential'),
  };
}

/**
 * The MFA device for the chain. With one role only that role's `mfa_serial` counts, as in the SDKs; in a longer
 * chain, and without a role, the first one from the source's profile on. Throws CliError `config` for an invalid
 * serial.
 */
function mfaSerialOf({ chain, longLived, unproven }: ChainFacts): {
  readonly serial: string | undefined;
  readonly notes: readonly string[];
} {
  const { roles, source } = chain;
  const holder = (roles.length === 1 ? roles : [source.profile, ...roles]).find(
    (view) => view?.get('mfa_serial') !== undefined,
  );
  const serial = holder?.get('mfa_serial');
  if (holder === undefined || serial === undefined) return { serial: undefined, notes: [] };
  if (longLived) return { serial: unproven ? serial : checkedSetting(holder, 'mfa_serial'), notes: [] };
  const unused = `mfa_serial ${serial} is not used: only a long-lived key can be used with an MFA code`;
  return { serial: undefined, notes: source.kind === 'process' ? [] : [unused] };
}

function regionNotes({ region, settings, partition }: ChainFacts): readonly string[] {
  if (region === undefined || settings.region === region) return [];
  return [`region ${region} is not in partition ${partition}: AWS STS is called in ${settings.region}`];
}

function idleOptionNotes(source: SourceStep, { chain, longLived, options }: ChainFacts): readonly string[] {
  if (options.durationSeconds === undefined) return [];
  if (chain.roles.length > 0 || longLived || source.kind === 'web-identity') return [];
  return [`-d has no effect: ${source.reason} decides how long its credentials last`];
}

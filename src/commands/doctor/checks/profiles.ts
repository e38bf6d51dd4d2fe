import type { AwsConfig } from '../../../core/config/aws-config.ts';
import { unknownProfile } from '../../../core/config/unknown-profile.ts';
import { commandLine } from '../../../core/command-line.ts';
import { hintLine, isCliError, type CliError } from '../../../core/errors.ts';
import { planFor } from '../../../core/plan/plan.ts';
import type { PlanContext } from '../../../core/plan/facts.ts';
import { closest } from '../../../core/suggest.ts';
import { KNOWN_KEYS } from '../known-keys.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

/**
 * Profiles whose credentials cannot work, settings that no tool reads, and what aws-vault inherited from `[default]`.
 */
export function checkProfiles({ config, profile }: Facts): readonly Finding[] {
  if (config.fault !== undefined) return [ofError(config.fault)];
  if (config.read === undefined) return [];
  const { config: aws, context } = config.read;
  if (profile !== undefined && !aws.hasProfile(profile) && !context.storedKeys.has(profile)) {
    return [ofError(unknownProfile(profile, [...aws.profileNames(), ...context.storedKeys.keys()], aws))];
  }
  const names = profile === undefined ? aws.profileNames() : [profile];
  return [
    ...aws.missing.map((missing) => ({
      severity: 'error' as const,
      check: 'config',
      message: missing,
      fix: 'correct the variable, or unset it',
    })),
    ...names.flatMap((name) => withoutEffect(name, context)),
    ...names.flatMap((name) => unknownKeys(name, aws)),
    ...names.flatMap((name) => lostDefaults(name, aws)),
  ];
}

function ofError({ message, hints }: CliError): Finding {
  return { severity: 'error', check: 'config', message, fix: hintLine(hints) };
}

function withoutEffect(name: string, context: PlanContext): readonly Finding[] {
  try {
    planFor(name, context);
    return [];
  } catch (error) {
    if (!isCliError(error)) throw error;
    // A profile with nothing but a region or an output format is valid.
    if (error.message === `profile ${name} has no credentials`) return [];
    return [ofError(error)];
  }
}

function unknownKeys(name: string, config: AwsConfig): readonly Finding[] {
  return [...(config.profile(name)?.keys() ?? [])].flatMap((key) => {
    if (KNOWN_KEYS.has(key)) return [];
    const meant = closest(key, KNOWN_KEYS);
    if (meant === undefined) return [];
    return [
      {
        severity: 'warning' as const,
        check: 'config',
        message: `profile ${name}: no AWS tool reads ${key}; the setting is called ${meant}`,
        fix: `write ${meant} in place of ${key} in ${config.configPath}`,
      },
    ];
  });
}

/** Settings that aws-vault gave a profile from `[default]`; no mfa_serial for SSO, or where the source has its own. */
function lostDefaults(name: string, config: AwsConfig): readonly Finding[] {
  const own = config.profile(name);
  const shared = config.profile('default');
  if (own === undefined || shared === undefined || name === 'default') return [];
  const includes = own.get('include_profile') !== undefined;
  const source = own.get('source_profile');
  const takesCode =
    own.get('sso_session') === undefined &&
    own.get('sso_start_url') === undefined &&
    (source === undefined || config.profile(source)?.get('mfa_serial') === undefined);
  return (['mfa_serial', 'region'] as const).flatMap((key) => {
    const value = shared.get(key);
    if (value === undefined || includes || own.get(key) !== undefined) return [];
    if (key === 'mfa_serial' && !takesCode) return [];
    return [
      {
        severity: 'note' as const,
        check: 'config',
        message: `profile ${name} has no ${key}; aws-vault took it from [default], the AWS tools and ccvault do not: add ${key} = ${value}`,
        fix: commandLine('aws', 'configure', 'set', key, value, `--profile=${name}`),
      },
    ];
  });
}

import { ccvaultCommand, commandLine } from '../../../core/command-line.ts';
import { isTooOld, keyAges } from '../../shared/key-age.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

/** Keys older than 90 days, interrupted rotations, and keys whose profile is not configured. */
export function checkKeys({ vault, config, now, profile }: Facts): readonly Finding[] {
  const keys = vault.keys.filter((entry) => profile === undefined || entry.profile === profile);
  const rotations = vault.rotations.filter(
    (one) => profile === undefined || one.profile === undefined || one.profile === profile,
  );
  return [
    ...rotations.map((one) => ({
      severity: one.profile === undefined ? ('error' as const) : ('warning' as const),
      check: 'keys',
      message:
        one.profile === undefined
          ? `the journal of a rotation is damaged: ${one.path}`
          : `the rotation of profile ${one.profile}'s key, started ${one.startedAt}, is not finished`,
      fix:
        one.profile === undefined
          ? commandLine('rm', one.path)
          : ccvaultCommand('rotate', { operands: [one.profile] }),
    })),
    ...[...keyAges(keys, now)]
      .filter(([, days]) => isTooOld(days))
      .map(([name, days]) => ({
        severity: 'warning' as const,
        check: 'keys',
        message: `the key of profile ${name} is ${days} days old`,
        fix: ccvaultCommand('rotate', { operands: [name] }),
      })),
    ...keys
      .filter((entry) => config.read !== undefined && !config.read.config.isWritten(entry.profile))
      .map((entry) => ({
        severity: 'note' as const,
        check: 'keys',
        message: `a key is stored for ${entry.profile}, which is not a profile of the config file`,
        fix: ccvaultCommand('remove', { operands: [entry.profile] }),
      })),
  ];
}

/** Keys in plain text, which any program that can read the home folder can read. */
export function checkPlaintextKeys({ config, profile }: Facts): readonly Finding[] {
  const { read } = config;
  if (read === undefined) return [];
  const names = profile === undefined ? read.config.profileNames() : [profile];
  return names.flatMap((name) => {
    const own = read.config.profile(name);
    const hasKey =
      own?.get('aws_access_key_id') !== undefined && own.get('aws_secret_access_key') !== undefined;
    const isTemporary = (own?.get('aws_session_token') ?? own?.get('aws_security_token')) !== undefined;
    if (!hasKey || isTemporary) return [];
    const path =
      own.origin('aws_secret_access_key') === 'config' ? read.config.configPath : read.config.credentialsPath;
    return [
      {
        severity: 'warning' as const,
        check: 'plaintext',
        message: `the key of profile ${name} is stored in plain text in ${path}`,
        fix: ccvaultCommand('import', { options: ['--scrub'], operands: [name] }),
      },
    ];
  });
}

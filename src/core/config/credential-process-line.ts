import { shellWord } from '../command-line.ts';

/**
 * The `credential_process` that gives an SDK a profile's credentials. Some SDKs split it themselves and some hand it to
 * the system's shell: double quotes are read everywhere, but in them a POSIX shell would evaluate what single quotes keep.
 */
export function credentialProcessLine(profile: string): string {
  const word = /\s/.test(profile) && !/["$`\\]/.test(profile) ? `"${profile}"` : shellWord(profile);
  return ['ccvault', 'export', '--format', 'json', ...(profile.startsWith('-') ? ['--'] : []), word].join(
    ' ',
  );
}

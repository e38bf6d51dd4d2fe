import { CliError } from '../core/errors.ts';

/**
 * The host forms of CodeCommit as patterns of git's configuration, where `*` matches one label (git 2.26 and later).
 * None of them matches a host of another service.
 */
export const HOST_PATTERNS = [
  'https://git-codecommit.*.amazonaws.com',
  'https://git-codecommit-fips.*.amazonaws.com',
  'https://git-codecommit.*.amazonaws.com.cn',
  'https://*.git-codecommit.*.vpce.amazonaws.com',
  'https://*.git-codecommit-fips.*.vpce.amazonaws.com',
] as const;

export interface Setup {
  /** The words that start ccvault: absolute paths, of the npm build's Node and of its file. */
  readonly program: readonly string[];
  readonly profile: string | undefined;
}

/**
 * The settings that make git ask ccvault about URLs that match a pattern, as key and value, in order. The empty helper
 * comes first and resets those configured before: one that stores passwords would return expired ones. The profile is a
 * separate setting, because a helper is a command line for the shell.
 */
export function settingsFor(url: string, setup: Setup): readonly (readonly [key: string, value: string])[] {
  return [
    [`credential.${url}.helper`, ''],
    [`credential.${url}.helper`, helperLine(setup.program)],
    [`credential.${url}.useHttpPath`, 'true'],
    ...(setup.profile === undefined ? [] : [[`ccvault.${url}.profile`, setup.profile] as const]),
  ];
}

/** What git runs, through `sh`: the program by its path, so that a desktop program with a short PATH finds it too. */
export function helperLine(program: Setup['program']): string {
  return `!${shellQuoted(program)} credential-helper`;
}

export interface SetupExtras {
  /** Whether to add `git mfa`. */
  readonly alias: boolean;
  /** Hosts, as `exactHost` returns them, for programs that do not support patterns. */
  readonly hosts: readonly string[];
}

/**
 * The lines of the set-up in a configuration file, without line feeds. The profile is set for the patterns only: for an
 * exact host it would override the pattern in the configuration of a single repository. Throws CliError `config` for a
 * name with a line break.
 */
export function setupLines(setup: Setup, { alias, hosts }: SetupExtras): readonly string[] {
  const { program, profile } = setup;
  const credential = (url: string): readonly string[] => [
    `[credential "${url}"]`,
    '\thelper =',
    `\thelper = ${configQuoted(helperLine(program))}`,
    '\tuseHttpPath = true',
  ];
  return [
    ...HOST_PATTERNS.flatMap((url) => [
      ...credential(url),
      ...(profile === undefined ? [] : [`[ccvault "${url}"]`, `\tprofile = ${configQuoted(profile)}`]),
    ]),
    ...hosts.flatMap((host) => credential(`https://${host}`)),
    ...(alias ? ['[alias]', `\tmfa = ${configQuoted(aliasLine(program))}`] : []),
  ];
}

/** Whether a line inside the set-up is one that `setupLines` writes, for any program, profile or version of ccvault. */
export function isSetupLine(line: string): boolean {
  return (
    /^\thelper =( "!'.*' credential-helper")?$/.test(line) ||
    /^\tuseHttpPath = true$/.test(line) ||
    /^\tprofile = ".*"$/.test(line) ||
    /^\tmfa = "!f\(\) \{ .* refresh .*; f"$/.test(line)
  );
}

// The alias looks the profile up when it runs, so that in a repository with its own profile it renews that one.
function aliasLine(program: Setup['program']): string {
  const url = HOST_PATTERNS[0].replace('*', 'us-east-1');
  return `!f() { p=$(git config --get-urlmatch ccvault.profile ${url}); ${shellQuoted(program)} refresh "$@" \${p:+-- "$p"}; }; f`;
}

function shellQuoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
}

/**
 * A quoted value of a configuration file (git-config(1), "Values"). Throws CliError `config` for a line break or NUL.
 */
function configQuoted(value: string): string {
  if (/[\n\r\0]/.test(value)) {
    throw new CliError('config', "a name with a line break cannot be written to git's configuration", {
      hints: ['rename the profile, or move ccvault to another folder'],
    });
  }
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}

import type { Environment } from '../core/ports/environment.ts';
import type { Programs } from '../core/ports/programs.ts';
import { HOST_PATTERNS } from './config-section.ts';

/** A helper that git asks besides ccvault's, and the file that names it. */
export interface OtherHelper {
  /** `credential.helper`, or with a URL in it. */
  readonly key: string;
  readonly helper: string;
  /** As git reports it: `file:.git/config`. */
  readonly origin: string;
}

/**
 * The helpers that are configured after ccvault's for CodeCommit hosts; `ours` is ccvault's helper line. Git asks them
 * when ccvault returns nothing, and gives each of them every password to store. It collects helpers in the order in
 * which it reads its files, whatever URL they are for.
 */
export async function laterHelpers(
  ours: string,
  programs: Pick<Programs, 'runBriefly'>,
  environment: Environment,
): Promise<readonly OtherHelper[]> {
  const { exitCode, stdout } = await programs.runBriefly(
    ['git', 'config', '--null', '--show-origin', '--get-regexp', String.raw`^credential\.(.*\.)?helper$`],
    environment,
  );
  return exitCode === 0 ? readLaterHelpers(stdout, ours) : [];
}

/**
 * The helpers that git asks for one of our URL patterns, in its order, from its settings in the order in which it reads
 * them: an empty helper resets those before it.
 */
export function helpersInOrder(
  settings: readonly { readonly key: string; readonly value: string; readonly origin: string }[],
  pattern: string,
): readonly OtherHelper[] {
  const helpers: OtherHelper[] = [];
  for (const { key, value, origin } of settings) {
    if (key !== 'credential.helper' && !fits(key, pattern)) continue;
    if (value === '') helpers.length = 0;
    else helpers.push({ key, helper: value, origin });
  }
  return helpers;
}

/** Whether the URL in a key is this pattern, or one wide enough for all of AWS. */
function fits(key: string, pattern: string): boolean {
  const url = key.slice('credential.'.length, -'.helper'.length).replace(/\/$/, '');
  return url === pattern || (url.startsWith('https://*.') && !url.includes('git-codecommit'));
}

/** Reads git's list, `ORIGIN NUL KEY LF VALUE NUL` for each setting. */
export function readLaterHelpers(output: string, ours: string): readonly OtherHelper[] {
  const fields = output.split('\0');
  let after: OtherHelper[] | undefined;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const origin = fields[index] ?? '';
    const [key = '', ...values] = (fields[index + 1] ?? '').split('\n');
    const helper = values.join('\n');
    if (!concernsCodecommit(key)) continue;
    if (helper === ours && key === `credential.${HOST_PATTERNS[0]}.helper`) after = [];
    else if (helper === '') after &&= [];
    else if (helper !== ours) after?.push({ key, helper, origin });
  }
  return after ?? [];
}

function concernsCodecommit(key: string): boolean {
  const url = key.slice('credential.'.length, -'.helper'.length);
  return key === 'credential.helper' || /codecommit|\*\.amazonaws|^https:\/\/\*/i.test(url);
}

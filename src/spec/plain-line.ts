import { EXPORT_FORMATS } from '../core/export-formats.ts';
import type { ExportFormat } from '../core/export-formats.ts';

/** The command lines that users, git and the SDKs run all day. */
export type PlainLine =
  | {
      readonly command: 'exec';
      readonly profile: string | undefined;
      readonly tail: readonly [string, ...string[]];
    }
  | {
      readonly command: 'export';
      readonly profile: string | undefined;
      readonly format: ExportFormat | undefined;
    }
  | {
      readonly command: 'credential-helper';
      readonly profile: string | undefined;
      readonly action: 'get' | 'store' | 'erase';
    };

/**
 * Reads a line in one of the few plain forms, with the result of `parse`; undefined for any other line, right or wrong.
 * A run with a ready answer then does not load the spec, which takes as long to load and walk as the rest of the run.
 */
export function plainLine(argv: readonly string[]): PlainLine | undefined {
  const [command, ...words] = argv;
  if (command === 'exec') return plainExec(words);
  if (command === 'export') return plainExport(words);
  return command === 'credential-helper' ? plainHelper(words) : undefined;
}

/** `[PROFILE] -- COMMAND [ARG...]`, `PROFILE COMMAND [ARG...]` */
function plainExec(words: readonly string[]): PlainLine | undefined {
  const [profile] = words;
  const named = isPlain(profile);
  const at = named ? 1 : 0;
  const begins = words[at] === '--' ? at + 1 : named && isPlain(words[at]) ? at : words.length;
  const [program, ...rest] = words.slice(begins);
  if (program === undefined) return undefined;
  return { command: 'exec', profile: named ? profile : undefined, tail: [program, ...rest] };
}

/** `[PROFILE]`, with `--format FORMAT` before or after it */
function plainExport(words: readonly string[]): PlainLine | undefined {
  const at = words.indexOf('--format');
  const format = EXPORT_FORMATS.find((one) => at !== -1 && one === words[at + 1]);
  if (at !== -1 && format === undefined) return undefined;
  const [profile, ...more] = at === -1 ? words : [...words.slice(0, at), ...words.slice(at + 2)];
  if (more.length > 0 || (profile !== undefined && !isPlain(profile))) return undefined;
  return { command: 'export', profile, format };
}

/** `[--profile PROFILE] get`, `store` or `erase` */
function plainHelper(words: readonly string[]): PlainLine | undefined {
  const named = words[0] === '--profile' && isPlain(words[1]);
  const [action, ...more] = named ? words.slice(2) : words;
  if (more.length > 0 || (action !== 'get' && action !== 'store' && action !== 'erase')) return undefined;
  return { command: 'credential-helper', profile: named ? words[1] : undefined, action };
}

/** Whether a word is an argument in any position. */
function isPlain(word: string | undefined): boolean {
  return word !== undefined && word !== '' && !word.startsWith('-');
}

import type { Host } from './ports/system.ts';

/**
 * Splits a `credential_process` line into program and arguments as botocore does (`compat_shell_split`): like
 * Python's `shlex.split`, on Windows like the C runtime. Undefined for a line that botocore refuses: one that ends
 * inside quotes or, except on Windows, after a backslash.
 */
export function splitCommand(line: string, os: Host['os']): readonly string[] | undefined {
  return os === 'win32' ? splitWindows(line) : splitPosix(line);
}

/**
 * Python's `shlex.split` in POSIX mode: single quotes keep every character; a backslash escapes `"` and itself in
 * double quotes, and any character outside of quotes. No comments, no expansion.
 */
function splitPosix(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote === '' && /[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '\\' && quote !== "'") {
      at += 1;
      if (at === line.length) return undefined;
      const escaped = line.charAt(at);
      const kept = quote === '"' && escaped !== '"' && escaped !== '\\';
      word = (word ?? '') + (kept ? `\\${escaped}` : escaped);
    } else if (character === quote) {
      quote = '';
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}

/**
 * The rules of Microsoft's C runtime ("Parsing C++ command-line arguments") as botocore implements them: space and tab
 * separate, double quotes quote, and a backslash escapes only before a double quote.
 */
function splitWindows(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  let backslashes = 0;
  for (const character of line) {
    if (character === '\\') {
      backslashes += 1;
      continue;
    }
    if (character === '"') {
      word = (word ?? '') + '\\'.repeat(Math.floor(backslashes / 2));
      if (backslashes % 2 === 1) word += '"';
      else quoted = !quoted;
      backslashes = 0;
      continue;
    }
    if (backslashes > 0) word = (word ?? '') + '\\'.repeat(backslashes);
    backslashes = 0;
    if (!quoted && (character === ' ' || character === '\t')) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quoted) return undefined;
  if (backslashes > 0) word = (word ?? '') + '\\'.repeat(backslashes);
  return word === undefined ? words : [...words, word];
}

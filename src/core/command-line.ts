// Words that need no quotes in any POSIX shell. Some shells expand `~` and `=` at the start of a word.
const PLAIN = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/** One word for a POSIX shell: unchanged if no shell gives its characters a meaning, else in single quotes. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command line to paste into a POSIX shell, which passes each word to the program byte for byte. */
export function commandLine(...words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/**
 * A ccvault command for a hint: `ccvaultCommand('git setup', { options: ['--profile', name] })`. `command` is not
 * quoted; options and operands may come from anywhere and are quoted. `--` precedes the operands if one of them
 * begins with `-`. Pass an option value that may begin with `-` in the same word: `--profile=-x`.
 */
export function ccvaultCommand(
  command: string,
  rest: { readonly options?: readonly string[]; readonly operands?: readonly string[] } = {},
): string {
  const { options = [], operands = [] } = rest;
  const guard = operands.some((operand) => operand.startsWith('-')) ? ['--'] : [];
  return `ccvault ${[command, commandLine(...options, ...guard, ...operands)].filter(Boolean).join(' ')}`;
}

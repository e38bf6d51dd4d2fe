// Words that need no quotes in any POSIX shell. `~` and `=` are special to some shells at the start of a word.
const PLAIN = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/** One word for a POSIX shell: as it is where no shell gives it a meaning, else in single quotes. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command line that can be pasted into a POSIX shell: each word reaches the program byte for byte. */
export function commandLine(...words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/**
 * A ccvault command for a hint: `ccvaultCommand('git setup', { options: ['--profile', name] })`. `command` is the words
 * of the program's own grammar; options and operands may come from anywhere and are quoted, and `--` stands before
 * operands of which one begins with `-`. A value that may begin with `-` is given with its option: `--profile=-x`.
 */
export function ccvaultCommand(
  command: string,
  rest: { readonly options?: readonly string[]; readonly operands?: readonly string[] } = {},
): string {
  const { options = [], operands = [] } = rest;
  const guard = operands.some((operand) => operand.startsWith('-')) ? ['--'] : [];
  return `ccvault ${[command, commandLine(...options, ...guard, ...operands)].filter(Boolean).join(' ')}`;
}

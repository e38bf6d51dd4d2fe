/**
 * How a program ended, as words that follow its name: `ended with code 127 (command not found)`. The two codes are what
 * every POSIX shell gives for a command that it cannot find or run.
 */
export function endedWith(exitCode: number): string {
  const reason = exitCode === 127 ? ' (command not found)' : exitCode === 126 ? ' (not executable)' : '';
  return `ended with code ${exitCode}${reason}`;
}

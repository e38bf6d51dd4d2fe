import type { Environment } from '../../core/ports/environment.ts';
import { cannotRun } from './find-program.ts';
import { findWindowsProgram } from './windows-program.ts';

const SIGNALS = ['SIGINT', 'SIGBREAK'] as const;

const wait = (): void => undefined;

/**
 * Runs a command to its end on Windows, which finds `.cmd` files and quotes for them through execa. Ctrl-C goes
 * to every process of the console, so ours is to wait. Resolves to the exit code; throws CliError as
 * `cannotRun` does.
 */
export async function runWindowsCommand(
  command: readonly [string, ...string[]],
  environment: Environment,
): Promise<number> {
  const { execa } = await import('execa');
  for (const signal of SIGNALS) {
    process.on(signal, wait);
  }
  try {
    const [file, ...arguments_] = command;
    const result = await execa(findWindowsProgram(file, environment), arguments_, {
      env: environment,
      extendEnv: false,
      reject: false,
      stdio: 'inherit',
      windowsHide: false,
    });
    if (result.code !== undefined) {
      throw cannotRun(file, result.code);
    }
    return result.exitCode ?? 1;
  } finally {
    for (const signal of SIGNALS) {
      process.off(signal, wait);
    }
  }
}

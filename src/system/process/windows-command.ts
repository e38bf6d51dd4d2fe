import type { Environment } from '../../core/ports/environment.ts';
import { windowsStart } from './batch-file.ts';
import { cannotRun } from './find-program.ts';
import { findWindowsProgram } from './windows-program.ts';

const SIGNALS = ['SIGINT', 'SIGBREAK'] as const;

const wait = (): void => undefined;

/**
 * Runs a command to its end on Windows. Ctrl-C reaches every process of the console, so this one ignores it and
 * waits. Resolves to the exit code. Throws CliError as `findWindowsProgram`, `windowsStart` and `cannotRun` do.
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
    const [name, ...words] = command;
    const { file, args, windowsVerbatimArguments } = windowsStart(
      findWindowsProgram(name, environment),
      words,
      environment,
    );
    const result = await execa(file, args, {
      windowsVerbatimArguments,
      env: environment,
      extendEnv: false,
      reject: false,
      stdio: 'inherit',
      windowsHide: false,
    });
    if (result.code !== undefined) {
      throw cannotRun(name, result.code);
    }
    return result.exitCode ?? 1;
  } finally {
    for (const signal of SIGNALS) {
      process.off(signal, wait);
    }
  }
}

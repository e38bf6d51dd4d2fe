import { withoutBlankVariables } from '../core/blank-variables.ts';
import type { Environment } from '../core/ports/environment.ts';
import type { ProgramResult } from '../core/ports/programs.ts';
import type { BaseSystem, Host } from '../core/ports/system.ts';
import { systemClock } from './clock.ts';
import { forbidCoreDumpsHere } from './core-dumps.ts';
import { createCrypto } from './crypto.ts';
import { createHost } from './host.ts';
import { openedLinuxLibc } from './libc.ts';
import { createProcessControl } from './process/process.ts';
import { createReadyAnswers } from './ready-answers.ts';
import { createOutput } from './terminal/output.ts';
import type { ProcessOutput } from './terminal/output.ts';
import { readStdin } from './terminal/stdin.ts';

export interface RealBase extends BaseSystem {
  readonly out: ProcessOutput;
}

/** The part of the system that every run needs; kept small, because a run with a ready answer loads nothing else. */
export function createBase(startedAs: () => Host['startedAs']): RealBase {
  const env: Environment = withoutBlankVariables(process.env);
  const out = createOutput(env);
  const host = createHost(env, startedAs);
  /** Logs under --debug that a program runs, its exit code and how long it took. */
  const narrated = async (name: string, result: Promise<ProgramResult>): Promise<ProgramResult> => {
    out.debug(() => `running ${name}`);
    const begun = systemClock.now();
    const ended = await result;
    out.debug(() => `${name}: exit code ${ended.exitCode} in ${systemClock.now() - begun} ms`);
    return ended;
  };
  let programs: ReturnType<typeof loadPrograms> | undefined;
  const load = (): ReturnType<typeof loadPrograms> => (programs ??= loadPrograms(host.os));
  return {
    env,
    host,
    clock: systemClock,
    out,
    process: createProcessControl(out),
    crypto: createCrypto(),
    readyAnswers() {
      const libc = openedLinuxLibc();
      return libc && createReadyAnswers(libc, env);
    },
    programs: {
      run: async (command, options) => narrated(command[0], (await load()).run(command, options)),
      // The line itself is not logged: it may contain a secret.
      runShell: async (line, options) => narrated('a shell command', (await load()).runShell(line, options)),
      runBriefly: async (command, environment) =>
        narrated(command.slice(0, 2).join(' '), (await load()).runBriefly(command, environment)),
      locate: async (name, environment) => (await load()).locate(name, environment),
    },
    readStdin(options) {
      void forbidCoreDumpsHere();
      return readStdin(options);
    },
  };
}

async function loadPrograms(os: Host['os']) {
  await forbidCoreDumpsHere();
  const [{ createPrograms }, { heedChildren }] = await Promise.all([
    import('./process/programs.ts'),
    import('./process/child-signals.ts'),
  ]);
  await heedChildren();
  return createPrograms(os);
}

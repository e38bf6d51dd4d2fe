import { join } from 'node:path';
import { CliError } from '../../src/core/errors.ts';
import type { Environment } from '../../src/core/ports/environment.ts';
import type { Terminal } from '../../src/core/ports/terminal.ts';
import type { AgeVaultSystem } from '../../src/system/keystore/age-vault.ts';
import { systemClock } from '../../src/system/clock.ts';
import { filesOf } from './files.ts';
import { createLocks } from '../../src/system/files/locks.ts';
import { createPrograms } from '../../src/system/process/programs.ts';

interface VaultSystemSetup {
  readonly env?: Environment;
  /** What the person types at each hidden question; without it there is no terminal. */
  readonly answers?: readonly string[];
  /** Gets each question and warning. */
  readonly transcript?: string[];
}

/** The file backend's system over a folder: all real but the person. */
export function createVaultSystem(vaultDirectory: string, setup: VaultSystemSetup): AgeVaultSystem {
  const env = setup.env ?? {};
  const transcript = setup.transcript ?? [];
  const out: AgeVaultSystem['out'] = {
    data() {},
    plain() {},
    info() {},
    warning: (message) => void transcript.push(message),
    error() {},
    hint() {},
    debug() {},
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    colours: () => false,
    isUnicode: true,
    columns: () => 80,
    progress() {},
    clearProgress() {},
  };
  return {
    env,
    out,
    files: filesOf(vaultDirectory),
    locks: createLocks({
      directory: join(vaultDirectory, 'locks'),
      command: 'ccvault',
      pid: process.pid,
      clock: systemClock,
      out,
    }),
    terminal: scriptedTerminal(setup.answers, transcript),
    programs: createPrograms('linux'),
    host: {
      os: 'linux',
      runtime: typeof Bun === 'undefined' ? 'node' : 'bun',
      pid: process.pid,
      userName: 'someone',
      homeDirectory: vaultDirectory,
      startedAs: [''],
      vaultDirectory,
    },
  };
}

function scriptedTerminal(answers: readonly string[] | undefined, transcript: string[]): Terminal {
  const left = [...(answers ?? [])];
  return {
    prompt: () => 'auto',
    unavailable: async () => (answers === undefined ? 'no terminal is available' : undefined),
    async askHidden(question) {
      transcript.push(question);
      const answer = left.shift();
      if (answer === undefined) throw new CliError('interrupted', 'interrupted');
      return answer;
    },
    ask: refuse,
    confirm: refuse,
    choose: refuse,
  };
}

function refuse(): never {
  throw new Error('not asked for here');
}

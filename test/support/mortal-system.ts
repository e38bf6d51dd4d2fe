// A system that can be killed at any of the calls that change something, for commands over real files, the stand-in
// and backends in memory.
import { join } from 'node:path';
import type { Environment } from '../../src/core/ports/environment.ts';
import type { Files } from '../../src/core/ports/files.ts';
import type { BackendName, KeyStore } from '../../src/core/ports/keystore.ts';
import type { System } from '../../src/core/ports/system.ts';
import type { Output, Terminal } from '../../src/core/ports/terminal.ts';
import { createLocks } from '../../src/system/files/locks.ts';
import { createBase } from '../../src/system/create-base.ts';
import { createSystem } from '../../src/system/create-system.ts';
import { systemClock } from '../../src/system/clock.ts';
import { filesOf } from './files.ts';
import { awsUnder } from './system-aws.ts';

/** What every call throws once the process is dead. */
class Killed extends Error {}

export interface Death {
  /** The number of the call, 0 being the first that would change something. */
  readonly at: number;
  readonly when: 'before' | 'after';
}

export interface MortalSetup {
  readonly home: string;
  readonly env: Environment;
  /** The items of each backend; they outlive the system. */
  readonly stores: Readonly<Partial<Record<BackendName, Map<string, string>>>>;
  readonly death?: Death | undefined;
  /** Answers to yes-or-no questions, in turn; without them there is no terminal. */
  readonly answers?: readonly boolean[];
}

export interface MortalSystem {
  readonly system: System;
  /** What was said on standard error, line by line. */
  readonly said: readonly string[];
  /** Whether death came; whatever was thrown then was heard by nobody. */
  died(): boolean;
}

export function createMortalSystem(setup: MortalSetup): MortalSystem {
  const vaultDirectory = join(setup.home, 'vault');
  const said: string[] = [];
  let changes = 0;
  let dead = false;

  const read = <T>(work: () => T): T => {
    if (dead) throw new Killed();
    return work();
  };
  const change = <T>(work: () => T): T => {
    if (dead) throw new Killed();
    const dies = setup.death?.at === changes;
    changes += 1;
    if (!dies) return work();
    if (setup.death?.when === 'after') work();
    dead = true;
    throw new Killed();
  };

  const say = (message: string): void => void (dead || said.push(message));
  const out: Output = {
    data: (text) => say(typeof text === 'string' ? text : new TextDecoder().decode(text)),
    info: say,
    plain: say,
    warning: (message) => say(`warning: ${message}`),
    error: (message) => say(`error: ${message}`),
    hint: (message) => say(`hint: ${message}`),
    debug() {},
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    colours: () => false,
    isUnicode: true,
    columns: () => 80,
    progress() {},
    clearProgress() {},
  };
  const calm = filesOf(vaultDirectory);
  const files: Files = {
    ...calm,
    read: (path) => read(() => calm.read(path)),
    readText: (path) => read(() => calm.readText(path)),
    replace: (path, bytes, options) => change(() => calm.replace(path, bytes, options)),
    remove: (path) => change(() => calm.remove(path)),
  };
  const keyStore = async (name: BackendName): Promise<KeyStore> => {
    const items = setup.stores[name];
    if (items === undefined) throw new Error(`no ${name} here`);
    return {
      name,
      read: async (item) => read(() => items.get(item)),
      list: async () => read(() => [...items.keys()].sort()),
      write: async (item, value) => change(() => void items.set(item, value)),
      remove: async (item) => change(() => items.delete(item)),
    };
  };
  const real = createSystem(createBase(() => ['/nowhere/ccvault']));
  const system: System = {
    ...real,
    env: setup.env,
    host: { ...real.host, homeDirectory: setup.home, vaultDirectory },
    out,
    files,
    terminal: answering(setup.answers, said),
    locks: createLocks({
      directory: join(vaultDirectory, 'locks'),
      command: 'ccvault',
      pid: process.pid,
      clock: systemClock,
      out,
    }),
    aws: awsUnder(setup.env),
    keyStore,
    keyringAnswers: async () => setup.stores.keyring !== undefined,
  };
  return { system, said, died: () => dead };
}

function answering(answers: readonly boolean[] | undefined, said: string[]): Terminal {
  const left = [...(answers ?? [])];
  const unasked = async (): Promise<string> => {
    throw new Error('not asked for here');
  };
  return {
    prompt: () => 'auto',
    unavailable: async () => (answers === undefined ? 'no terminal is available' : undefined),
    ask: unasked,
    askHidden: unasked,
    choose: unasked,
    async confirm(question) {
      said.push(`? ${question}`);
      return left.shift() ?? false;
    },
  };
}

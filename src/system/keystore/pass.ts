import { join } from 'node:path';
import { ccvaultCommand, commandLine } from '../../core/command-line.ts';
import { homeFor } from '../../core/home-directory.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import type { KeyStore, OpenOptions } from '../../core/ports/keystore.ts';
import { commandFailure } from '../../core/ports/programs.ts';
import type { ProgramOptions, ProgramResult } from '../../core/ports/programs.ts';
import type { System } from '../../core/ports/system.ts';
import { resolveProgram } from '../process/programs.ts';

type PassSystem = Pick<System, 'env' | 'host' | 'files' | 'programs'>;

const FOLDER = 'ccvault';
// The user may have to type the passphrase or PIN of the GPG key.
const LIMIT_MS = 120_000;

/**
 * The pass backend: items under `ccvault/` in the password store, through `pass`, or `gopass` if only that is
 * installed. Values are passed through pipes; GPG asks for its passphrase itself, for at most 2 minutes. Methods
 * throw CliError `keystore` with code `absent`, `denied` or `timeout`.
 */
export function openPass(system: PassSystem, options: OpenOptions = {}): KeyStore {
  const store = new PasswordStore(system, options);
  return {
    name: 'pass',
    async read(item) {
      if (!(await store.items()).includes(item)) return undefined;
      // `write` adds a line break to the value.
      return (await store.run('read', item)).replace(/\r?\n$/, '');
    },
    async write(item, value) {
      await store.run('write', item, `${value}\n`);
    },
    async remove(item) {
      if (!(await store.items()).includes(item)) return false;
      await store.run('remove', item);
      return true;
    },
    list: () => store.items(),
  };
}

const COMMANDS = {
  pass: { read: ['show'], write: ['insert', '--multiline', '--force'], remove: ['rm', '--force'] },
  gopass: {
    read: ['show', '--unsafe', '--noparsing'],
    write: ['insert', '--multiline', '--force'],
    remove: ['rm', '--force'],
  },
} as const;

type Program = keyof typeof COMMANDS;

class PasswordStore {
  readonly #system: PassSystem;
  readonly #holdsItems: boolean;
  #program: Promise<Program> | undefined;

  constructor(system: PassSystem, { holdsItems = false }: OpenOptions) {
    this.#system = system;
    this.#holdsItems = holdsItems;
  }

  /** The names of all items, sorted. Reads no secret. */
  async items(): Promise<readonly string[]> {
    const names = (await this.#find()) === 'pass' ? this.#listFolder() : await this.#listGopass();
    return names.map(decodeItem).sort();
  }

  /** Runs an action on an item and returns what the program prints; a secret is passed on its standard input. */
  async run(action: 'read' | 'write' | 'remove', item: string, input?: string): Promise<string> {
    const program = await this.#find();
    const name = `${FOLDER}/${encodeItem(item)}`;
    const argv = [...COMMANDS[program][action], name];
    const { exitCode, stdout } = await this.#run(program, argv, input === undefined ? {} : { input });
    if (exitCode === 0) return stdout;
    throw new CliError('keystore', `${program} could not ${action} ${name} (exit code ${exitCode})`, {
      code: 'denied',
      // The command may succeed this time, and must not show the secret then.
      hints: [`see why with: ${commandLine(program, 'show', name)} > /dev/null`],
    });
  }

  #find(): Promise<Program> {
    this.#program ??= this.#choose();
    return this.#program;
  }

  async #choose(): Promise<Program> {
    if (this.#isInstalled('pass')) {
      this.#requireStore();
      return 'pass';
    }
    if (this.#isInstalled('gopass')) {
      await this.#requireRightGopass();
      return 'gopass';
    }
    const install = 'install pass (https://www.passwordstore.org)';
    throw new CliError('keystore', 'neither pass nor gopass is installed', {
      code: 'absent',
      hints: [
        this.#holdsItems
          ? `${install}: the keys are in its store`
          : `${install}, or use another backend: ${ccvaultCommand('', { options: ['--backend', 'file'] })} ...`,
      ],
    });
  }

  /**
   * Debian's package `gopass` (github.com/aviau/gopass) is another program, which supports neither this option nor
   * the others.
   */
  async #requireRightGopass(): Promise<void> {
    const { exitCode, stdout } = await this.#run('gopass', ['--version'], { stderr: 'ignore' });
    if (exitCode === 0 && /^gopass v?\d/.test(stdout)) return;
    throw new CliError(
      'keystore',
      'the installed gopass is another program of the same name, as packaged by Debian',
      {
        code: 'absent',
        hints: ['install pass (https://www.passwordstore.org) or the gopass of https://www.gopass.pw'],
      },
    );
  }

  #isInstalled(program: Program): boolean {
    try {
      resolveProgram(program, this.#system.env, this.#system.host.os);
      return true;
    } catch (error) {
      if (isCliError(error) && error.code === 'not-found') return false;
      throw error;
    }
  }

  get #directory(): string {
    const { PASSWORD_STORE_DIR: directory } = this.#system.env;
    if (directory !== undefined && directory !== '') return directory;
    return join(homeFor('the password store', this.#system.host), '.password-store');
  }

  /** Throws if there is no password store, which must not be mistaken for an empty one. */
  #requireStore(): void {
    const marks = [join(this.#directory, '.gpg-id'), join(this.#directory, FOLDER, '.gpg-id')];
    if (marks.some((path) => this.#system.files.stat(path) !== undefined)) return;
    throw new CliError('keystore', `there is no password store at ${this.#directory}`, {
      code: 'absent',
      hints: [
        this.#holdsItems
          ? 'the keys are in a password store: set PASSWORD_STORE_DIR to its folder, or restore it from a backup'
          : 'create one with: pass init GPG-ID',
      ],
    });
  }

  #listFolder(): readonly string[] {
    const names = this.#system.files.list(join(this.#directory, FOLDER));
    return names.filter((name) => name.endsWith('.gpg')).map((name) => name.slice(0, -'.gpg'.length));
  }

  async #listGopass(): Promise<readonly string[]> {
    const { exitCode, stdout } = await this.#run('gopass', ['ls', '--flat']);
    if (exitCode !== 0) {
      throw new CliError('keystore', `gopass could not list its store (exit code ${exitCode})`, {
        code: 'absent',
        hints: ['see why with: gopass ls'],
      });
    }
    const lines = stdout.split(/\r?\n/).filter((line) => line.startsWith(`${FOLDER}/`));
    return lines.map((line) => line.slice(FOLDER.length + 1));
  }

  async #run(
    program: Program,
    argv: readonly string[],
    more: Pick<ProgramOptions, 'input' | 'stderr'> = {},
  ): Promise<ProgramResult> {
    const running = this.#system.programs.run([program, ...argv], {
      environment: this.#system.env,
      timeoutMilliseconds: LIMIT_MS,
      // GPG finds the terminal for its passphrase prompt through standard input.
      ...(more.input === undefined ? { terminalInput: true } : {}),
      ...more,
    });
    return running.catch((error: unknown) => {
      const hint = `see why with: ${commandLine(program, 'ls')}`;
      throw commandFailure(error, 'the password store', { kind: 'keystore', hint });
    });
  }
}

/** An item's name as a file name: each byte of its UTF-8 form that is not plainly safe becomes `%XX`. */
export function encodeItem(item: string): string {
  const bytes = [...Buffer.from(item)].map((byte, index) => {
    const character = String.fromCodePoint(byte);
    const isSafe = /[A-Za-z0-9_@-]/.test(character) || (character === '.' && index > 0);
    // A `-` makes an option, and a `.` a hidden file, only as the first character.
    if (isSafe && !(index === 0 && character === '-')) return character;
    return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return bytes.join('');
}

/** The reverse of `encodeItem`; a name that it cannot have returned stays as it is. */
export function decodeItem(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

import { join } from 'node:path';
import { commandLine } from '../../core/command-line.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import type { KeyStore, ProgramOptions, ProgramResult, System } from '../../core/ports/system.ts';
import { resolveProgram } from '../process/programs.ts';

type PassSystem = Pick<System, 'env' | 'host' | 'files' | 'programs'>;

const FOLDER = 'ccvault';
// A person may have to type the PIN of their key.
const LIMIT_MS = 120_000;

/**
 * The pass backend: items under `ccvault/` in the password store, through `pass`, or `gopass` where only that is
 * installed. Values go in and out by pipes; GPG asks for its PIN itself.
 */
export function openPass(system: PassSystem): KeyStore {
  const store = new PasswordStore(system);
  return {
    name: 'pass',
    async read(item) {
      if (!(await store.items()).includes(item)) return undefined;
      // What was stored, and the end of the line that `write` gave it.
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
  #program: Program | undefined;

  constructor(system: PassSystem) {
    this.#system = system;
  }

  /** The names of all items, sorted. Reads no secret. */
  async items(): Promise<readonly string[]> {
    const names = this.#find() === 'pass' ? this.#listFolder() : await this.#listGopass();
    return names.map(decodeItem).sort();
  }

  /** What the program printed; a secret goes in through its stdin. */
  async run(action: 'read' | 'write' | 'remove', item: string, input?: string): Promise<string> {
    const program = this.#find();
    const name = `${FOLDER}/${encodeItem(item)}`;
    const { exitCode, stdout } = await this.#run(program, [...COMMANDS[program][action], name], input);
    if (exitCode === 0) return stdout;
    throw new CliError('keystore', `${program} could not ${action} ${name} (exit code ${exitCode})`, {
      code: 'denied',
      hints: [`see why with: ${commandLine(program, 'show', name)}`],
    });
  }

  #find(): Program {
    if (this.#program !== undefined) return this.#program;
    for (const program of ['pass', 'gopass'] as const) {
      if (!this.#isInstalled(program)) continue;
      if (program === 'pass') this.#requireStore();
      this.#program = program;
      return program;
    }
    throw new CliError('keystore', 'neither pass nor gopass is installed', {
      code: 'absent',
      hints: [
        'install pass (https://www.passwordstore.org), or use another backend: ccvault --backend file ...',
      ],
    });
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
    return join(this.#system.host.homeDirectory, '.password-store');
  }

  /** A store that is not there must not be taken for an empty one. */
  #requireStore(): void {
    const marks = [join(this.#directory, '.gpg-id'), join(this.#directory, FOLDER, '.gpg-id')];
    if (marks.some((path) => this.#system.files.stat(path) !== undefined)) return;
    throw new CliError('keystore', `there is no password store at ${this.#directory}`, {
      code: 'absent',
      hints: ['make one with: pass init GPG-ID'],
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

  async #run(program: Program, argv: readonly string[], input?: string): Promise<ProgramResult> {
    const options: ProgramOptions = { environment: this.#system.env, timeoutMilliseconds: LIMIT_MS };
    // GPG finds the terminal for its PIN dialog through stdin.
    const stdin = input === undefined ? { terminalInput: true } : { input };
    return await this.#system.programs.run([program, ...argv], { ...options, ...stdin });
  }
}

/** An item's name as one file name: whatever is not plainly safe becomes `%XX` of its UTF-8 bytes. */
export function encodeItem(item: string): string {
  const bytes = [...Buffer.from(item)].map((byte, index) => {
    const character = String.fromCodePoint(byte);
    const isSafe = /[A-Za-z0-9_@-]/.test(character) || (character === '.' && index > 0);
    // An option or a hidden file is made by the first character alone.
    if (isSafe && !(index === 0 && character === '-')) return character;
    return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return bytes.join('');
}

/** The item's name that `encodeItem` made this of; a name that someone else gave stays as it is. */
export function decodeItem(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

import { CliError, isCliError } from '../core/errors.ts';
import type { System } from '../core/ports/system.ts';
import type { Output } from '../core/ports/terminal.ts';
import type { PromptName } from '../core/prompts.ts';
import type { CommandName } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { loaders } from './loaders.ts';
import type { Handler } from './loaders.ts';
import { parse } from '../spec/parse.ts';
import type { Invocation } from '../spec/parse.ts';
import { walk } from '../spec/walk.ts';
import { renderError } from './render.ts';
import { refuseUncheckedTls } from './unchecked-tls.ts';

// As env(1), nohup(1) and docker(1) exit, so that a script can tell these from the command's own codes.
const EXEC_FAILED = 125;
const EXEC_CODES: Readonly<Record<string, number>> = {
  'command-not-executable': 126,
  'command-not-found': 127,
};

/** The system, with the switches that only the command line sets. */
export type ProgramSystem = System & {
  readonly out: { enableDebug(): void };
  readonly terminal: { askBy(prompt: PromptName): void };
};

/** What `--version --verbose` prints about the running program. */
export interface Build {
  readonly version: string;
  readonly kind: 'standalone' | 'npm';
  /** `linux-x64`. */
  readonly platform: string;
  /** `Bun 1.4.5`. */
  readonly runtime: string;
  readonly commit: string | undefined;
}

/** Runs one command line and returns the exit code. Reports every error itself. */
export async function runProgram(
  argv: readonly string[],
  build: Build,
  system: ProgramSystem,
): Promise<number> {
  let debug = false;
  try {
    const parsed = parse(argv);
    switch (parsed.kind) {
      case 'version':
        system.out.data(versionText(build, parsed.verbose));
        return 0;
      case 'help': {
        const { help } = await import('./help.ts');
        system.out.data(help(parsed.topic, system.out.columns('stdout')));
        return 0;
      }
      case 'nothing': {
        const { shortHelp } = await import('./help.ts');
        const text = shortHelp(parsed.topic, system.out.columns('stderr'));
        for (const line of text.trimEnd().split('\n')) system.out.plain(line);
        return 2;
      }
      case 'command': {
        debug = parsed.globals.debug;
        if (debug) system.out.enableDebug();
        if (parsed.globals.prompt !== undefined) system.terminal.askBy(parsed.globals.prompt);
        // `doctor` reports this as a finding, and then calls nothing.
        if (parsed.command !== 'doctor') refuseUncheckedTls(system.env);
        return await runCommand(parsed, system);
      }
    }
  } catch (error) {
    return endFailed(argv, error, system, { debug });
  }
}

/**
 * Reports what ended the program before its command returned: by default, that nothing is left to wait for. Returns the
 * exit code, which is never 0.
 */
export function endUnfinished(
  argv: readonly string[],
  system: Pick<System, 'out'>,
  error: unknown = new Error('the program ended before its work was done'),
): number {
  // Without --debug, `out` does not print the stack.
  return endFailed(argv, error, system, { debug: true }) || 1;
}

/** Prints an error and returns the exit code, by the command's own convention where it has one. */
export function endFailed(
  argv: readonly string[],
  error: unknown,
  { out }: Pick<System, 'out'>,
  options: { readonly debug: boolean },
): number {
  const code = renderError(error, out, options);
  const { command } = walk(argv);
  if (command === 'exec') return execCode(error, code);
  // For example a wrong option in the helper line of git's configuration. Tells git to stop, as for any other failure.
  if (command === 'credential-helper' && argv.at(-1) === 'get') return saysQuit(out) ? 0 : code;
  return code;
}

function versionText({ version, kind, platform, runtime, commit }: Build, verbose: boolean): string {
  const first = `ccvault ${version}\n`;
  if (!verbose) return first;
  return `${first}build: ${kind}, ${platform}\nruntime: ${runtime}\ncommit: ${commit ?? 'not recorded'}\n`;
}

function saysQuit(out: Pick<Output, 'data'>): boolean {
  try {
    out.data('quit=1\n');
    return true;
  } catch {
    // Nobody reads standard output any more.
    return false;
  }
}

/** Runs the program as `git-remote-codecommit`, which has its own arguments and no options. */
export async function runRemoteHelper(argv: readonly string[], system: System): Promise<number> {
  try {
    refuseUncheckedTls(system.env);
    const { runRemote } = await import('../commands/remote-codecommit.ts');
    return await runRemote(argv, system);
  } catch (error) {
    return renderError(error, system.out, { debug: false });
  }
}

async function runCommand(invocation: Invocation, system: System): Promise<number> {
  const load = (loaders as Readonly<Record<string, (() => Promise<{ readonly run: unknown }>) | undefined>>)[
    invocation.command
  ];
  if (load === undefined) {
    throw new CliError('usage', `${invocation.command} is not part of this build`, {
      hints: ['see ccvault --help'],
    });
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table ties each name to its handler's input
  const run = (await load()).run as (
    input: unknown,
    system: System,
    globals: Globals,
  ) => ReturnType<Handler<CommandName>>;
  return run(invocation.input, system, invocation.globals);
}

function execCode(error: unknown, code: number): number {
  if (!isCliError(error)) return EXEC_FAILED;
  if (error.kind === 'interrupted') return code;
  return EXEC_CODES[error.code ?? ''] ?? EXEC_FAILED;
}

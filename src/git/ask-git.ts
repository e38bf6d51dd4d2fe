import { CliError } from '../core/errors.ts';
import type { Environment } from '../core/ports/environment.ts';
import type { Programs } from '../core/ports/programs.ts';
import type { Terminal } from '../core/ports/terminal.ts';
import { WINDOWS } from '../core/prompts.ts';

type Git = Pick<Programs, 'runBriefly'>;

/**
 * A setting of git for a URL, the most fitting section first (git-config(1), `--get-urlmatch`), as the repository git
 * works in sees it, or of one scope alone; undefined when it is not set or git cannot be asked.
 */
export async function gitSettingFor(
  url: string,
  key: string,
  programs: Git,
  environment: Environment,
  scope: readonly '--global'[] = [],
): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await programs.runBriefly(
      ['git', 'config', ...scope, '--null', '--get-urlmatch', key, url],
      environment,
    );
    return exitCode === 0 ? stdout.replace(/\0$/, '') : undefined;
  } catch {
    return undefined;
  }
}

// What git reads as false (git_parse_maybe_bool), and as what Git Credential Manager reads credential.interactive.
const OFF: ReadonlySet<string> = new Set(['false', 'no', 'off', '0', 'never']);

/** Whether git sends its helpers the path of URLs of this host. */
export async function sendsPath(host: string, programs: Git, environment: Environment): Promise<boolean> {
  const value = await gitSettingFor(`https://${host}/`, 'credential.useHttpPath', programs, environment);
  return value !== undefined && value !== '' && !OFF.has(value.toLowerCase());
}

/** The terminal as far as the git that wants a credential for this URL lets its helpers ask on it. */
export function terminalForGit(
  terminal: Terminal,
  url: string,
  programs: Git,
  environment: Environment,
): Terminal {
  let refusal: Promise<string | undefined> | undefined;
  const unavailable = async (): Promise<string | undefined> =>
    (await (refusal ??= promptRefusal(terminal, url, programs, environment))) ?? terminal.unavailable();
  const unlessRefused = async <T>(prompt: () => Promise<T>): Promise<T> => {
    const why = await unavailable();
    if (why === undefined) return prompt();
    throw new CliError('failure', `input is required, but ${why}`, { code: 'prompt-impossible' });
  };
  return {
    prompt: () => terminal.prompt(),
    unavailable,
    ask: (question) => unlessRefused(() => terminal.ask(question)),
    askHidden: (question) => unlessRefused(() => terminal.askHidden(question)),
    confirm: (question) => unlessRefused(() => terminal.confirm(question)),
    choose: (question, choices, columns) => unlessRefused(() => terminal.choose(question, choices, columns)),
  };
}

/**
 * Why git allows no prompt for a credential of this URL; undefined if it allows one.
 * GIT_TERMINAL_PROMPT is git's own switch, `credential.interactive` is set by git for its background maintenance
 * (git 2.47) and by people for build machines. A window that was asked for by name is no prompt on git's terminal.
 */
async function promptRefusal(
  terminal: Terminal,
  url: string,
  programs: Git,
  environment: Environment,
): Promise<string | undefined> {
  const switched = environment['GIT_TERMINAL_PROMPT'];
  const off = switched !== undefined && (switched === '' || OFF.has(switched.toLowerCase()));
  if (off && !WINDOWS.has(terminal.prompt())) {
    return `prompts are disabled (GIT_TERMINAL_PROMPT=${switched})`;
  }
  const interactive = await gitSettingFor(url, 'credential.interactive', programs, environment);
  return interactive !== undefined && OFF.has(interactive.toLowerCase())
    ? `prompts are disabled (credential.interactive=${interactive})`
    : undefined;
}

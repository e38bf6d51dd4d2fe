import { CliError } from '../core/errors.ts';
import type { Environment } from '../core/ports/environment.ts';
import type { Programs } from '../core/ports/programs.ts';
import type { Terminal } from '../core/ports/terminal.ts';
import { WINDOWS } from '../core/prompts.ts';

type Git = Pick<Programs, 'runBriefly'>;

/**
 * A git setting for a URL, from the section that matches it best (git-config(1), `--get-urlmatch`), in the current
 * repository or in one scope alone; undefined when it is not set or git cannot run.
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

// What git reads as false (git_parse_maybe_bool), and what Git Credential Manager reads as off in
// credential.interactive.
const OFF: ReadonlySet<string> = new Set(['false', 'no', 'off', '0', 'never']);

/** Whether git sends its helpers the path of a URL on this host. */
export async function sendsPath(host: string, programs: Git, environment: Environment): Promise<boolean> {
  const value = await gitSettingFor(`https://${host}/`, 'credential.useHttpPath', programs, environment);
  return value !== undefined && value !== '' && !OFF.has(value.toLowerCase());
}

/** The terminal, without prompts where git forbids its helpers to prompt for a credential of this URL. */
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
 * Why git allows no prompt for a credential of this URL; undefined if it allows one. GIT_TERMINAL_PROMPT is git's own
 * switch; git sets `credential.interactive` for its background maintenance (git 2.47), and users set it on build
 * machines. A window that was chosen by name is not a prompt on git's terminal, so that GIT_TERMINAL_PROMPT does not
 * forbid it.
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

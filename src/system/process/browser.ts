import { spawn } from 'node:child_process';
import { inheritedEnvironment } from '../../core/child-env.ts';
import { isCliError } from '../../core/errors.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { Host } from '../../core/ports/system.ts';
import { heedChildren } from './child-signals.ts';
import { resolveProgram } from './programs.ts';

type Command = readonly [string, ...string[]];

/** How long an opener may take to fail; one that still runs after that is the browser itself. */
const VERDICT_MS = 1500;

/**
 * Opens an http or https URL in the user's browser and does not wait for the browser to end. Returns false where none
 * starts, and for any other URL. `BROWSER` is parsed as by Debian's sensible-browser and Python: commands separated
 * by `:` (`;` on Windows), tried in order, with `%s` for the URL. `commands`, where given, replace `BROWSER` and the
 * defaults.
 */
export async function openBrowser(
  url: string,
  env: Environment,
  os: Host['os'],
  commands?: readonly Command[],
): Promise<boolean> {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return false;
  await heedChildren();
  for (const [name, ...args] of commands ?? browserCommands(url, env, os)) {
    if (await start(name, args, env, os)) return true;
  }
  return false;
}

/** The commands to try, in order. None goes through a shell: `cmd /c start` would cut a URL at `&`. */
export function browserCommands(url: string, env: Environment, os: Host['os']): readonly Command[] {
  const chosen = (env['BROWSER'] ?? '').split(os === 'win32' ? ';' : ':').flatMap((entry): Command[] => {
    const [name, ...args] = entry.trim().split(/\s+/);
    if (!name) return [];
    const filled = args.map((arg) => arg.replaceAll('%s', url));
    return [[name, ...filled, ...(entry.includes('%s') ? [] : [url])]];
  });
  if (os === 'darwin') return [...chosen, ['open', url]];
  if (os === 'win32') return [...chosen, ['rundll32.exe', 'url.dll,FileProtocolHandler', url]];
  return [...chosen, ['xdg-open', url], ['wslview', url]];
}

async function start(
  name: string,
  args: readonly string[],
  env: Environment,
  os: Host['os'],
): Promise<boolean> {
  let file: string;
  try {
    file = resolveProgram(name, env, os);
  } catch (error) {
    if (isCliError(error)) return false;
    throw error;
  }
  // The environment of a browser, which may run for days, holds no credentials and no passphrase.
  const child = spawn(file, [...args], { env: inheritedEnvironment(env), stdio: 'ignore', detached: true });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), VERDICT_MS);
  child.once('error', () => resolve(false));
  child.once('exit', (code) => resolve(code === 0));
  const opened = await promise;
  clearTimeout(timer);
  child.unref();
  return opened;
}

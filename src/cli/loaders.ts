import { run as credentialHelper } from '../commands/credential-helper.ts';
import { run as exec } from '../commands/exec.ts';
import { run as exportCredentials } from '../commands/export.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput, CommandName } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';

/** What every command's file exports as `run`: carries the command out and resolves to the exit code. */
export type Handler<Name extends CommandName> = (
  input: CommandInput<Name>,
  system: System,
  globals: Globals,
) => Promise<number>;

type Loaders = { readonly [Name in CommandName]?: () => Promise<{ readonly run: Handler<Name> }> };

/**
 * The code of each command, loaded when the command is called. The commands that are called all day are part of this
 * file: loading another one would take as long as the work that they do.
 */
export const loaders = {
  add: () => import('../commands/add.ts'),
  list: () => import('../commands/list.ts'),
  remove: () => import('../commands/remove.ts'),
  import: () => import('../commands/import.ts'),
  sdk: () => import('../commands/sdk.ts'),
  rotate: () => import('../commands/rotate.ts'),
  passphrase: () => import('../commands/passphrase.ts'),
  exec: async () => ({ run: exec }),
  export: async () => ({ run: exportCredentials }),
  login: () => import('../commands/login.ts'),
  serve: () => import('../commands/serve.ts'),
  whoami: () => import('../commands/whoami.ts'),
  status: () => import('../commands/status.ts'),
  'shell-init': () => import('../commands/shell-init.ts'),
  ccuse: () => import('../commands/ccuse.ts'),
  explain: () => import('../commands/explain.ts'),
  doctor: () => import('../commands/doctor.ts'),
  refresh: () => import('../commands/refresh.ts'),
  clear: () => import('../commands/clear.ts'),
  lock: () => import('../commands/lock.ts'),
  'sso add': () => import('../commands/sso/add.ts'),
  'sso login': () => import('../commands/sso/login.ts'),
  'sso list': () => import('../commands/sso/list.ts'),
  'sso populate': () => import('../commands/sso/populate.ts'),
  'sso logout': () => import('../commands/sso/logout.ts'),
  'git clone': () => import('../commands/git/clone.ts'),
  'git setup': () => import('../commands/git/setup.ts'),
  'git unset': () => import('../commands/git/unset.ts'),
  'git url': () => import('../commands/git/url.ts'),
  'credential-helper': async () => ({ run: credentialHelper }),
  completion: () => import('./completion/script.ts'),
  __complete: () => import('./completion/complete.ts'),
} as const satisfies Loaders;

import type { CommandSpec, Input } from './command.ts';
import { credentialHelper, gitClone, gitSetup, gitUnset, gitUrl } from './git.ts';
import { add, importKeys, list, remove, rotate, sdk } from './keys.ts';
import { complete, completion, doctor } from './other.ts';
import { ccuse, shellInit, status } from './shell.ts';
import { ssoAdd, ssoList, ssoLogin, ssoLogout, ssoPopulate } from './sso.ts';
import { clear, lock, passphrase, refresh } from './sessions.ts';
import { exec, explain, exportCredentials, login, serve, whoami } from './use.ts';

/** Every command under the words that call it, in the order of the help. */
export const commands = {
  add,
  list,
  remove,
  rotate,
  import: importKeys,
  sdk,
  passphrase,
  exec,
  export: exportCredentials,
  login,
  whoami,
  explain,
  serve,
  status,
  'shell-init': shellInit,
  ccuse,
  refresh,
  clear,
  lock,
  'sso add': ssoAdd,
  'sso login': ssoLogin,
  'sso list': ssoList,
  'sso populate': ssoPopulate,
  'sso logout': ssoLogout,
  'git clone': gitClone,
  'git setup': gitSetup,
  'git unset': gitUnset,
  'git url': gitUrl,
  'credential-helper': credentialHelper,
  doctor,
  completion,
  __complete: complete,
} as const satisfies Readonly<Record<string, CommandSpec>>;

export type Commands = typeof commands;
export type CommandName = keyof Commands;

/** First words that group several commands. */
export const groups = {
  sso: {
    summary: 'Sign in to IAM Identity Center and use its accounts',
    description:
      'Signs in to IAM Identity Center, lists the accounts and roles that you may use, and writes profiles for them.',
  },
  git: {
    summary: 'Use CodeCommit repositories with git',
    description: 'Clones CodeCommit repositories, and makes git get credentials for them from ccvault.',
  },
} as const;

export type GroupName = keyof typeof groups;

/** What the handler of the command `Name` gets. */
export type CommandInput<Name extends CommandName> = Input<Commands[Name]>;

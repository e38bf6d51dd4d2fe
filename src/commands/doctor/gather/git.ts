import { gitSettingFor, sendsPath } from '../../../git/ask-git.ts';
import { HOST_PATTERNS } from '../../../git/config-section.ts';
import { exactHost } from '../../../git/hosts.ts';
import type { System } from '../../../core/ports/system.ts';
import { isOurHelper } from '../checks/git.ts';
import type { GitFacts, GitForm, GitSetting } from '../facts.ts';
import { tried } from './fault.ts';

type Asking = Pick<System, 'env' | 'files' | 'host' | 'programs'>;

/** What git reports about itself, its settings and the current repository; undefined where there is no git. */
export async function gatherGit(system: Asking): Promise<GitFacts | undefined> {
  const git = async (...words: readonly string[]): Promise<string> => {
    const { exitCode, stdout } = await system.programs.runBriefly(['git', ...words], system.env);
    return exitCode === 0 ? stdout : '';
  };
  const { value: version } = await tried(() => git('--version'));
  if (version === undefined) return undefined;
  const [listed, remotes, sslVerify, top] = await Promise.all([
    git('config', '--null', '--show-origin', '--get-regexp', String.raw`^credential\.(.*\.)?helper$`),
    git('config', '--null', '--get-regexp', String.raw`^remote\..*\.url$`),
    git('config', '--type=bool', '--get', 'http.sslVerify'),
    git('rev-parse', '--show-toplevel'),
  ]);
  const forms = await Promise.all(HOST_PATTERNS.map((pattern) => form(pattern, system)));
  return {
    version: version.trim(),
    settings: readSettings(listed),
    forms,
    missingPrograms: missingPrograms(forms, system),
    verifiesTls: sslVerify.trim() !== 'false',
    remotes: codecommitRemotes(remotes),
    bareSubmodules: top === '' ? [] : await bareSubmodules(top.replace(/\r?\n$/, ''), system),
    storedPasswords: storedPasswords(system),
  };
}

/** Reads git's list, `ORIGIN NUL KEY LF VALUE NUL` for each setting. */
function readSettings(output: string): readonly GitSetting[] {
  const fields = output.split('\0');
  const settings: GitSetting[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [key = '', ...values] = (fields[index + 1] ?? '').split('\n');
    settings.push({ key, value: values.join('\n'), origin: fields[index] ?? '' });
  }
  return settings;
}

async function form(pattern: string, { programs, env }: Asking): Promise<GitForm> {
  const url = exampleOf(pattern);
  return {
    pattern,
    helper: await gitSettingFor(url, 'credential.helper', programs, env),
    sendsPath: await sendsPath(url.slice('https://'.length, -1), programs, env),
  };
}

/** The URL of a host that a pattern of the set-up matches. */
function exampleOf(pattern: string): string {
  const region = pattern.endsWith('.cn') ? 'cn-north-1' : 'us-east-1';
  return `${pattern.replace('//*.', '//vpce-0a1b2c3d4e5f-example.').replace('*', region)}/`;
}

/** The absolute paths in the helper lines that `git setup` wrote, where nothing exists. */
function missingPrograms(forms: readonly GitForm[], { files }: Asking): readonly string[] {
  const named = forms.flatMap(({ helper }) =>
    isOurHelper(helper) ? [...(helper ?? '').matchAll(/'([/\\][^']*)'/g)].map(([, path = '']) => path) : [],
  );
  return [...new Set(named)].filter((path) => files.stat(path) === undefined);
}

function codecommitRemotes(output: string): GitFacts['remotes'] {
  return output.split('\0').flatMap((field) => {
    const [key = '', url = ''] = field.split('\n');
    const host = /^https:\/\/(?:[^/?#]*@)?([^/?#@]+)\//i.exec(url)?.[1] ?? '';
    const name = /^remote\.(.*)\.url$/.exec(key)?.[1];
    return name === undefined || exactHost(host) === undefined ? [] : [{ name, url }];
  });
}

/** The submodules that are checked out and have a CodeCommit remote for which git does not ask ccvault in them. */
async function bareSubmodules(top: string, { programs, env, files }: Asking): Promise<readonly string[]> {
  if (files.stat(`${top}/.gitmodules`) === undefined) return [];
  const { exitCode, stdout } = await programs.runBriefly(
    [
      'git',
      'config',
      '--file',
      `${top}/.gitmodules`,
      '--null',
      '--get-regexp',
      String.raw`^submodule\..*\.path$`,
    ],
    env,
  );
  const paths = exitCode === 0 ? stdout.split('\0').map((field) => field.slice(field.indexOf('\n') + 1)) : [];
  const bare: string[] = [];
  for (const path of paths.filter((one) => one !== '')) {
    const folder = `${top}/${path}`;
    // Without it, git would read the enclosing repository.
    if (files.stat(`${folder}/.git`) === undefined) continue;
    const inside = (...words: readonly string[]) => programs.runBriefly(['git', '-C', folder, ...words], env);
    const remotes = await inside('config', '--null', '--get-regexp', String.raw`^remote\..*\.url$`);
    const [remote] = codecommitRemotes(remotes.stdout);
    if (remote === undefined) continue;
    const helper = await inside('config', '--null', '--get-urlmatch', 'credential.helper', remote.url);
    if (!isOurHelper(helper.stdout.replace(/\0$/, ''))) bare.push(path);
  }
  return bare;
}

/** The CodeCommit hosts in the files of `git credential-store`; the passwords themselves are ignored. */
function storedPasswords({ env, files, host }: Asking): GitFacts['storedPasswords'] {
  const home = host.homeDirectory;
  if (home === undefined) return [];
  const places = [
    `${home}/.git-credentials`,
    `${env['XDG_CONFIG_HOME'] ?? `${home}/.config`}/git/credentials`,
  ];
  return places.flatMap((path) => {
    const hosts = (files.readText(path) ?? '').split('\n').flatMap((line) => {
      const found = exactHost(/^https:\/\/[^@]*@([^/?#]+)/.exec(line)?.[1] ?? '');
      return found === undefined ? [] : [found];
    });
    return [...new Set(hosts)].map((one) => ({ path, host: one }));
  });
}

import { exactHost } from './hosts.ts';

/** What `git config --get-regexp` is asked for to know a repository's remotes. */
export const REMOTE_URLS = String.raw`^remote\..*\.(push)?url$`;

/** The CodeCommit hosts among them, each once, from the lines `KEY LF VALUE NUL` that git prints. */
export function codecommitHosts(output: string): readonly string[] {
  const hosts = output.split('\0').map((field) => {
    const url = field.slice(field.indexOf('\n') + 1);
    return exactHost(/^https:\/\/(?:[^/?#]*@)?([^/?#@]+)\//i.exec(url)?.[1] ?? '');
  });
  return [...new Set(hosts.filter((host) => host !== undefined))].sort();
}

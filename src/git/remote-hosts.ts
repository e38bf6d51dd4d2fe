import { exactHost } from './hosts.ts';

/** The pattern by which `git config --get-regexp` lists the URLs of a repository's remotes. */
export const REMOTE_URLS = String.raw`^remote\..*\.(push)?url$`;

/** The CodeCommit hosts in that list, `KEY LF VALUE NUL` for each setting: each host once, sorted. */
export function codecommitHosts(output: string): readonly string[] {
  const hosts = output.split('\0').map((field) => {
    const url = field.slice(field.indexOf('\n') + 1);
    return exactHost(/^https:\/\/(?:[^/?#]*@)?([^/?#@]+)\//i.exec(url)?.[1] ?? '');
  });
  return [...new Set(hosts.filter((host) => host !== undefined))].sort();
}

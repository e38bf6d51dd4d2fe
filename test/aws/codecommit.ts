// CodeCommit over https: real bare repositories behind `git http-backend`, with CodeCommit's passwords in front.

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyGitPassword } from './codecommit-password.ts';
import { gitHttpBackend, initRepository } from './codecommit-repository.ts';
import { createLfs, type Lfs } from './codecommit-lfs.ts';
import type { Caller, Repository } from './entities.ts';
import { AwsError, type AwsRequest, type Context, type Reply, type Route } from './exchange.ts';
import { endpointOf, type Endpoint } from './hosts.ts';
import { authorize } from './permissions.ts';

export type CodeCommit = {
  readonly route: Route;
  /** The bare repository on disk, made when it is first asked for. */
  pathOf(repository: Repository): string;
  /** Removes the repositories from disk. */
  stop(): void;
};

type Target = {
  /** `v1/repos/NAME`, as it stands in the URL. */
  readonly repositoryPath: string;
  readonly name: string;
  /** `/info/refs` and the like. */
  readonly rest: string;
  readonly query: string;
};

/** Serves git for every host form of CodeCommit; a repository belongs to the account of whoever asks for it. */
export function createCodeCommit(): CodeCommit {
  const lfs = createLfs();
  const made = new Set<Repository>();
  const root = join(tmpdir(), `codecommit-${randomBytes(8).toString('hex')}`);

  function pathOf(repository: Repository): string {
    const { account, region, name, files } = repository;
    const path = join(root, account.id, region, name);
    if (!made.has(repository)) initRepository(path, files);
    made.add(repository);
    return path;
  }

  async function handle(request: AwsRequest, context: Context): Promise<Reply> {
    const endpoint = gitEndpointOf(request.host);
    const target = targetOf(request.target);
    if (endpoint === undefined || target === undefined) {
      throw new AwsError('NotFound', 'there is no such page', 404);
    }
    const caller = verifyGitPassword(request, target.repositoryPath, endpoint, context);
    const repository = context.world.repositories.find(
      ({ account, region, name }) =>
        account === caller.account && region === endpoint.region && name === target.name,
    );
    if (repository === undefined) {
      throw new AwsError('RepositoryDoesNotExistException', `${target.name} does not exist`, 404);
    }
    const write = isPush(request, target);
    authorizeGit(caller, repository, write);
    if (target.rest.startsWith('/info/lfs/')) return answerLfs(lfs, request, target, repository);
    return gitHttpBackend({
      request,
      repository: pathOf(repository),
      rest: target.rest,
      query: target.query,
    });
  }

  return {
    route: {
      service: 'codecommit',
      serves: (host) => gitEndpointOf(host) !== undefined,
      operation,
      handle,
      renderError,
    },
    pathOf,
    stop: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Standard, FIPS, China and VPC endpoint hosts; undefined for any other. */
function gitEndpointOf(host: string): Endpoint | undefined {
  const endpointHost = host.startsWith('vpce-')
    ? host.replace(/^vpce-[a-z0-9-]+\./, '').replace('.vpce.amazonaws.', '.amazonaws.')
    : host;
  const isPrivate = host.includes('.vpce.');
  if (isPrivate !== (endpointHost !== host)) return undefined;
  const endpoint = endpointOf(endpointHost);
  return endpoint?.service === 'git-codecommit' && !endpointHost.includes('api.') ? endpoint : undefined;
}

function targetOf(target: string): Target | undefined {
  const [path = '', query = ''] = target.split('?', 2);
  const [, repositoryPath, name, rest] = /^\/(v1\/repos\/([\w.-]+))(\/.*)?$/.exec(path) ?? [];
  if (repositoryPath === undefined || name === undefined) return undefined;
  // git-lfs adds `.git` to the remote's URL and signs the URL without (git-lfs, docs/api/server-discovery.md).
  const added = rest?.startsWith('/info/lfs/') === true ? /\.git$/ : /$^/;
  return {
    repositoryPath: repositoryPath.replace(added, ''),
    name: name.replace(added, ''),
    rest: rest ?? '',
    query,
  };
}

function isPush(request: AwsRequest, { rest, query }: Target): boolean {
  if (rest === '/git-receive-pack' || (rest === '/info/refs' && query === 'service=git-receive-pack'))
    return true;
  // Of Git LFS, storing an object is a push; the batch request says in its body what it is for.
  if (rest === '/info/lfs/objects/batch') return request.body.includes('"upload"');
  return rest.startsWith('/info/lfs/objects/') && request.method === 'PUT';
}

function operation(request: AwsRequest): string {
  const target = targetOf(request.target);
  if (target === undefined) return 'Unknown';
  return isPush(request, target) ? 'GitPush' : 'GitPull';
}

function authorizeGit(caller: Caller, repository: Repository, write: boolean): void {
  const action = write ? 'codecommit:GitPush' : 'codecommit:GitPull';
  authorize(caller, action, repository.arn);
  const who = caller.role?.arn ?? caller.user?.arn ?? '';
  const { readers, writers } = repository;
  const allowed = write
    ? (writers?.includes(who) ?? true)
    : (readers?.includes(who) ?? true) || writers?.includes(who) === true;
  if (!allowed) throw new AwsError('AccessDenied', `${caller.arn} may not ${action} ${repository.arn}`, 403);
}

function answerLfs(lfs: Lfs, request: AwsRequest, target: Target, repository: Repository): Reply {
  const base = `https://${request.host}/${target.repositoryPath}/info/lfs`;
  return lfs.answer(request, target.rest.slice('/info/lfs'.length), { base, repository: repository.arn });
}

function renderError(error: AwsError): Reply {
  const challenge: Record<string, string> =
    error.status === 401 ? { 'www-authenticate': 'Basic realm="Amazon.com Login"' } : {};
  return {
    status: error.status,
    headers: { 'content-type': 'text/plain', ...challenge },
    body: `${error.message}\n`,
  };
}

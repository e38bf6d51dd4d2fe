// IAM Identity Center's portal: what a signed-in person may use (API reference: ListAccounts, ListAccountRoles,
// GetRoleCredentials, Logout).

import { AwsError, type AwsRequest, type Context, type Reply, type Route } from './exchange.ts';
import { partitionOfRegion } from './hosts.ts';
import { renderJson, renderJsonError } from './rest-json.ts';
import type { SsoInstance } from './sso-directory.ts';

/** What the portal gives on a page where nobody asks for fewer; API reference: 100 at most. */
const PAGE_SIZE = 100;

type Operation = (query: URLSearchParams, instance: SsoInstance, context: Context, bearer: string) => Reply;

const OPERATIONS: ReadonlyMap<string, readonly [name: string, operation: Operation]> = new Map([
  ['GET /federation/credentials', ['GetRoleCredentials', getRoleCredentials]],
  ['GET /assignment/accounts', ['ListAccounts', listAccounts]],
  ['GET /assignment/roles', ['ListAccountRoles', listAccountRoles]],
  ['POST /logout', ['Logout', logout]],
]);

export const ssoPortalRoute: Route = {
  service: 'sso',
  serves: (host) => regionOf(host) !== undefined,
  operation: (request) => found(request)?.[0] ?? 'Unknown',
  handle: (request, context) => {
    const operation = found(request)?.[1];
    if (operation === undefined) throw new AwsError('ResourceNotFoundException', 'Not found', 404);
    if (request.headers.authorization !== undefined) throw invalid('This call is not signed');
    const bearer = String(request.headers['x-amz-sso_bearer_token'] ?? '');
    const instance = instanceOf(bearer, request, context);
    if (!context.world.sso.takesRequest()) {
      throw new AwsError('TooManyRequestsException', 'HTTP 429 Unknown Code', 429);
    }
    return operation(new URLSearchParams(request.target.split('?')[1]), instance, context, bearer);
  },
  renderError: (error) =>
    renderJsonError(error, {
      __type: `com.amazonaws.switchboard.portal#${error.code}`,
      message: error.message,
    }),
};

function found(request: AwsRequest): readonly [string, Operation] | undefined {
  return OPERATIONS.get(`${request.method} ${request.target.split('?')[0] ?? ''}`);
}

function regionOf(host: string): string | undefined {
  const region = /^portal\.sso\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1] ?? '';
  return partitionOfRegion(region) === 'aws' ? region : undefined;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequestException', message, 400);
}

/** Where the bearer of a token is signed in. */
function instanceOf(bearer: string, request: AwsRequest, { world, clock, call }: Context): SsoInstance {
  const token = world.sso.accessTokens.get(bearer);
  const now = clock.age();
  if (
    token === undefined ||
    token.expires <= now ||
    token.session.ends <= now ||
    token.session.instance.region !== regionOf(request.host)
  ) {
    throw new AwsError('UnauthorizedException', 'Session token not found or invalid', 401);
  }
  const { instance } = token.session;
  call.who = instance.user;
  return instance;
}

/** One page of a list and where the next begins, which is a text that says nothing to its reader. */
function pageOf<T>(
  all: readonly T[],
  query: URLSearchParams,
): { readonly page: readonly T[]; readonly nextToken?: string } {
  const size = Number(query.get('max_result') ?? PAGE_SIZE);
  if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE) throw invalid('max_result is out of range');
  const token = query.get('next_token');
  const from = token === null ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0 || from > all.length) throw invalid('Invalid next token');
  const to = from + size;
  return {
    page: all.slice(from, to),
    ...(to < all.length && { nextToken: Buffer.from(String(to)).toString('base64url') }),
  };
}

function listAccounts(query: URLSearchParams, { accounts }: SsoInstance): Reply {
  const { page, nextToken } = pageOf([...accounts], query);
  const accountList = page.map(([accountId, { name, email }]) => ({
    accountId,
    accountName: name,
    emailAddress: email,
  }));
  return renderJson(200, { accountList, ...(nextToken !== undefined && { nextToken }) });
}

function listAccountRoles(query: URLSearchParams, { accounts }: SsoInstance): Reply {
  const accountId = query.get('account_id') ?? '';
  const account = accounts.get(accountId);
  if (account === undefined) throw new AwsError('ForbiddenException', 'No access', 403);
  const { page, nextToken } = pageOf(account.assignments, query);
  const roleList = page.map(({ name }) => ({ roleName: name, accountId }));
  return renderJson(200, { roleList, ...(nextToken !== undefined && { nextToken }) });
}

function logout(_: URLSearchParams, __: SsoInstance, { world }: Context, bearer: string): Reply {
  world.sso.signOut(bearer);
  return renderJson(200, {});
}

function getRoleCredentials(
  query: URLSearchParams,
  { accounts, user }: SsoInstance,
  { world, clock }: Context,
): Reply {
  const account = accounts.get(query.get('account_id') ?? '');
  const assignment = account?.assignments.find(({ name }) => name === query.get('role_name'));
  if (assignment === undefined) throw new AwsError('ForbiddenException', 'No access', 403);
  const { role, seconds } = assignment;
  const session = world.issueSession(
    {
      kind: 'GetRoleCredentials',
      account: role.account,
      role,
      arn: `arn:${role.account.partition}:sts::${role.account.id}:assumed-role/${role.name}/${user}`,
      userId: `${role.id}:${user}`,
      chained: true,
      tags: new Map(),
      transitiveTags: new Map(),
    },
    seconds,
  );
  return renderJson(200, {
    roleCredentials: {
      accessKeyId: session.accessKeyId,
      secretAccessKey: session.secretAccessKey,
      sessionToken: session.sessionToken,
      expiration: clock.shown(session.expires).getTime(),
    },
  });
}

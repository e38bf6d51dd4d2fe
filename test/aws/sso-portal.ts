// IAM Identity Center's portal: role credentials for a signed-in person (API reference, GetRoleCredentials).

import { AwsError, type AwsRequest, type Context, type Reply, type Route } from './exchange.ts';
import { partitionOfRegion } from './hosts.ts';
import { renderJson, renderJsonError } from './rest-json.ts';

export const ssoPortalRoute: Route = {
  service: 'sso',
  serves: (host) => regionOf(host) !== undefined,
  operation: (request) => (pathOf(request) === '/federation/credentials' ? 'GetRoleCredentials' : 'Unknown'),
  handle: getRoleCredentials,
  renderError: (error) =>
    renderJsonError(error, {
      __type: `com.amazonaws.switchboard.portal#${error.code}`,
      message: error.message,
    }),
};

function regionOf(host: string): string | undefined {
  const region = /^portal\.sso\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1] ?? '';
  return partitionOfRegion(region) === 'aws' ? region : undefined;
}

function pathOf(request: AwsRequest): string {
  return request.target.split('?')[0] ?? '';
}

function getRoleCredentials(request: AwsRequest, { world, clock, call }: Context): Reply {
  if (request.method !== 'GET' || pathOf(request) !== '/federation/credentials') {
    throw new AwsError('ResourceNotFoundException', 'Not found', 404);
  }
  if (request.headers.authorization !== undefined) {
    throw new AwsError('InvalidRequestException', 'This call is not signed', 400);
  }
  const bearer = String(request.headers['x-amz-sso_bearer_token'] ?? '');
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
  const query = new URLSearchParams(request.target.split('?')[1]);
  const assignment = instance.assignments.find(
    ({ role, name }) => role.account.id === query.get('account_id') && name === query.get('role_name'),
  );
  if (assignment === undefined) throw new AwsError('ForbiddenException', 'No access', 403);
  const { role, seconds } = assignment;
  const session = world.issueSession(
    {
      kind: 'GetRoleCredentials',
      account: role.account,
      role,
      arn: `arn:${role.account.partition}:sts::${role.account.id}:assumed-role/${role.name}/${instance.user}`,
      userId: `${role.id}:${instance.user}`,
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

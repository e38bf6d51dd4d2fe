// IAM Identity Center's OAuth 2 service (OIDC API reference), and the pages a browser sees of it.

import { randomBytes } from 'node:crypto';
import { AwsError, type AwsRequest, type Context, type Reply, type Route } from './exchange.ts';
import { endpointOf, partitionOfRegion } from './hosts.ts';
import { jsonBody, list, renderJson, renderJsonError, text } from './rest-json.ts';
import {
  challengeOf,
  CLIENT_SECONDS,
  CODE_SECONDS,
  userCode,
  type SsoClient,
  type SsoDirectory,
  type SsoInstance,
} from './sso-directory.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** Seconds, as AWS names it in StartDeviceAuthorization. */
const INTERVAL = 1;

type Operation = (request: AwsRequest, context: Context, region: string) => Reply;

const OPERATIONS: ReadonlyMap<string, readonly [name: string, operation: Operation]> = new Map([
  ['POST /client/register', ['RegisterClient', registerClient]],
  ['POST /device_authorization', ['StartDeviceAuthorization', startDeviceAuthorization]],
  ['POST /token', ['CreateToken', createToken]],
  ['GET /authorize', ['Authorize', authorize]],
]);

export const ssoOidcRoute: Route = {
  service: 'sso-oidc',
  serves: (host) => regionOf(host) !== undefined,
  operation: (request) => (isDevicePage(request) ? 'DevicePage' : (found(request)?.[0] ?? 'Unknown')),
  handle: (request, context) => {
    const region = regionOf(request.host) ?? '';
    if (isDevicePage(request)) return devicePage(request, context);
    const operation = found(request);
    if (operation === undefined) throw new AwsError('UnknownOperationException', 'Not found', 404);
    return operation[1](request, context, region);
  },
  renderError: (error) =>
    renderJsonError(error, { error: oauthCode(error.code), error_description: error.message }),
};

function regionOf(host: string): string | undefined {
  const region = /^device\.sso\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1];
  if (region !== undefined) return partitionOfRegion(region) === 'aws' ? region : undefined;
  const endpoint = endpointOf(host);
  return endpoint?.service === 'oidc' ? endpoint.region : undefined;
}

function isDevicePage(request: AwsRequest): boolean {
  return request.host.startsWith('device.sso.');
}

function found(request: AwsRequest): readonly [string, Operation] | undefined {
  return OPERATIONS.get(`${request.method} ${request.target.split('?')[0] ?? ''}`);
}

/** RFC 6749's name for an exception. */
function oauthCode(code: string): string {
  const name = code.replace(/Exception$/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_');
  return name.toLowerCase();
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequestException', message, 400);
}

function registerClient(request: AwsRequest, { world, clock }: Context): Reply {
  const body = jsonBody(request);
  if (text(body, 'clientName') === '' || text(body, 'clientType') !== 'public') {
    throw new AwsError('InvalidClientMetadataException', 'clientName and the type public are required', 400);
  }
  const grants = body.has('grantTypes') ? list(body, 'grantTypes') : [DEVICE_GRANT, 'refresh_token'];
  const redirectUris = list(body, 'redirectUris');
  if (grants.includes('authorization_code')) {
    if (text(body, 'issuerUrl') === '') throw invalid('issuerUrl is required for authorization_code');
    if (
      redirectUris.length === 0 ||
      !redirectUris.every((uri) => /^http:\/\/127\.0\.0\.1\/[^?#]*$/.test(uri))
    ) {
      throw new AwsError('InvalidRedirectUriException', 'redirectUris must be loopback', 400);
    }
  }
  const client: SsoClient = {
    id: randomBytes(16).toString('base64url'),
    secret: randomBytes(200).toString('base64url'),
    expires: clock.age() + CLIENT_SECONDS * 1000,
    scopes: list(body, 'scopes'),
    grants,
    redirectUris,
    issuerUrl: text(body, 'issuerUrl'),
  };
  world.sso.clients.set(client.id, client);
  return renderJson(200, {
    clientId: client.id,
    clientSecret: client.secret,
    clientIdIssuedAt: Math.floor(clock.wall() / 1000),
    clientSecretExpiresAt: Math.floor(clock.shown(client.expires).getTime() / 1000),
  });
}

function clientOf(body: ReadonlyMap<string, unknown>, { world, clock }: Context): SsoClient {
  const client = world.sso.clients.get(text(body, 'clientId'));
  if (client === undefined || client.secret !== text(body, 'clientSecret') || client.expires <= clock.age()) {
    throw new AwsError('InvalidClientException', 'Invalid client', 401);
  }
  return client;
}

function instanceOf(sso: SsoDirectory, startUrl: string, region: string): SsoInstance {
  const instance = sso.instances.find((one) => one.startUrl === startUrl && one.region === region);
  if (instance === undefined) throw invalid('Invalid startUrl provided');
  return instance;
}

function startDeviceAuthorization(request: AwsRequest, context: Context, region: string): Reply {
  const body = jsonBody(request);
  const client = clientOf(body, context);
  if (!client.grants.includes(DEVICE_GRANT)) {
    throw new AwsError('UnauthorizedClientException', 'The client is not registered for device codes', 400);
  }
  const { sso } = context.world;
  const device = {
    code: randomBytes(64).toString('base64url'),
    userCode: userCode(),
    client,
    instance: instanceOf(sso, text(body, 'startUrl'), region),
    expires: context.clock.age() + CODE_SECONDS * 1000,
    interval: INTERVAL,
    polled: 0,
    state: 'pending' as const,
  };
  sso.devices.set(device.code, device);
  const verificationUri = `https://device.sso.${region}.amazonaws.com/`;
  return renderJson(200, {
    deviceCode: device.code,
    userCode: device.userCode,
    verificationUri,
    verificationUriComplete: `${verificationUri}?user_code=${device.userCode}`,
    expiresIn: CODE_SECONDS,
    interval: INTERVAL,
  });
}

function createToken(request: AwsRequest, context: Context, region: string): Reply {
  const body = jsonBody(request);
  const client = clientOf(body, context);
  const grant = text(body, 'grantType');
  if (!client.grants.includes(grant)) {
    throw new AwsError('UnauthorizedClientException', 'The client is not registered for this grant', 400);
  }
  switch (grant) {
    case DEVICE_GRANT:
      return renderJson(200, byDevice(text(body, 'deviceCode'), client, context));
    case 'authorization_code':
      return renderJson(200, byCode(body, client, context, region));
    case 'refresh_token':
      return renderJson(200, byRefreshToken(text(body, 'refreshToken'), client, context));
    default:
      throw new AwsError('UnsupportedGrantTypeException', 'The grant type is not supported', 400);
  }
}

function byDevice(code: string, client: SsoClient, { world, clock, call }: Context): object {
  const device = world.sso.devices.get(code);
  if (device === undefined || device.client !== client || device.state === 'used') {
    throw new AwsError('InvalidGrantException', 'Invalid device code', 400);
  }
  if (device.expires <= clock.age())
    throw new AwsError('ExpiredTokenException', 'The device code has expired', 400);
  const sinceLast = clock.wall() - device.polled;
  device.polled = clock.wall();
  // Clients' timers may fire a little early.
  if (sinceLast < device.interval * 1000 - 100) {
    device.interval += 5;
    throw new AwsError('SlowDownException', 'Polled too fast', 400);
  }
  if (device.state === 'pending' && world.sso.browser === 'elsewhere') device.state = 'approved';
  else if (device.state === 'pending') {
    throw new AwsError('AuthorizationPendingException', 'The person has not signed in yet', 400);
  }
  if (device.state === 'denied') throw new AwsError('AccessDeniedException', 'The person refused', 400);
  device.state = 'used';
  return signedIn(device.instance, client, { world, clock, call });
}

function byCode(
  body: ReadonlyMap<string, unknown>,
  client: SsoClient,
  context: Context,
  region: string,
): object {
  const { codes } = context.world.sso;
  const code = codes.get(text(body, 'code'));
  codes.delete(text(body, 'code'));
  if (
    code === undefined ||
    code.client !== client ||
    code.expires <= context.clock.age() ||
    code.instance.region !== region ||
    code.redirectUri !== text(body, 'redirectUri') ||
    code.challenge !== challengeOf(text(body, 'codeVerifier'))
  ) {
    throw new AwsError('InvalidGrantException', 'Invalid authorization code', 400);
  }
  return signedIn(code.instance, client, context);
}

/** A refresh token is good once: the answer carries the next. */
function byRefreshToken(token: string, client: SsoClient, { world, clock, call }: Context): object {
  const session = world.sso.refreshTokens.get(token);
  if (session === undefined || session.client !== client || session.ends <= clock.age()) {
    throw new AwsError('InvalidGrantException', 'Invalid refresh token', 400);
  }
  world.sso.refreshTokens.delete(token);
  call.who = session.instance.user;
  return world.sso.issue(session);
}

function signedIn(instance: SsoInstance, client: SsoClient, { world, clock, call }: Context): object {
  call.who = instance.user;
  return world.sso.issue({ client, instance, ends: clock.age() + instance.sessionSeconds * 1000 });
}

/** The page of the authorization code grant: the person decides, the browser is sent back. */
function authorize(request: AwsRequest, { world, clock }: Context, region: string): Reply {
  const query = new URLSearchParams(request.target.split('?')[1]);
  const client = world.sso.clients.get(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  // RFC 8252, section 7.3: any port of the registered loopback address.
  const registered = redirectUri.replace(/^(http:\/\/127\.0\.0\.1):\d+\//, '$1/');
  if (client === undefined || !client.redirectUris.includes(registered))
    throw invalid('Invalid client or redirect_uri');
  const challenge = query.get('code_challenge') ?? '';
  if (
    query.get('response_type') !== 'code' ||
    query.get('code_challenge_method') !== 'S256' ||
    !/^[\w-]{43}$/.test(challenge) ||
    !query.get('state')
  ) {
    throw invalid('response_type, state or code_challenge is missing or wrong');
  }
  const scopes = (query.get('scopes') ?? '').split(' ');
  if (!scopes.every((scope) => client.scopes.includes(scope))) {
    throw new AwsError('InvalidScopeException', 'The scopes are not those of the client', 400);
  }
  const instance = instanceOf(world.sso, client.issuerUrl, region);
  if (world.sso.browser === 'nothing') return page('Sign in');
  const back = new URL(redirectUri);
  if (world.sso.browser === 'deny') {
    // Whether AWS sends the state with a refusal is not documented: the harder case.
    back.searchParams.set('error', 'access_denied');
  } else {
    back.searchParams.set('state', query.get('state') ?? '');
    const code = randomBytes(48).toString('base64url');
    const expires = clock.age() + CODE_SECONDS * 1000;
    world.sso.codes.set(code, { client, instance, challenge, redirectUri, expires });
    back.searchParams.set('code', code);
  }
  return { status: 302, headers: { location: back.href }, body: '' };
}

/** The page where a person confirms a code. */
function devicePage(request: AwsRequest, { world }: Context): Reply {
  const code = new URLSearchParams(request.target.split('?')[1]).get('user_code');
  const device = [...world.sso.devices.values()].find((one) => one.userCode === code);
  if (device === undefined) throw invalid('No such code');
  if (device.state === 'pending' && world.sso.browser !== 'nothing') {
    device.state = world.sso.browser === 'deny' ? 'denied' : 'approved';
  }
  return page(device.state);
}

function page(said: string): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: `<html><body>${said}</body></html>\n`,
  };
}

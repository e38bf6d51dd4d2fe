// The token end point behind `aws login`: 15-minute credentials renewed with a refresh token and a DPoP proof (RFC 9449).

import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  verify,
  type JsonWebKey,
} from 'node:crypto';
import type { User } from './entities.ts';
import { AwsError, type AwsRequest, type Context, type Reply, type Route } from './exchange.ts';
import { jsonBody, renderJson, renderJsonError, text } from './rest-json.ts';
import type { World } from './world.ts';

const CREDENTIALS_SECONDS = 900;
const SESSION_SECONDS = 12 * 3600;
const CLIENT_ID = 'arn:aws:signin:::devtools/same-device';

type SignedIn = {
  readonly user: User;
  readonly thumbprint: string;
  readonly ends: number;
  readonly region?: string | undefined;
};

export type Login = {
  /** The console's route, with the token end point in front of it. */
  readonly route: Route;
  /** Signs a user in: the document that the AWS CLI would put into its cache. */
  signIn(
    world: World,
    user: User,
    region?: string,
  ): { readonly accessToken: Readonly<Record<string, string>> };
  /** Ends every session. */
  revoke(): void;
};

/** Makes the end point, which shares its hosts with the console's. */
export function createLogin(console: Route): Login {
  const refreshTokens = new Map<string, SignedIn>();

  function issue(
    world: World,
    signedIn: SignedIn,
  ): { credentials: Record<string, string>; refreshToken: string } {
    const { user } = signedIn;
    const session = world.issueSession(
      {
        kind: 'GetSessionToken',
        account: user.account,
        arn: user.arn,
        userId: user.id,
        user,
        chained: false,
        tags: new Map(),
        transitiveTags: new Map(),
      },
      CREDENTIALS_SECONDS,
    );
    const refreshToken = randomBytes(100).toString('base64url');
    refreshTokens.set(refreshToken, signedIn);
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    return { credentials: { accessKeyId, secretAccessKey, sessionToken }, refreshToken };
  }

  function createToken(request: AwsRequest, { world, clock, call }: Context): Reply {
    const body = jsonBody(request);
    const token = text(body, 'refreshToken');
    const signedIn = refreshTokens.get(token);
    if (text(body, 'grantType') !== 'refresh_token' || text(body, 'clientId') !== CLIENT_ID) {
      throw new AwsError('ValidationException', 'INVALID_REQUEST', 400);
    }
    if (signedIn === undefined || signedIn.ends <= clock.age()) {
      throw new AwsError('AccessDeniedException', 'TOKEN_EXPIRED', 403);
    }
    // A refresh belongs to the region of the sign-in (aws/aws-cli#10613).
    if (signedIn.region !== undefined && !request.host.startsWith(`${signedIn.region}.`)) {
      throw new AwsError('ValidationException', 'INVALID_REQUEST', 400);
    }
    if (provenKey(request, clock.wall()) !== signedIn.thumbprint) {
      throw new AwsError('ValidationException', 'INVALID_REQUEST', 400);
    }
    refreshTokens.delete(token);
    call.who = signedIn.user.arn;
    const { credentials, refreshToken } = issue(world, signedIn);
    return renderJson(200, {
      accessToken: credentials,
      tokenType: 'aws_sigv4',
      expiresIn: CREDENTIALS_SECONDS,
      refreshToken,
    });
  }

  return {
    route: {
      ...console,
      operation: (request) => (isToken(request) ? 'CreateOAuth2Token' : console.operation(request)),
      handle: (request, context) =>
        isToken(request)
          ? answered(() => createToken(request, context), context)
          : console.handle(request, context),
    },
    signIn(world, user, region) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const ends = world.clock.age() + SESSION_SECONDS * 1000;
      const thumbprint = thumbprintOf(publicKey.export({ format: 'jwk' }));
      const { credentials, refreshToken } = issue(world, { user, thumbprint, ends, region });
      const document = {
        accessToken: {
          ...credentials,
          accountId: user.account.id,
          expiresAt: new Date(world.clock.wall() + CREDENTIALS_SECONDS * 1000).toISOString(),
        },
        tokenType: 'aws_sigv4',
        refreshToken,
        clientId: CLIENT_ID,
        dpopKey: String(privateKey.export({ type: 'sec1', format: 'pem' })),
      };
      return document;
    },
    revoke: () => refreshTokens.clear(),
  };
}

function isToken(request: AwsRequest): boolean {
  return request.method === 'POST' && request.target.split('?')[0] === '/v1/token';
}

/** This end point speaks JSON where the console speaks HTML. */
function answered(work: () => Reply, { call }: Context): Reply {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    call.error = error.code;
    return renderJsonError(error, { error: error.message, message: error.message });
  }
}

/** The thumbprint (RFC 7638) of the key that signed the request's DPoP proof; empty for a proof that does not hold. */
function provenKey(request: AwsRequest, now: number): string {
  const [head = '', payload = '', signature = ''] = String(request.headers['dpop'] ?? '').split('.');
  const header = new Map(Object.entries(parsed(head)));
  const claims = new Map(Object.entries(parsed(payload)));
  const jwk: unknown = header.get('jwk');
  if (typeof jwk !== 'object' || jwk === null || header.get('typ') !== 'dpop+jwt') return '';
  const fresh = Math.abs(Number(claims.get('iat')) * 1000 - now) < 5 * 60_000;
  const uri = `https://${request.host}${request.target}`;
  if (!fresh || claims.get('htm') !== request.method || claims.get('htu') !== uri) return '';
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const good = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  return good ? thumbprintOf(jwk as JsonWebKey) : '';
}

function parsed(part: string): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function thumbprintOf({ crv, kty, x, y }: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

import { isoSeconds } from '../core/time.ts';
import { accountOfArn } from '../core/aws/arn.ts';
import type { ServedRequest } from '../core/ports/http.ts';
import type { Clock, Crypto } from '../core/ports/system.ts';
import { credentialFields } from './credential-fields.ts';
import { failure, failureText } from './endpoint.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import { headerValues } from './guard.ts';
import type { Renewal } from './renewal.ts';

const ROLE_NAME = 'ccvault';
const TOKEN_PATH = '/latest/api/token';
const CREDENTIALS_PATH = '/latest/meta-data/iam/security-credentials';
const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds';
const TOKEN_HEADER = 'x-aws-ec2-metadata-token';
const MAX_TTL_SECONDS = 21_600;
const KEY_BYTES = 32;

export interface ImdsOptions {
  readonly crypto: Pick<Crypto, 'equal' | 'hmacSha256' | 'randomBytes'>;
  readonly base: Renewal;
  readonly region: string | undefined;
  readonly roleArn: string | undefined;
  readonly clock: Clock;
}

/**
 * The instance metadata service, IMDSv2 only (Amazon EC2 User Guide, "Use IMDS"): the paths from which programs read
 * credentials and region. The role is called `ccvault`.
 */
export function imdsEndpoint(options: ImdsOptions): Endpoint {
  const sessions = new Sessions(options);
  return {
    methods: ['GET', 'PUT'],
    async answer(request) {
      // Some clients join endpoint and path with an extra slash.
      const path = (request.target.split('?', 1)[0] ?? '').replace(/^\/+/, '/');
      if (request.method === 'PUT') {
        if (path !== TOKEN_PATH) return failure(405, 'PUT is for tokens only');
        // Clients wait a second for each response, and request a token and the role's name before its credentials: a
        // renewal begun here has three of these.
        await options.base.begin();
        return sessions.issue(request);
      }
      if (!sessions.includes(request)) return failure(401, 'the session token is missing, wrong or expired');
      return read(path.replace(/\/+$/, ''), options);
    },
  };
}

/** IMDSv2 session tokens, stateless: each holds its expiration and an HMAC of it. */
class Sessions {
  readonly #clock: Clock;
  readonly #crypto: ImdsOptions['crypto'];
  readonly #key: Uint8Array;

  constructor({ clock, crypto }: ImdsOptions) {
    this.#clock = clock;
    this.#crypto = crypto;
    this.#key = crypto.randomBytes(KEY_BYTES);
  }

  issue({ rawHeaders }: ServedRequest): Answer {
    const [ttl = '', ...more] = headerValues(rawHeaders, TTL_HEADER);
    const seconds = /^\d{1,5}$/.test(ttl) && more.length === 0 ? Number(ttl) : 0;
    if (seconds < 1 || seconds > MAX_TTL_SECONDS) {
      return failure(400, `${TTL_HEADER} must be 1 to ${MAX_TTL_SECONDS}`);
    }
    const end = String(this.#clock.now() + seconds * 1000);
    const body = `${end}.${Buffer.from(this.#seal(end)).toString('base64url')}`;
    return { status: 200, body, headers: { [TTL_HEADER]: String(seconds) } };
  }

  includes({ rawHeaders }: ServedRequest): boolean {
    const [token = '', ...more] = headerValues(rawHeaders, TOKEN_HEADER);
    const [end = '', mark = ''] = token.split('.', 2);
    const sealed = this.#crypto.equal(Buffer.from(mark, 'base64url'), this.#seal(end));
    return more.length === 0 && sealed && Number(end) > this.#clock.now();
  }

  #seal(end: string): Uint8Array {
    return this.#crypto.hmacSha256(this.#key, end);
  }
}

async function read(path: string, options: ImdsOptions): Promise<Answer> {
  const { region, roleArn, clock } = options;
  const account = roleArn === undefined ? undefined : accountOfArn(roleArn);
  const updated = { Code: 'Success', LastUpdated: isoSeconds(clock.now()) };
  switch (path) {
    case CREDENTIALS_PATH:
      await options.base.begin();
      return { status: 200, body: ROLE_NAME };
    case `${CREDENTIALS_PATH}/${ROLE_NAME}`:
      try {
        const fields = credentialFields(await options.base.credentials(), clock);
        return { status: 200, body: { ...updated, Type: 'AWS-HMAC', ...fields } };
      } catch (error) {
        return failure(503, failureText(error));
      }
    case '/latest/meta-data/iam/info': {
      const InstanceProfileArn = `arn:aws:iam::${account ?? '000000000000'}:instance-profile/${ROLE_NAME}`;
      return { status: 200, body: { ...updated, InstanceProfileArn, InstanceProfileId: 'AIPACCVAULT' } };
    }
    case '/latest/meta-data/placement/region':
      return region === undefined ? notHere() : { status: 200, body: region };
    case '/latest/meta-data/placement/availability-zone':
      return region === undefined ? notHere() : { status: 200, body: `${region}a` };
    case '/latest/dynamic/instance-identity/document':
      return { status: 200, body: { region, accountId: account } };
    default:
      return notHere();
  }
}

function notHere(): Answer {
  return failure(404, 'not found: only credentials and the region are served');
}

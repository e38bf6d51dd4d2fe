import { isRoleArn } from '../core/aws/arn.ts';
import type { Credentials } from '../core/credentials.ts';
import { isCliError } from '../core/errors.ts';
import type { Clock, Crypto } from '../core/ports/system.ts';
import type { Secret } from '../core/secret.ts';
import { credentialFields } from './credential-fields.ts';
import { carriesSecret } from './guard.ts';
import { failure, failureText } from './endpoint.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import { Renewal } from './renewal.ts';

/** The number of roles whose credentials are kept; the least recently used one goes first. */
const MAX_ROLES = 64;
const ROLE_PREFIX = '/role-arn/';

export interface EcsOptions {
  readonly token: Secret;
  readonly base: Renewal;
  /** The role of the base credentials; undefined if they are not a role's. */
  readonly roleArn: string | undefined;
  readonly clock: Clock;
  readonly crypto: Pick<Crypto, 'equal'>;
  /** Assumes a role with the profile's credentials. */
  readonly assumeRole: (roleArn: string) => Promise<Credentials>;
}

/**
 * The container credentials endpoint (AWS SDK reference, "Container credential provider"): `GET /` returns the
 * profile's credentials, `GET /role-arn/ARN` those of a role assumed with them. Every request needs the authorization
 * token.
 */
export function ecsEndpoint(options: EcsOptions): Endpoint {
  const roles = new Roles(options);
  return {
    methods: ['GET'],
    async answer({ target, rawHeaders }) {
      if (!carriesSecret(rawHeaders, 'authorization', options.token, options.crypto)) {
        return failure(403, 'the authorization token is missing or wrong');
      }
      const [path = ''] = target.split('?', 1);
      if (path === '/') return credentialsAnswer(options.base, options.roleArn, options.clock);
      const roleArn = path.startsWith(ROLE_PREFIX) ? decoded(path.slice(ROLE_PREFIX.length)) : undefined;
      if (roleArn === undefined) return failure(404, 'not found: only / and /role-arn/ARN are served');
      if (!isRoleArn(roleArn)) return failure(400, 'not the ARN of a role');
      return credentialsAnswer(roles.of(roleArn), roleArn, options.clock);
    },
  };
}

class Roles {
  readonly #options: EcsOptions;
  /** By role ARN, least recently used first. */
  readonly #renewals = new Map<string, Renewal>();

  constructor(options: EcsOptions) {
    this.#options = options;
  }

  of(roleArn: string): Renewal {
    const { clock, assumeRole } = this.#options;
    const known = this.#renewals.get(roleArn);
    const renewal = known ?? new Renewal({ clock, make: () => assumeRole(roleArn) });
    this.#renewals.delete(roleArn);
    this.#renewals.set(roleArn, renewal);
    const [oldest] = this.#renewals.keys();
    if (this.#renewals.size > MAX_ROLES && oldest !== undefined) this.#renewals.delete(oldest);
    return renewal;
  }
}

async function credentialsAnswer(
  renewal: Renewal,
  roleArn: string | undefined,
  clock: Clock,
): Promise<Answer> {
  try {
    return {
      status: 200,
      body: { ...credentialFields(await renewal.credentials(), clock), RoleArn: roleArn },
    };
  } catch (error) {
    // The SDKs retry a 5xx only: not for what will be denied again.
    const denied =
      isCliError(error) && (error.awsCode === 'AccessDenied' || error.awsCode === 'ValidationError');
    return failure(denied ? 403 : 503, failureText(error));
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

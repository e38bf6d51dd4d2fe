import { formatTimeLeft } from '../core/aws/durations.ts';
import { POLICY_VARIABLE } from '../core/child-env.ts';
import { localEnd } from '../core/local-time.ts';
import { shortPolicyNames } from '../core/plan/narrowing.ts';
import type { Environment } from '../core/ports/environment.ts';
import type { System } from '../core/ports/system.ts';
import { jsonDocument, printable } from '../core/printable.ts';
import { isoSeconds, parseTime } from '../core/time.ts';
import type { CommandInput } from '../spec/commands.ts';

/** The credentials that a shell holds, by its variables. */
interface Held {
  readonly profile: string;
  readonly region: string | undefined;
  /** Milliseconds since the epoch; undefined for a long-lived key and with a server. */
  readonly expiresAt: number | undefined;
  /** A server of ccvault renews the credentials as long as it runs. */
  readonly server: boolean;
  /** The names of the policies that the credentials are narrowed to. */
  readonly policy: string | undefined;
}

/**
 * `ccvault status`: reads the environment only, fast enough for a shell prompt. Prints nothing and returns 1 without
 * credentials.
 */
export async function run(
  input: CommandInput<'status'>,
  { env, clock, out }: Pick<System, 'env' | 'clock' | 'out'>,
): Promise<number> {
  const held = heldBy(env);
  if (held === undefined) return 1;
  const now = clock.now();
  if (input.options.json) out.data(json(held, now));
  else out.data(`${input.options.short ? short(held, now) : sentence(held, now)}\n`);
  return 0;
}

function heldBy(env: Environment): Held | undefined {
  const profile = env['CCVAULT_PROFILE'];
  if (!profile) return undefined;
  const server = isServed(env);
  return {
    profile,
    region: env['AWS_REGION'] || undefined,
    expiresAt: server ? undefined : parseTime(env['AWS_CREDENTIAL_EXPIRATION'] ?? ''),
    server,
    policy: env[POLICY_VARIABLE] || undefined,
  };
}

/** Whether the variables are those of `exec --server` or `--imds`; keys in the environment would override them. */
function isServed(env: Environment): boolean {
  if (env['AWS_ACCESS_KEY_ID']) return false;
  return Boolean(env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] || env['AWS_EC2_METADATA_SERVICE_ENDPOINT']);
}

function short({ profile, expiresAt, server, policy }: Held, now: number): string {
  const less = policy === undefined ? '' : ' narrowed';
  const left = expiresAt === undefined ? '' : ` ${formatTimeLeft(expiresAt - now).replace('< ', '<')}`;
  return `${printable(profile)}${less}${server ? ' server' : left}`;
}

function sentence({ profile, expiresAt, server, policy }: Held, now: number): string {
  const less = policy === undefined ? '' : `, narrowed to ${shortPolicyNames(policy)}`;
  const name = printable(`${profile}${less}`);
  if (server) return `${name}, renewed by the server of this shell`;
  return expiresAt === undefined
    ? `${name}, without expiration`
    : `${name}, good until ${localEnd(expiresAt, now)}`;
}

function json({ profile, region, expiresAt, server, policy }: Held, now: number): string {
  const document = {
    profile,
    region: region ?? null,
    expiresAt: expiresAt === undefined ? null : isoSeconds(expiresAt),
    secondsLeft: expiresAt === undefined ? null : Math.max(0, Math.floor((expiresAt - now) / 1000)),
    server,
    policy: policy ?? null,
  };
  return jsonDocument(document);
}

import { hasDisplay, isOverSsh } from '../core/display.ts';
import { CliError, isCliError } from '../core/errors.ts';
import type { DeviceAuthorization, SsoOidc, SsoToken } from '../core/ports/aws.ts';
import type { Redirect } from '../core/ports/http.ts';
import type { System } from '../core/ports/system.ts';
import { Secret } from '../core/secret.ts';
import { beneficiary, signInCommand } from '../core/sso/session.ts';
import type { SsoAccess } from '../core/sso/session.ts';
import { isAwsStartUrl } from '../core/sso/start-url.ts';
import type { SsoSignIn } from './sso-record.ts';
import { resolveStartUrl } from './sso-start-url.ts';

const REDIRECT_PATH = '/oauth/callback';
// Registered without a port, which differs each time (RFC 8252, section 7.3).
const REGISTERED_REDIRECT = `http://127.0.0.1${REDIRECT_PATH}`;
const PATIENCE_MILLISECONDS = 10 * 60_000;
const SLOW_DOWN_SECONDS = 5;

type Grant = 'code' | 'device';
type Client = SsoSignIn['client'];

export interface SignInDependencies {
  readonly system: System;
  readonly oidc: SsoOidc;
  readonly grant: Grant;
  /** The client of an earlier sign-in; used again if it was registered for the same grant. */
  readonly client: Client | undefined;
}

interface Means extends SignInDependencies {
  /** The start URL that AWS knows. */
  readonly startUrl: string;
}

/**
 * Chooses how to sign in: in a browser on this computer (`code`), or with a device code on any computer (`device`) with
 * --no-browser, over SSH, and, unless BROWSER is set, where no browser can be expected to open.
 */
export function chooseGrant(system: Pick<System, 'env' | 'host' | 'files'>, noBrowser: boolean): Grant {
  if (noBrowser || isOverSsh(system.env)) return 'device';
  return system.env['BROWSER'] || hasDisplay(system) ? 'code' : 'device';
}

/**
 * Signs the user in; the terminal says what to do. Throws CliError `aws` with code `sign-in-failed` if the user
 * refuses or does not sign in within 10 minutes or the life of the device code, `interrupted` on Ctrl-C, and as
 * resolveStartUrl and SsoOidc.
 */
export async function signIn(access: SsoAccess, given: SignInDependencies): Promise<SsoSignIn> {
  const means = { ...given, startUrl: await resolveStartUrl(access, given.system.aws) };
  try {
    return await signInWith(access, means, means.client);
  } catch (error) {
    // AWS may end a client before it expires.
    if (
      means.client === undefined ||
      !hasCode(error, 'InvalidClientException', 'UnauthorizedClientException')
    ) {
      throw failed(error, access);
    }
  }
  try {
    return await signInWith(access, means, undefined);
  } catch (error) {
    throw failed(error, access);
  }
}

async function signInWith(access: SsoAccess, means: Means, known: Client | undefined): Promise<SsoSignIn> {
  if (means.grant === 'device') return withDeviceCode(access, means, known);
  return (await withBrowser(access, means, known)) ?? withDeviceCode(access, means, undefined);
}

async function clientFor(
  grant: Grant,
  { sso }: SsoAccess,
  { oidc, startUrl }: Means,
  known: Client | undefined,
): Promise<Client> {
  if (known?.grant === grant) return known;
  const client = await oidc.registerClient({
    name: 'ccvault',
    scopes: sso.registrationScopes,
    ...(grant === 'code' ? { code: { redirectUri: REGISTERED_REDIRECT, issuerUrl: startUrl } } : {}),
  });
  return { ...client, grant };
}

/** Authorization code grant with PKCE (RFC 7636). Undefined if no browser could be opened. */
async function withBrowser(
  access: SsoAccess,
  means: Means,
  known: Client | undefined,
): Promise<SsoSignIn | undefined> {
  const { system, oidc } = means;
  const client = await clientFor('code', access, means, known);
  const redirect = await system.receiveRedirect(REDIRECT_PATH);
  try {
    const state = base64url(system.crypto.randomBytes(24));
    const verifier = base64url(system.crypto.randomBytes(48));
    const url = await oidc.authorizeUrl();
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: client.clientId,
      redirect_uri: redirect.uri,
      state,
      code_challenge_method: 'S256',
      code_challenge: base64url(system.crypto.sha256(verifier)),
      scopes: access.sso.registrationScopes.join(' '),
    }).toString();
    const lines = [
      `Sign in to ${access.sso.startUrl} in the browser that opens, for ${beneficiary(access)}.`,
      `If none opens, open this in a browser of this computer: ${url.href}`,
    ];
    const query = await system.attend(lines, async (signal) => {
      const arrived = arrival(redirect, state, system, signal);
      arrived.catch(() => {});
      return (await system.openBrowser(url.href)) ? arrived : undefined;
    });
    if (query === undefined) return undefined;
    const code = query.get('code');
    if (!code) throw notSignedIn(`the sign-in was refused (${query.get('error') ?? 'no code'})`);
    const token = await oidc.createToken(client, {
      type: 'code',
      code: new Secret(code),
      verifier: new Secret(verifier),
      redirectUri: redirect.uri,
    });
    return { token, client };
  } finally {
    await redirect.close();
  }
}

/** Waits for the redirect with our `state`, at most 10 minutes; others may arrive before it. */
function arrival(
  redirect: Redirect,
  state: string,
  { clock }: Pick<System, 'clock'>,
  signal: AbortSignal,
): Promise<URLSearchParams> {
  // A refusal is accepted without a state, a code never.
  const accepts = (query: URLSearchParams): boolean =>
    query.get('state') === state
      ? query.has('code') || query.has('error')
      : query.has('error') && !query.has('state') && !query.has('code');
  return Promise.race([
    redirect.received(accepts),
    clock.sleep(PATIENCE_MILLISECONDS, signal).then(() => {
      throw notSignedIn('the sign-in timed out after 10 minutes');
    }),
  ]);
}

/** Device authorization grant (RFC 8628): the user confirms a code on any computer while we poll. */
async function withDeviceCode(
  access: SsoAccess,
  means: Means,
  known: Client | undefined,
): Promise<SsoSignIn> {
  const { system, oidc, startUrl } = means;
  const client = await clientFor('device', access, means, known);
  const device = await oidc.startDeviceAuthorization(client, startUrl);
  const lines = [
    `Sign in to ${access.sso.startUrl} for ${beneficiary(access)}:`,
    `  open ${device.verificationUriComplete}`,
    `  and check that it shows the code ${device.userCode}`,
    ...(device.verificationUri === device.verificationUriComplete
      ? []
      : [`  (or open ${device.verificationUri} and type the code)`]),
  ];
  const token = await system.attend(lines, (signal) => poll(oidc, client, device, system, signal));
  return { token, client };
}

async function poll(
  oidc: SsoOidc,
  client: Client,
  device: DeviceAuthorization,
  { clock }: Pick<System, 'clock'>,
  signal: AbortSignal,
): Promise<SsoToken> {
  let seconds = device.intervalSeconds;
  for (;;) {
    await clock.sleep(seconds * 1000, signal);
    if (clock.now() >= device.expiresAt) throw notSignedIn(CODE_EXPIRED);
    try {
      return await oidc.createToken(client, { type: 'device', deviceCode: device.deviceCode });
    } catch (error) {
      if (hasCode(error, 'SlowDownException')) seconds += SLOW_DOWN_SECONDS;
      else if (hasCode(error, 'ExpiredTokenException')) throw notSignedIn(CODE_EXPIRED);
      // RFC 8628, section 3.5: after a connection that failed, poll again, less often.
      else if (hasCode(error, 'network')) seconds += SLOW_DOWN_SECONDS;
      else if (!hasCode(error, 'AuthorizationPendingException')) throw error;
    }
  }
}

const CODE_EXPIRED = 'the sign-in code expired';

function notSignedIn(message: string): CliError {
  return new CliError('aws', message, { code: 'sign-in-failed' });
}

/** True for an error with one of these codes, AWS's or ours. */
function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isCliError(error) && [error.code, error.awsCode].some((code) => codes.includes(code ?? ''));
}

// Refusals by the user, unlike failures of network or clock, which may be over for the next process that waits.
const REFUSALS = ['sign-in-failed', 'AccessDeniedException', 'InvalidGrantException'];

function failed(error: unknown, access: SsoAccess): unknown {
  if (
    isCliError(error) &&
    error.awsCode === 'InvalidRequestException' &&
    !isAwsStartUrl(access.sso.startUrl)
  ) {
    return error.withHints(
      `${access.sso.startUrl} is not an AWS address: if it redirects to a start URL, write that one as sso_start_url`,
    );
  }
  if (!isCliError(error) || !hasCode(error, ...REFUSALS)) return error;
  return new CliError(
    'aws',
    `${beneficiary(access)} is not signed in to ${access.sso.startUrl}: ${error.message}`,
    {
      code: 'sign-in-failed',
      hints: [`sign in again: ${signInCommand(access)}`],
      cause: error,
    },
  );
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

import { CliError, isCliError } from '../core/errors.ts';
import type { SsoClient, SsoOidc, SsoToken } from '../core/ports/aws.ts';
import type { Secret } from '../core/secret.ts';
import { ssoTokenName } from '../core/plan/sso-token-name.ts';
import { beneficiary, signInCommand } from '../core/sso/session.ts';
import type { SsoAccess } from '../core/sso/session.ts';
import type { SourceContext } from './source.ts';
import { tokenOfAwsCli } from './sso-aws-cli.ts';
import { decodeSignIn, encodeSignIn } from './sso-record.ts';
import type { SsoSignIn } from './sso-record.ts';
import { chooseGrant, signIn } from './sso-sign-in.ts';

/** A token with less time left is renewed before use. */
const RENEW_MILLISECONDS = 5 * 60_000;
const DAY_MILLISECONDS = 86_400_000;

/** Errors that mean the refresh token is unusable; network errors are not among them. */
const REFRESH_REFUSALS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'InvalidClientException',
  'InvalidGrantException',
  'InvalidRequestException',
  'InvalidScopeException',
  'UnauthorizedClientException',
]);

/**
 * The access token of a session of IAM Identity Center: the cached one, the AWS CLI's, one renewed without a prompt,
 * or one from a new sign-in; in one process at a time. `rejected` is a token that the portal refused. Throws CliError
 * `aws` with code `prompt-impossible` if a sign-in is required and no prompt is possible, and as signIn.
 */
async function obtainSsoToken(
  access: SsoAccess,
  context: SourceContext,
  rejected: Secret | undefined,
): Promise<Secret> {
  const { system } = context;
  const usable = (token: SsoToken | undefined): token is SsoToken =>
    isGood(token, context) && token.accessToken.reveal() !== rejected?.reveal();

  const kept = await readSignIn(access, context);
  if (usable(kept?.token)) return kept.token.accessToken;
  const { sso } = access;
  return context.singleFlight({
    ...flightOf(access),
    async find() {
      const token = (await readSignIn(access, context))?.token;
      return [token, tokenOfAwsCli(sso, system)].find(usable)?.accessToken;
    },
    async make() {
      const last = await readSignIn(access, context);
      const oidc = await system.aws.ssoOidc(access.oidcSettings);
      const renewed = await renew(last, oidc, context);
      const made = renewed ?? (await attendedSignIn(access, context, oidc, last?.client));
      await keepSignIn(made, access, context);
      return made.token.accessToken;
    },
  });
}

/**
 * Signs the user in whether or not a token is cached, and returns when the new one expires, in milliseconds since the
 * epoch. Several processes at once sign in once. Throws as obtainSsoToken.
 */
export async function signInAnew(access: SsoAccess, context: SourceContext): Promise<number> {
  const before = await readSignIn(access, context);
  const isNew = (kept: SsoSignIn | undefined): boolean =>
    kept !== undefined && kept.token.accessToken.reveal() !== before?.token.accessToken.reveal();
  return context.singleFlight({
    ...flightOf(access),
    async find() {
      const kept = await readSignIn(access, context);
      return isNew(kept) ? kept?.token.expiresAt : undefined;
    },
    async make() {
      const oidc = await context.system.aws.ssoOidc(access.oidcSettings);
      const last = await readSignIn(access, context);
      const made = await attendedSignIn(access, context, oidc, last?.client);
      await keepSignIn(made, access, context);
      return made.token.expiresAt;
    },
  });
}

/**
 * Calls the portal with the token of a sign-in, which takes place if there is none. Replaces a token that the portal
 * refuses and calls again, once. Throws what `call` throws, and as obtainSsoToken.
 */
export async function withSsoToken<T>(
  access: SsoAccess,
  context: SourceContext,
  call: (token: Secret) => Promise<T>,
): Promise<T> {
  const token = await obtainSsoToken(access, context, undefined);
  try {
    return await call(token);
  } catch (error) {
    if (!isRefusedToken(error)) throw error;
  }
  return call(await obtainSsoToken(access, context, token));
}

/**
 * Ends a cached sign-in at AWS, after renewing its token if that has expired. Calls `forget` first, which drops the
 * cached sign-in. Returns false if none is cached. Throws as SsoPortal and SsoOidc if AWS cannot be called.
 */
export async function signOut(
  access: SsoAccess,
  context: SourceContext,
  forget: () => void,
): Promise<boolean> {
  return context.singleFlight({
    ...flightOf(access),
    find: async () => undefined,
    async make() {
      const kept = await readSignIn(access, context);
      forget();
      if (kept === undefined) return false;
      const portal = await context.system.aws.sso(access.settings);
      const end = async ({ token }: SsoSignIn): Promise<boolean> => {
        try {
          await portal.logout(token.accessToken);
          return true;
        } catch (error) {
          if (!isRefusedToken(error)) throw error;
          return false;
        }
      };
      if (kept.token.expiresAt > context.system.clock.now() && (await end(kept))) return true;
      const renewed = await renew(kept, await context.system.aws.ssoOidc(access.oidcSettings), context);
      if (renewed !== undefined) await end(renewed);
      return true;
    },
  });
}

function isRefusedToken(error: unknown): boolean {
  return isCliError(error) && error.awsCode === 'UnauthorizedException';
}

function flightOf({ sso }: SsoAccess): { readonly name: string; readonly purpose: string } {
  return {
    name: `sso ${sso.startUrl} ${sso.session ?? ''}`,
    purpose: `signing in to ${sso.startUrl}`,
  };
}

/** True if a token is cached or can be renewed without a prompt, as far as can be told: AWS may have revoked it. */
export async function hasSsoToken(access: SsoAccess, context: SourceContext): Promise<boolean> {
  const kept = await readSignIn(access, context);
  return (
    isGood(kept?.token, context) ||
    canBeRenewed(kept, context) ||
    isGood(tokenOfAwsCli(access.sso, context.system), context)
  );
}

function isGood(token: SsoToken | undefined, { system }: SourceContext): token is SsoToken {
  return token !== undefined && token.expiresAt - system.clock.now() >= RENEW_MILLISECONDS;
}

function canBeRenewed(kept: SsoSignIn | undefined, { system }: SourceContext): boolean {
  return kept?.token.refreshToken !== undefined && kept.client.expiresAt > system.clock.now();
}

async function readSignIn(access: SsoAccess, { tokens }: SourceContext): Promise<SsoSignIn | undefined> {
  const text = await tokens.read(ssoTokenName(access.sso));
  return text === undefined ? undefined : decodeSignIn(text);
}

async function keepSignIn(made: SsoSignIn, access: SsoAccess, { tokens }: SourceContext): Promise<void> {
  // With a refresh token the record outlives its access token: it is kept as long as the client that can renew it.
  const expiresAt =
    made.token.refreshToken === undefined
      ? made.token.expiresAt
      : Math.max(made.token.expiresAt, made.client.expiresAt);
  await tokens.write(ssoTokenName(access.sso), encodeSignIn(made), {
    kind: 'sso-token',
    profile: access.profile,
    expiresAt,
  });
}

/** Renews the token without a prompt; undefined if there is no refresh token or it is refused. Throws as SsoOidc. */
async function renew(
  last: SsoSignIn | undefined,
  oidc: SsoOidc,
  context: SourceContext,
): Promise<SsoSignIn | undefined> {
  const refreshToken = last?.token.refreshToken;
  if (last === undefined || refreshToken === undefined || !canBeRenewed(last, context)) return undefined;
  try {
    const token = await oidc.createToken(last.client, { type: 'refresh', refreshToken });
    return { ...last, token: { refreshToken, ...token } };
  } catch (error) {
    if (isCliError(error) && REFRESH_REFUSALS.has(error.awsCode ?? '')) return undefined;
    throw error;
  }
}

async function attendedSignIn(
  access: SsoAccess,
  context: SourceContext,
  oidc: SsoOidc,
  known: (SsoClient & { readonly grant: 'code' | 'device' }) | undefined,
): Promise<SsoSignIn> {
  const { system } = context;
  const unavailable = await system.terminal.unavailable();
  if (unavailable !== undefined) {
    throw new CliError(
      'aws',
      `${beneficiary(access)} requires a sign-in to ${sessionOf(access)}, but ${unavailable}`,
      {
        code: 'prompt-impossible',
        hints: [`run this in a terminal first: ${signInCommand(access)}`],
      },
    );
  }
  // When the client registration expires, its refresh token does too.
  const client =
    known !== undefined && known.expiresAt - system.clock.now() > DAY_MILLISECONDS ? known : undefined;
  return signIn(access, { system, oidc, grant: chooseGrant(system, context.noBrowser), client });
}

function sessionOf({ sso, profile }: SsoAccess): string {
  const at = `IAM Identity Center at ${sso.startUrl}`;
  return sso.session === undefined || profile === undefined ? at : `${at} (sso-session ${sso.session})`;
}

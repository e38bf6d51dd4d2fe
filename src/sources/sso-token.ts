import { ccvaultCommand } from '../core/command-line.ts';
import { CliError, isCliError } from '../core/errors.ts';
import type { SsoStep } from '../core/plan/steps.ts';
import type { SsoClient, SsoOidc, SsoToken } from '../core/ports/aws.ts';
import type { Secret } from '../core/secret.ts';
import { ssoTokenName } from '../core/plan/sso-token-name.ts';
import type { SourceContext } from './source.ts';
import { tokenOfAwsCli } from './sso-aws-cli.ts';
import { decodeSignIn, encodeSignIn } from './sso-record.ts';
import type { SsoSignIn } from './sso-record.ts';
import { chooseGrant, signIn } from './sso-sign-in.ts';

/** A token with less left than this is renewed before it is used. */
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
 * The access token of a session of IAM Identity Center: kept from the last sign-in, renewed without a prompt, taken from the
 * AWS CLI's cache, or made by a sign-in; alone among all processes. `rejected` is one the portal did not take.
 * Throws CliError `aws` with code `prompt-impossible` where nobody can sign in, `sign-in-failed` where nobody did.
 */
export async function obtainSsoToken(
  step: SsoStep,
  context: SourceContext,
  rejected: Secret | undefined,
): Promise<Secret> {
  const { system } = context;
  const usable = (token: SsoToken | undefined): token is SsoToken =>
    isGood(token, context) && token.accessToken.reveal() !== rejected?.reveal();

  const kept = await readSignIn(step, context);
  if (usable(kept?.token)) return kept.token.accessToken;
  const { sso } = step;
  return context.singleFlight({
    name: `sso ${sso.startUrl} ${sso.session ?? ''}`,
    purpose: `signing in to ${sso.startUrl}`,
    async find() {
      const token = (await readSignIn(step, context))?.token;
      return [token, tokenOfAwsCli(sso, system)].find(usable)?.accessToken;
    },
    async make() {
      const last = await readSignIn(step, context);
      const oidc = await system.aws.ssoOidc(step.oidcSettings);
      const renewed = await renew(last, oidc, context);
      const made = renewed ?? (await attendedSignIn(step, context, oidc, last?.client));
      await keepSignIn(made, step, context);
      return made.token.accessToken;
    },
  });
}

/** Whether a token is at hand or can be renewed without a prompt, as far as is known here: AWS may have ended it. */
export async function hasSsoToken(step: SsoStep, context: SourceContext): Promise<boolean> {
  const kept = await readSignIn(step, context);
  return (
    isGood(kept?.token, context) ||
    canBeRenewed(kept, context) ||
    isGood(tokenOfAwsCli(step.sso, context.system), context)
  );
}

function isGood(token: SsoToken | undefined, { system }: SourceContext): token is SsoToken {
  return token !== undefined && token.expiresAt - system.clock.now() >= RENEW_MILLISECONDS;
}

function canBeRenewed(kept: SsoSignIn | undefined, { system }: SourceContext): boolean {
  return kept?.token.refreshToken !== undefined && kept.client.expiresAt > system.clock.now();
}

async function readSignIn(step: SsoStep, { tokens }: SourceContext): Promise<SsoSignIn | undefined> {
  const text = await tokens.read(ssoTokenName(step.sso));
  return text === undefined ? undefined : decodeSignIn(text);
}

async function keepSignIn(made: SsoSignIn, step: SsoStep, { tokens }: SourceContext): Promise<void> {
  // With a refresh token the record outlives its access token: as long as the client that may use it.
  const expiresAt =
    made.token.refreshToken === undefined
      ? made.token.expiresAt
      : Math.max(made.token.expiresAt, made.client.expiresAt);
  await tokens.write(ssoTokenName(step.sso), encodeSignIn(made), {
    kind: 'sso-token',
    profile: step.profile,
    expiresAt,
  });
}

/** Undefined where there is nothing to renew with or the service wants to see the person again. */
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
  step: SsoStep,
  context: SourceContext,
  oidc: SsoOidc,
  known: (SsoClient & { readonly grant: 'code' | 'device' }) | undefined,
): Promise<SsoSignIn> {
  const { system } = context;
  const unavailable = await system.terminal.unavailable();
  if (unavailable !== undefined) {
    throw new CliError(
      'aws',
      `profile ${step.profile} requires a sign-in to ${sessionOf(step)}, but ${unavailable}`,
      {
        code: 'prompt-impossible',
        hints: [`run this in a terminal first: ${ccvaultCommand('refresh', { operands: [step.profile] })}`],
      },
    );
  }
  // A client about to end would take the refresh token with it.
  const client =
    known !== undefined && known.expiresAt - system.clock.now() > DAY_MILLISECONDS ? known : undefined;
  return signIn(step, { system, oidc, grant: chooseGrant(system, context.noBrowser), client });
}

function sessionOf({ sso }: SsoStep): string {
  const at = `IAM Identity Center at ${sso.startUrl}`;
  return sso.session === undefined ? at : `${at} (sso-session ${sso.session})`;
}

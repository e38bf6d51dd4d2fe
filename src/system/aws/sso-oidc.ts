import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import type { CreateTokenCommandInput } from '@aws-sdk/client-sso-oidc';
import { notFromAws } from '../../core/aws/errors.ts';
import type { AwsSettings, SsoGrant, SsoOidc } from '../../core/ports/aws.ts';
import type { Clock } from '../../core/ports/system.ts';
import { Secret } from '../../core/secret.ts';
import type { Caller } from './client.ts';
import { boundedNumber, receivedAddress, receivedText } from './received.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
// RFC 8628, section 3.2: 5 s between polls if the service names no interval.
const INTERVAL_SECONDS = { min: 1, max: 60, otherwise: 5 };
// Lifetimes in a response are limited to what is plausible: an hour for a device code; 90 days, the longest session
// of IAM Identity Center, for a token.
const CODE_SECONDS = { min: 1, max: 3600, otherwise: 600 };
const TOKEN_SECONDS = { min: 1, max: 90 * 86_400, otherwise: 0 };
const LAST_SECOND = { min: 1, max: 253_402_300_799, otherwise: 0 };

/**
 * The OAuth 2.0 service of IAM Identity Center through the SDK. A request with an authorization code or a refresh
 * token is only repeated after throttling; one with a device code, only by the caller that polls.
 */
export function createSsoOidc(caller: Caller, settings: AwsSettings, clock: Pick<Clock, 'now'>): SsoOidc {
  return {
    registerClient: ({ name, scopes, code }) =>
      caller.call({ action: 'sso-oidc:RegisterClient', repeat: 'any' }, async (config, options) => {
        const command = new RegisterClientCommand({
          clientName: name,
          clientType: 'public',
          scopes: [...scopes],
          ...(code === undefined
            ? {}
            : {
                grantTypes: ['authorization_code', 'refresh_token'],
                redirectUris: [code.redirectUri],
                issuerUrl: code.issuerUrl,
              }),
        });
        const answer = await described(new SSOOIDCClient(config).send(command, options));
        const clientId = receivedText(answer.clientId);
        const clientSecret = receivedText(answer.clientSecret);
        if (!clientId || !clientSecret) throw incomplete('a client');
        return {
          clientId,
          clientSecret: new Secret(clientSecret),
          expiresAt: boundedNumber(answer.clientSecretExpiresAt, LAST_SECOND) * 1000,
        };
      }),

    startDeviceAuthorization: ({ clientId, clientSecret }, startUrl) =>
      caller.call({ action: 'sso-oidc:StartDeviceAuthorization', repeat: 'any' }, async (config, options) => {
        const command = new StartDeviceAuthorizationCommand({
          clientId,
          clientSecret: clientSecret.reveal(),
          startUrl,
        });
        const answer = await described(new SSOOIDCClient(config).send(command, options));
        const deviceCode = receivedText(answer.deviceCode);
        const userCode = receivedText(answer.userCode);
        const verificationUri = receivedAddress(answer.verificationUri);
        if (!deviceCode || !userCode || !verificationUri) throw incomplete('a device code');
        return {
          deviceCode: new Secret(deviceCode),
          userCode,
          verificationUri,
          verificationUriComplete: receivedAddress(answer.verificationUriComplete) ?? verificationUri,
          expiresAt: clock.now() + boundedNumber(answer.expiresIn, CODE_SECONDS) * 1000,
          intervalSeconds: boundedNumber(answer.interval, INTERVAL_SECONDS),
        };
      }),

    createToken: ({ clientId, clientSecret }, grant) =>
      // The caller that polls with a device code waits between its requests itself.
      caller.call(
        { action: 'sso-oidc:CreateToken', repeat: grant.type === 'device' ? 'never' : 'refused' },
        async (config, options) => {
          const command = new CreateTokenCommand({
            clientId,
            clientSecret: clientSecret.reveal(),
            ...grantInput(grant),
          });
          const answer = await described(new SSOOIDCClient(config).send(command, options));
          const accessToken = receivedText(answer.accessToken);
          const refreshToken = receivedText(answer.refreshToken);
          const seconds = boundedNumber(answer.expiresIn, TOKEN_SECONDS);
          if (!accessToken || seconds === 0) throw incomplete('a token');
          return {
            accessToken: new Secret(accessToken),
            ...(refreshToken ? { refreshToken: new Secret(refreshToken) } : {}),
            expiresAt: clock.now() + seconds * 1000,
          };
        },
      ),

    authorizeUrl: () =>
      // The SDK has no command for this operation; its endpoint is that of the others.
      caller.call({ action: 'sso-oidc:Authorize', repeat: 'never' }, async (config) => {
        const { endpointProvider } = new SSOOIDCClient(config).config;
        const { url } = endpointProvider({
          Region: settings.region,
          UseFIPS: settings.fips ?? false,
          UseDualStack: settings.dualstack ?? false,
          ...(settings.endpoint === undefined ? {} : { Endpoint: settings.endpoint }),
        });
        return new URL(`${url.href.replace(/\/$/, '')}/authorize`);
      }),
  };
}

function grantInput(
  grant: SsoGrant,
): Pick<CreateTokenCommandInput, 'grantType'> & Partial<CreateTokenCommandInput> {
  switch (grant.type) {
    case 'refresh':
      return { grantType: 'refresh_token', refreshToken: grant.refreshToken.reveal() };
    case 'device':
      return { grantType: DEVICE_GRANT, deviceCode: grant.deviceCode.reveal() };
    case 'code':
      return {
        grantType: 'authorization_code',
        code: grant.code.reveal(),
        codeVerifier: grant.verifier.reveal(),
        redirectUri: grant.redirectUri,
      };
  }
}

/** Replaces the SDK's message of an error, which says nothing, with the service's `error_description`. */
async function described<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const said: unknown = error instanceof Error ? Reflect.get(error, 'error_description') : undefined;
    if (error instanceof Error && typeof said === 'string') error.message = said;
    throw error;
  }
}

function incomplete(what: string): Error {
  return notFromAws(`a response without ${what}`, 'IAM Identity Center');
}

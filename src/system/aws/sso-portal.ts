import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  SSOClient,
} from '@aws-sdk/client-sso';
import { notFromAws } from '../../core/aws/errors.ts';
import type { SsoPortal } from '../../core/ports/aws.ts';
import type { Clock } from '../../core/ports/system.ts';
import { Secret } from '../../core/secret.ts';
import type { Caller } from './client.ts';
import { receivedCredentials, receivedText } from './received.ts';

// The maximum of `maxResults` (IAM Identity Center Portal API reference, ListAccounts and ListAccountRoles).
const PAGE_SIZE = 100;

/** The portal of IAM Identity Center through the SDK. */
export function createSsoPortal(caller: Caller, clock: Pick<Clock, 'now'>): SsoPortal {
  return {
    getRoleCredentials: (token, accountId, roleName) =>
      caller.call({ action: 'sso:GetRoleCredentials', repeat: 'any' }, async (config, options) => {
        const command = new GetRoleCredentialsCommand({ accessToken: token.reveal(), accountId, roleName });
        const { roleCredentials } = await new SSOClient(config).send(command, options);
        const accessKeyId = receivedText(roleCredentials?.accessKeyId);
        const secretAccessKey = receivedText(roleCredentials?.secretAccessKey);
        const sessionToken = receivedText(roleCredentials?.sessionToken);
        const expiration: unknown = roleCredentials?.expiration;
        if (!accessKeyId || !secretAccessKey || !sessionToken || typeof expiration !== 'number')
          throw incomplete('credentials');
        return receivedCredentials(
          {
            accessKeyId,
            secretAccessKey: new Secret(secretAccessKey),
            sessionToken: new Secret(sessionToken),
            expiresAt: expiration,
          },
          'IAM Identity Center',
          clock.now(),
        );
      }),

    listAccounts: (token, nextToken) =>
      caller.call({ action: 'sso:ListAccounts', repeat: 'any' }, async (config, options) => {
        const command = new ListAccountsCommand({
          accessToken: token.reveal(),
          maxResults: PAGE_SIZE,
          nextToken,
        });
        const answer = await new SSOClient(config).send(command, options);
        const items = listOf(answer.accountList).map(({ accountId, accountName, emailAddress }) => ({
          id: textOf(accountId),
          name: textOf(accountName),
          email: textOf(emailAddress),
        }));
        return { items, nextToken: receivedText(answer.nextToken) };
      }),

    listAccountRoles: (token, accountId, nextToken) =>
      caller.call({ action: 'sso:ListAccountRoles', repeat: 'any' }, async (config, options) => {
        const command = new ListAccountRolesCommand({
          accessToken: token.reveal(),
          accountId,
          maxResults: PAGE_SIZE,
          nextToken,
        });
        const answer = await new SSOClient(config).send(command, options);
        const items = listOf(answer.roleList).map(({ roleName }) => textOf(roleName));
        return { items, nextToken: receivedText(answer.nextToken) };
      }),

    logout: (token) =>
      caller.call({ action: 'sso:Logout', repeat: 'any' }, async (config, options) => {
        await new SSOClient(config).send(new LogoutCommand({ accessToken: token.reveal() }), options);
      }),
  };
}

// The SDK does not check the types of a JSON response.
function listOf<T>(list: readonly T[] | undefined): readonly Partial<T>[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function incomplete(what: string): Error {
  return notFromAws(`a response without ${what}`, 'IAM Identity Center');
}

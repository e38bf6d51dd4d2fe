import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { notFromAws } from '../../core/aws/errors.ts';
import { isAccessKeyId } from '../../core/credential-faults.ts';
import type { AccessKeyInfo, Iam } from '../../core/ports/aws.ts';
import { Secret } from '../../core/secret.ts';
import type { Caller } from './client.ts';
import { receivedCredentials } from './received.ts';

/** IAM through the SDK. A user has at most two access keys and eight MFA devices, so the first page is complete. */
export function createIam(caller: Caller): Iam {
  return {
    listMfaDevices: (credentials, userName) =>
      caller.call({ action: 'iam:ListMFADevices', credentials, repeat: 'any' }, async (config, options) => {
        const command = new ListMFADevicesCommand({ UserName: userName });
        const { MFADevices } = await new IAMClient(config).send(command, options);
        if (MFADevices === undefined) throw incomplete('a list of devices');
        return MFADevices.flatMap(({ SerialNumber }) => SerialNumber ?? []);
      }),

    listAccessKeys: (credentials, userName) =>
      caller.call({ action: 'iam:ListAccessKeys', credentials, repeat: 'any' }, async (config, options) => {
        const command = new ListAccessKeysCommand({ UserName: userName });
        const { AccessKeyMetadata } = await new IAMClient(config).send(command, options);
        if (AccessKeyMetadata === undefined) throw incomplete('a list of keys');
        return AccessKeyMetadata.map(({ AccessKeyId = '', Status, CreateDate }): AccessKeyInfo => {
          if (!isAccessKeyId(AccessKeyId) || CreateDate === undefined)
            throw incomplete('the ID and date of each key');
          return { accessKeyId: AccessKeyId, active: Status === 'Active', createdAt: CreateDate.getTime() };
        });
      }),

    // Not retried after a lost response: the request may have created a key.
    createAccessKey: (credentials, userName) =>
      caller.call(
        { action: 'iam:CreateAccessKey', credentials, repeat: 'refused' },
        async (config, options) => {
          const command = new CreateAccessKeyCommand({ UserName: userName });
          const { AccessKey } = await new IAMClient(config).send(command, options);
          const { AccessKeyId: accessKeyId = '', SecretAccessKey, CreateDate } = AccessKey ?? {};
          if (!isAccessKeyId(accessKeyId) || !SecretAccessKey || CreateDate === undefined)
            throw incomplete('a key');
          const made = { accessKeyId, secretAccessKey: new Secret(SecretAccessKey) };
          return {
            // A long-lived key does not expire, so the time is not used.
            credentials: receivedCredentials(made, 'AWS IAM', 0),
            createdAt: CreateDate.getTime(),
          };
        },
      ),

    setAccessKeyActive: (credentials, userName, accessKeyId, active) =>
      caller.call({ action: 'iam:UpdateAccessKey', credentials, repeat: 'any' }, async (config, options) => {
        const command = new UpdateAccessKeyCommand({
          UserName: userName,
          AccessKeyId: accessKeyId,
          Status: active ? 'Active' : 'Inactive',
        });
        await new IAMClient(config).send(command, options);
      }),

    deleteAccessKey: (credentials, userName, accessKeyId) =>
      caller.call({ action: 'iam:DeleteAccessKey', credentials, repeat: 'any' }, async (config, options) => {
        const command = new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId });
        await new IAMClient(config).send(command, options);
      }),
  };
}

function incomplete(what: string): Error {
  return notFromAws(`a response without ${what}`, 'IAM');
}

import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import type { Credentials as StsCredentials } from '@aws-sdk/client-sts';
import { notFromAws } from '../../core/aws/errors.ts';
import type { Credentials } from '../../core/credentials.ts';
import type { MfaCode, SessionPolicy, Sts } from '../../core/ports/aws.ts';
import type { Clock } from '../../core/ports/system.ts';
import { Secret } from '../../core/secret.ts';
import type { Caller } from './client.ts';
import { receivedCredentials, receivedIdentity } from './received.ts';

/** STS through the SDK. A request with an MFA code is sent once. */
export function createSts(caller: Caller, clock: Pick<Clock, 'now'>): Sts {
  return {
    getCallerIdentity: (credentials) =>
      caller.call(
        { action: 'sts:GetCallerIdentity', credentials, repeat: 'any' },
        async (config, options) => {
          const { Account, Arn, UserId } = await new STSClient(config).send(
            new GetCallerIdentityCommand({}),
            options,
          );
          if (Account === undefined || Arn === undefined || UserId === undefined)
            throw incomplete('an identity');
          return receivedIdentity({ account: Account, arn: Arn, userId: UserId });
        },
      ),

    getSessionToken: (credentials, { durationSeconds, mfa }) =>
      caller.call({ action: 'sts:GetSessionToken', credentials, ...once(mfa) }, async (config, options) => {
        const command = new GetSessionTokenCommand({ DurationSeconds: durationSeconds, ...mfaInput(mfa) });
        return received((await new STSClient(config).send(command, options)).Credentials, clock);
      }),

    assumeRole: (credentials, request) =>
      caller.call(
        { action: 'sts:AssumeRole', credentials, ...once(request.mfa) },
        async (config, options) => {
          const command = new AssumeRoleCommand({
            RoleArn: request.roleArn,
            RoleSessionName: request.sessionName,
            DurationSeconds: request.durationSeconds,
            ExternalId: request.externalId,
            Tags: request.tags?.map(({ key, value }) => ({ Key: key, Value: value })),
            TransitiveTagKeys: request.transitiveTagKeys && [...request.transitiveTagKeys],
            SourceIdentity: request.sourceIdentity,
            ...policyInput(request.policy),
            ...mfaInput(request.mfa),
          });
          return received((await new STSClient(config).send(command, options)).Credentials, clock);
        },
      ),

    assumeRoleWithWebIdentity: (request) =>
      caller.call({ action: 'sts:AssumeRoleWithWebIdentity', repeat: 'any' }, async (config, options) => {
        const command = new AssumeRoleWithWebIdentityCommand({
          RoleArn: request.roleArn,
          RoleSessionName: request.sessionName,
          DurationSeconds: request.durationSeconds,
          WebIdentityToken: request.token,
          ...policyInput(request.policy),
        });
        return received((await new STSClient(config).send(command, options)).Credentials, clock);
      }),

    getFederationToken: (credentials, request) =>
      caller.call(
        { action: 'sts:GetFederationToken', credentials, repeat: 'any' },
        async (config, options) => {
          const command = new GetFederationTokenCommand({
            Name: request.name,
            DurationSeconds: request.durationSeconds,
            ...policyInput(request.policy),
          });
          return received((await new STSClient(config).send(command, options)).Credentials, clock);
        },
      ),
  };
}

function once(mfa: MfaCode | undefined): { repeat: 'any' | 'never'; mfaSerial?: string } {
  return mfa === undefined ? { repeat: 'any' } : { repeat: 'never', mfaSerial: mfa.serial };
}

function mfaInput(mfa: MfaCode | undefined): { SerialNumber?: string; TokenCode?: string } {
  return mfa === undefined ? {} : { SerialNumber: mfa.serial, TokenCode: mfa.code };
}

function policyInput(policy: SessionPolicy | undefined): { PolicyArns?: { arn: string }[]; Policy?: string } {
  const { policyArns = [], document } = policy ?? {};
  return {
    ...(policyArns.length === 0 ? {} : { PolicyArns: policyArns.map((arn) => ({ arn })) }),
    ...(document === undefined ? {} : { Policy: document }),
  };
}

function received(credentials: StsCredentials | undefined, clock: Pick<Clock, 'now'>): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  const expiresAt = Expiration?.getTime() ?? Number.NaN;
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || Number.isNaN(expiresAt)) {
    throw incomplete('credentials');
  }
  const sessionToken = new Secret(SessionToken);
  return receivedCredentials(
    { accessKeyId: AccessKeyId, secretAccessKey: new Secret(SecretAccessKey), sessionToken, expiresAt },
    'AWS STS',
    clock.now(),
  );
}

function incomplete(what: string): Error {
  return notFromAws(`a response without ${what}`, 'STS');
}

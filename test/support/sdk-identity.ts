import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/**
 * The AWS SDK for JavaScript with nothing configured, as in any program: each call asks AWS who it is, and gives the
 * answer and the id of the key it was asked with.
 */
export function createIdentityClient(): () => Promise<string> {
  const client = new STSClient({
    credentials: fromNodeProviderChain(),
    requestHandler: new NodeHttpHandler({
      httpsAgent: new Agent({
        proxyEnv: { HTTPS_PROXY: process.env['HTTPS_PROXY'] ?? '' },
        ca: readFileSync(process.env['AWS_CA_BUNDLE'] ?? ''),
      }),
    }),
  });
  return async () => {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    const { accessKeyId } = await client.config.credentials();
    return `${Arn} with ${accessKeyId}`;
  };
}

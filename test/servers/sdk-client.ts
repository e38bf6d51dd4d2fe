// A program that lives long: the AWS SDK for JavaScript with nothing configured. For every line of standard input it
// asks AWS who it is, and prints the answer and the id of the key it was asked with.

import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { createInterface } from 'node:readline';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const client = new STSClient({
  credentials: fromNodeProviderChain(),
  requestHandler: new NodeHttpHandler({
    httpsAgent: new Agent({
      proxyEnv: { HTTPS_PROXY: process.env['HTTPS_PROXY'] ?? '' },
      ca: readFileSync(process.env['AWS_CA_BUNDLE'] ?? ''),
    }),
  }),
});
for await (const _ of createInterface({ input: process.stdin })) {
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    const { accessKeyId } = await client.config.credentials();
    console.log(`${Arn} with ${accessKeyId}.`);
  } catch (error) {
    console.log(`failed: ${String(error)}.`);
  }
}

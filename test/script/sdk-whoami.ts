// The AWS SDK for JavaScript as a user of ccvault: finds a profile's credentials by its own rules and asks who it is.

import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const { HTTPS_PROXY = '', AWS_CA_BUNDLE = '' } = process.env;
const httpsAgent = new Agent({ proxyEnv: { HTTPS_PROXY }, ca: readFileSync(AWS_CA_BUNDLE) });
const client = new STSClient({
  profile: process.argv[2] ?? '',
  requestHandler: new NodeHttpHandler({ httpsAgent }),
});
const { Arn } = await client.send(new GetCallerIdentityCommand());
process.stdout.write(`${Arn}\n`);
process.exit();

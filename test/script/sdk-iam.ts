// A program that reads from IAM or writes to it, with the credentials that any SDK finds: `sdk-iam OPERATION USER`. Prints
// how many keys the user has, or AWS's refusal, and then ends with 1.

import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { CreateAccessKeyCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const { HTTPS_PROXY = '', AWS_CA_BUNDLE = '' } = process.env;
const httpsAgent = new Agent({ proxyEnv: { HTTPS_PROXY }, ca: readFileSync(AWS_CA_BUNDLE) });
const client = new IAMClient({
  credentials: fromNodeProviderChain(),
  requestHandler: new NodeHttpHandler({ httpsAgent }),
});
const [operation, UserName = ''] = process.argv.slice(2);
try {
  if (operation === 'CreateAccessKey') await client.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyMetadata = [] } = await client.send(new ListAccessKeysCommand({ UserName }));
  process.stdout.write(`${AccessKeyMetadata.length}\n`);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}

// A program that lives long: for every line of standard input it asks AWS who it is.

import { createInterface } from 'node:readline';
import { createIdentityClient } from '../support/sdk-identity.ts';

const ask = createIdentityClient();
for await (const _ of createInterface({ input: process.stdin })) {
  console.log(`${await ask().catch((error: unknown) => `failed: ${String(error)}`)}.`);
}

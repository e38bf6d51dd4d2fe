// What `make demo` runs under a credential server: it asks AWS who it is, and again when its credentials have ended.
import { execFileSync } from 'node:child_process';
import { createIdentityClient } from '../support/sdk-identity.ts';

const ask = createIdentityClient();
console.log(await ask());
console.log('... more than an hour passes ...');
execFileSync('an-hour-passes');
console.log(await ask());

// What `make demo` runs under a credential server: it asks AWS who it is, and again when its credentials are others.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIdentityClient } from '../support/sdk-identity.ts';

const ask = createIdentityClient();
const first = await ask();
console.log(first);
if (process.argv[2] === 'early') {
  console.log('... a few seconds pass ...');
  console.log(await askUntilOther(first));
} else {
  console.log('... more than an hour passes ...');
  execFileSync('an-hour-passes');
  console.log(await ask());
}

/** A client of its own each time: the SDK keeps credentials for as long as they last. */
async function askUntilOther(before: string): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    await sleep(1000);
    const now = await createIdentityClient()();
    if (now !== before) return now;
  }
  throw new Error('the credentials were never renewed');
}

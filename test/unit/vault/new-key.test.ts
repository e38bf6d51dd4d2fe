import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CliError } from '../../../src/core/errors.ts';
import { withNewKey } from '../../../src/vault/new-key.ts';

/** How often a call was made until it ended, for a key of this age that AWS knows after so many milliseconds. */
async function triesOf(age: number, knownAfter: number, awsCode = 'InvalidClientTokenId'): Promise<number> {
  let now = 1_000_000_000;
  let tries = 0;
  const known = now + knownAfter;
  const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) };
  const call = async (): Promise<void> => {
    tries += 1;
    if (now < known) throw new CliError('aws', 'unknown', { awsCode });
  };
  await withNewKey(now - age, clock, call).catch(() => {});
  return tries;
}

for (const [what, tries, age, knownAfter, code] of [
  ['once where AWS knows it', 1, 1000, 0],
  ['until AWS knows it', 3, 1000, 3000],
  ['no longer than ten seconds', 5, 1000, 100_000],
  ['once for a key that is not new', 1, 61_000, 3000],
  ['once for another refusal', 1, 1000, 3000, 'AccessDenied'],
] as const) {
  it(`a new key is tried ${what}`, async () => {
    assert.equal(await triesOf(age, knownAfter, code), tries);
  });
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CliError } from '../../../../src/core/errors.ts';
import { isUnknownKey, untilKnown } from '../../../../src/vault/rotation/proof.ts';
import { collect } from '../../../support/resolve-bench.ts';

const UNKNOWN = new CliError('aws', 'not known', { awsCode: 'InvalidClientTokenId' });
const DENIED = new CliError('aws', 'denied', { awsCode: 'AccessDenied' });

/** How often a call was made, and how long was waited, until it succeeded or failed for good. */
async function tries(
  call: (at: number) => void,
): Promise<{ made: number; milliseconds: number; error: unknown }> {
  let now = 0;
  let made = 0;
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const error = await untilKnown({ clock, out: collect([]) }, async () => {
    made += 1;
    call(now);
  }).catch((thrown: unknown) => thrown);
  return { made, milliseconds: now, error };
}

describe('a call that a new key signs', () => {
  it('is made once where AWS knows the key', async () => {
    assert.deepEqual(await tries(() => {}), { made: 1, milliseconds: 0, error: undefined });
  });

  it('is repeated while AWS does not know the key', async () => {
    const { made, milliseconds, error } = await tries((at) => {
      if (at < 10_000) throw UNKNOWN;
    });
    assert.equal(error, undefined);
    assert.ok(made > 3);
    assert.ok(milliseconds >= 10_000 && milliseconds < 15_000);
  });

  it('is given up within a minute', async () => {
    const { made, milliseconds, error } = await tries(() => {
      throw UNKNOWN;
    });
    assert.equal(error, UNKNOWN);
    assert.ok(made > 10 && made < 40);
    assert.ok(milliseconds > 50_000 && milliseconds <= 60_000);
  });

  it('is not repeated after another refusal', async () => {
    const { made, error } = await tries(() => {
      throw DENIED;
    });
    assert.equal(made, 1);
    assert.equal(error, DENIED);
    assert.equal(isUnknownKey(new Error('InvalidClientTokenId')), false);
  });
});

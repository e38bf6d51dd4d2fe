import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { RotateModel } from '../support/rotate-model.ts';
import type { Rules } from '../support/model-iam.ts';
import type { Fault, Run } from '../support/rotate-model.ts';
import { runs as inputs } from '../support/fuzz.ts';

const FAULTS: readonly Fault[] = ['fail-before', 'fail-after', 'kill-before', 'kill-after'];

const KEY: Rules = { signer: 'key' };
const MFA: Rules = { signer: 'session', mfaDemanded: true };

/** Who signs under which rules, and for how many codes. */
const CASES: ReadonlyMap<string, { readonly rules: Rules; readonly codes: number }> = new Map([
  ['the key', { rules: KEY, codes: 0 }],
  ['the key, in a keyring that renames items', { rules: { ...KEY, renames: true }, codes: 0 }],
  ['a key that was stored unverified', { rules: { ...KEY, unverified: true }, codes: 0 }],
  ['a session that outlives its key', { rules: MFA, codes: 1 }],
  ['a session that ends with its key', { rules: { ...MFA, endOfSession: 'InvalidClientTokenId' }, codes: 2 }],
  ['a session that is denied after its key', { rules: { ...MFA, endOfSession: 'AccessDenied' }, codes: 2 }],
  [
    'a session that ends with its key, where MFA is not demanded',
    { rules: { signer: 'session', endOfSession: 'InvalidClientTokenId' }, codes: 1 },
  ],
]);

async function withModel(
  rules: Rules,
  work: (model: RotateModel, oldKeyId: string) => Promise<void>,
): Promise<void> {
  const model = new RotateModel(rules);
  try {
    await work(model, await model.begin());
  } finally {
    model.end();
  }
}

function assertRotated(model: RotateModel, oldKeyId: string, run: Run): void {
  assert.equal(run.error, undefined);
  const stored = model.workingKey();
  assert.notEqual(stored, oldKeyId);
  assert.deepEqual([...model.iam.keys.keys()], [stored]);
  assert.deepEqual([...model.items.keys()], ['key/dev']);
  assert.deepEqual(model.files(), ['index.json']);
  assert.ok(!model.iam.deletedActive.includes(oldKeyId), 'the old key was deleted while it was active');
}

/** What holds after every run, whatever befell it. */
function assertSafe(model: RotateModel, run: Run, keysBefore: number): void {
  const stored = model.workingKey();
  assert.ok(model.iam.keys.size <= 2);
  if (run.error === 'killed' || run.error === undefined || model.iam.keys.size <= keysBefore) return;
  for (const id of model.iam.keys.keys()) {
    // Where the answer of CreateAccessKey and the list after it were both lost, nobody can know the id.
    const told = run.said.includes(id.slice(-4)) || run.said.includes('may have created a key');
    assert.ok(told || id === stored, `${id} is not named in:\n${run.said}`);
  }
  assert.match(run.said, /finish it with: ccvault rotate dev/);
}

for (const [signer, { rules, codes }] of CASES) {
  test(`signed by ${signer}: the old key goes, the new one is stored`, async () => {
    await withModel(rules, async (model, oldKeyId) => {
      const run = await model.run();
      assertRotated(model, oldKeyId, run);
      assert.deepEqual(run.done, [
        'ListAccessKeys',
        'CreateAccessKey',
        'GetCallerIdentity',
        'UpdateAccessKey',
        'DeleteAccessKey',
      ]);
      assert.equal(model.iam.sessionsMade, codes);
      assert.equal(run.said.includes('enter one more MFA code to finish with the new key'), codes > 1);
      const said = run.said.split('\n');
      assert.match(said[0] ?? '', /^replacing the key \*{4}0001 .* finish it with: ccvault rotate dev$/);
      assert.equal(said[1], 'created the key ****0002 for user dana');
      assert.equal(
        said.at(-1),
        'profile dev has the key ****0002 (created on 2026-01-01) instead of ****0001; 0 sessions of the old key dropped',
      );
      assert.ok(said.includes('deleted the old key ****0001 (created on 2025-01-01)'));
    });
  });

  for (const fault of FAULTS) {
    test(`signed by ${signer}: ${fault} at every call, then run again`, async () => {
      let calls = 0;
      await withModel(rules, async (model) => void ({ calls } = await model.run()));
      for (let at = 0; at < calls; at += 1) {
        await withModel(rules, async (model, oldKeyId) => {
          const first = await model.run(new Map([[at, fault]]));
          assertSafe(model, first, 1);
          if (first.error === undefined) return assertRotated(model, oldKeyId, first);
          // What the journal says for certain needs nobody to ask.
          model.isAttended = !model.isNewKeyNoted();
          const second = await model.run();
          assert.equal(second.error, undefined, `call ${at}: ${first.said}\n${second.said}`);
          // A run that failed after its work was done may have left nothing to go on with: then it is a new rotation.
          assertRotated(model, oldKeyId, second);
        });
      }
    });
  }
}

test('random faults in run after run: a stored key always works, and a quiet run ends with one key', async () => {
  const faults = fc
    .array(fc.tuple(fc.nat(40), fc.constantFrom(...FAULTS)), { maxLength: 4 })
    .map((entries) => new Map(entries));
  const run = fc.record({ faults, madeByHand: fc.boolean(), isAttended: fc.boolean() });
  const schedule = fc.record({
    rules: fc.constantFrom(...[...CASES.values()].map((one) => one.rules)),
    runs: fc.array(run, { minLength: 1, maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(schedule, async ({ rules, runs }) => {
      await withModel(rules, async (model, oldKeyId) => {
        const { keys } = model.iam;
        for (const one of runs) {
          if (one.madeByHand) model.makeByHand();
          model.isAttended = one.isAttended;
          const keysBefore = keys.size;
          assertSafe(model, await model.run(one.faults), keysBefore);
          for (const id of model.madeByHand) assert.ok(keys.has(id), 'a key made by hand was deleted');
        }
        model.isAttended = true;
        let last = await model.run();
        if (last.error !== undefined && last.error !== 'killed') assert.equal(last.error.code, 'two-keys');
        for (const id of model.madeByHand) assert.ok(keys.delete(id), 'a key made by hand was deleted');
        if (last.error !== undefined) last = await model.run();
        assertRotated(model, oldKeyId, last);
      });
    }),
    inputs(150),
  );
});

/** Interrupted with the journal written, CreateAccessKey carried out or not, and nobody who heard of it. */
async function loseResponse(model: RotateModel, carriedOut: boolean): Promise<void> {
  const isThere = (): boolean =>
    carriedOut ? model.iam.keys.size === 2 : model.files().some((name) => name.startsWith('rotate-'));
  for (let at = 0; !isThere(); at += 1)
    await model.run(new Map([[at, carriedOut ? 'kill-after' : 'kill-before']]));
}

for (const minutes of [0, 1, 10]) {
  test(`a key made by hand ${minutes} min after an interrupted CreateAccessKey is asked about by name, and stays`, async () => {
    await withModel(KEY, async (model, oldKeyId) => {
      await loseResponse(model, false);
      model.pass(minutes * 60_000);
      const theirs = model.makeByHand() ?? '';
      for (const isAttended of [false, true]) {
        model.isAttended = isAttended;
        const run = await model.run();
        assert.ok(run.error !== undefined && run.error !== 'killed');
        assert.equal(run.error.code, isAttended ? 'two-keys' : 'prompt-impossible');
        assert.equal(run.error.exitCode, 4);
        assert.match(run.said, /the key \*{4}0002 of user dana \(created on 2026-01-01 at \d\d:\d\d UTC\)/);
        assert.equal(run.said.includes('Delete the key ****0002 of user dana?'), isAttended);
        assert.deepEqual([...model.iam.keys.keys()], [oldKeyId, theirs]);
      }
      // Asked once: from now on these are two keys like any others.
      model.isAttended = false;
      assert.doesNotMatch((await model.run()).said, /interrupted|Delete/);
    });
  });
}

test('a key that CreateAccessKey made, its response lost, is asked about by the next run, and goes', async () => {
  await withModel(KEY, async (model, oldKeyId) => {
    await loseResponse(model, true);
    model.isAttended = false;
    assert.match((await model.run()).said, /may have created it, or somebody by hand/);
    assert.equal(model.iam.keys.size, 2);
    model.isAttended = true;
    const run = await model.run();
    assert.match(run.said, /Delete the key \*{4}0002 of user dana\?/);
    assert.match(run.said, /deleted the key \*{4}0002 .*, left behind by an interrupted rotation/);
    assertRotated(model, oldKeyId, run);
  });
});

test('two keys already: says which, changes nothing', async () => {
  await withModel(KEY, async (model) => {
    const other = model.iam.makeKey(Date.UTC(2025, 5, 1));
    const before = new Map(model.items);
    const run = await model.run();
    assert.ok(run.error !== undefined && run.error !== 'killed');
    assert.match(
      run.error.message,
      /\*\*\*\*0001, stored here, .* and \*\*\*\*0002 \(created on 2025-06-01\)/,
    );
    assert.deepEqual(model.items, before);
    assert.deepEqual([...model.iam.keys.keys()].length, 2);
    assert.ok(model.iam.keys.has(other));
    assert.deepEqual(model.files(), ['index.json']);
  });
});

test("another user's key stored meanwhile: the new key is named, and the rotation is of the other user", async () => {
  await withModel(KEY, async (model, oldKeyId) => {
    // Killed with the new key set aside.
    let at = 0;
    while (!model.items.has('rotating/dev')) {
      await model.run(new Map([[at, 'kill-before']]));
      at += 1;
    }
    const [, theirs = ''] = [...model.iam.keys.keys()];
    model.becomeUser('erin');
    const run = await model.run();
    assert.match(run.said, new RegExp(`left the new key \\*{4}${theirs.slice(-4)} with user dana`));
    assert.equal(run.error, undefined);
    assert.notEqual(model.workingKey(), oldKeyId);
    assert.deepEqual([...model.items.keys()], ['key/dev']);
    assert.deepEqual(model.files(), ['index.json']);
  });
});

test("a key made long after an interrupted rotation is somebody else's", async () => {
  await withModel(KEY, async (model) => {
    await loseResponse(model, false);
    assert.equal(model.iam.keys.size, 1);
    model.pass(3600_000);
    const theirs = model.iam.makeKey(model.now);
    const run = await model.run();
    assert.ok(run.error !== undefined && run.error !== 'killed');
    assert.equal(run.error.code, 'two-keys');
    assert.ok(model.iam.keys.has(theirs));
  });
});

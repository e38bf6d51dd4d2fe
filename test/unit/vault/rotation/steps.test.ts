import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccessKeyInfo } from '../../../../src/core/ports/aws.ts';
import type { RotateJournal } from '../../../../src/vault/rotation/journal.ts';
import { nextStep } from '../../../../src/vault/rotation/steps.ts';
import type { RotateState } from '../../../../src/vault/rotation/steps.ts';

const BEGUN = Date.UTC(2026, 0, 1, 12);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const OLD = 'AKIAOLD';
const OTHER = 'AKIAOTHER';

const listed = (accessKeyId: string, createdAt = BEGUN, active = true): AccessKeyInfo => ({
  accessKeyId,
  createdAt,
  active,
});

const journal = (change: Partial<RotateJournal> = {}): RotateJournal => ({
  version: 1,
  profile: 'dev',
  userName: 'dana',
  step: 'create',
  oldKeyId: OLD,
  oldGenerations: ['1'],
  idsBefore: [OLD],
  startedAt: new Date(BEGUN).toISOString(),
  ...change,
});

/** A rotation that was interrupted when CreateAccessKey may have been carried out: two keys, one of them not known. */
const interrupted = (change: Partial<RotateState> = {}): RotateState => ({
  journal: journal(),
  keys: [listed(OLD, BEGUN - 1e9), listed(OTHER)],
  storedKeyId: OLD,
  pendingKeyId: undefined,
  copies: [],
  vaultKeyIds: [OLD],
  proven: false,
  mayDeactivate: true,
  ...change,
});

describe('a key that nobody knows of is asked about when it may be ours, deleted when it is', () => {
  for (const [age, ours] of [
    [-500 * MINUTE, false],
    [-5 * MINUTE - SECOND, false],
    [-5 * MINUTE, true],
    [0, true],
    [45 * SECOND, true],
    [15 * MINUTE, true],
    [15 * MINUTE + SECOND, false],
    [500 * MINUTE, false],
  ] as const) {
    it(`made ${age / SECOND} s after the journal: ${ours ? 'may be ours' : "is somebody else's"}`, () => {
      const step = nextStep(interrupted({ keys: [listed(OLD, BEGUN - 1e9), listed(OTHER, BEGUN + age)] }));
      assert.deepEqual(
        step,
        ours ? { kind: 'ask-about-orphan', accessKeyId: OTHER } : { kind: 'refuse', reason: 'two-keys' },
      );
    });
  }

  it('not where the vault holds it', () => {
    assert.deepEqual(nextStep(interrupted({ vaultKeyIds: [OLD, OTHER] })), {
      kind: 'refuse',
      reason: 'two-keys',
    });
  });

  it('not even where the journal names it, while the vault holds it', () => {
    const state = interrupted({ journal: journal({ newKeyId: OTHER }), vaultKeyIds: [OLD, OTHER] });
    assert.deepEqual(nextStep(state), { kind: 'refuse', reason: 'two-keys' });
  });

  it('not where it was there before', () => {
    assert.deepEqual(nextStep(interrupted({ journal: journal({ idsBefore: [OLD, OTHER] }) })), {
      kind: 'refuse',
      reason: 'two-keys',
    });
  });

  it('not without a journal', () => {
    assert.deepEqual(nextStep(interrupted({ journal: undefined })), { kind: 'refuse', reason: 'two-keys' });
  });

  it('not where the journal names another one', () => {
    const state = interrupted({ journal: journal({ newKeyId: 'AKIANEW' }) });
    assert.deepEqual(nextStep(state), { kind: 'refuse', reason: 'two-keys' });
    const keys = [...state.keys, listed('AKIANEW')];
    assert.deepEqual(nextStep({ ...state, keys }), { kind: 'delete-orphan', accessKeyId: 'AKIANEW' });
  });

  it('deleted whatever its date, where the journal names it', () => {
    const state = interrupted({
      journal: journal({ newKeyId: OTHER }),
      keys: [listed(OLD), listed(OTHER, BEGUN + 1e9)],
    });
    assert.deepEqual(nextStep(state), { kind: 'delete-orphan', accessKeyId: OTHER });
  });
});

describe('the old key', () => {
  const renewed = (change: Partial<RotateState> = {}): RotateState =>
    interrupted({
      journal: journal({ newKeyId: OTHER }),
      storedKeyId: OTHER,
      vaultKeyIds: [OTHER],
      ...change,
    });

  it('is made inactive, then deleted', () => {
    assert.deepEqual(nextStep(renewed()), { kind: 'deactivate', accessKeyId: OLD });
    const keys = [listed(OLD, BEGUN, false), listed(OTHER)];
    assert.deepEqual(nextStep(renewed({ keys })), { kind: 'delete', accessKeyId: OLD });
  });

  it('is deleted at once where it may not be made inactive', () => {
    assert.deepEqual(nextStep(renewed({ mayDeactivate: false })), { kind: 'delete', accessKeyId: OLD });
  });

  it('stays where another profile still holds it', () => {
    assert.deepEqual(nextStep(renewed({ vaultKeyIds: [OTHER, OLD] })), { kind: 'finish' });
  });

  it('is left alone by a journal of another one', () => {
    assert.deepEqual(nextStep(interrupted({ journal: journal({ oldKeyId: 'AKIAOLDER' }) })), {
      kind: 'forget',
    });
  });
});

import type { AccessKeyInfo } from '../../core/ports/aws.ts';
import type { RotateJournal } from './journal.ts';

/** What a rotation knows before each step: only ids and dates, so that a test can construct any state. */
export interface RotateState {
  /** Undefined when no rotation is under way. */
  readonly journal: RotateJournal | undefined;
  /** The user's keys in IAM. */
  readonly keys: readonly AccessKeyInfo[];
  /** The id of the profile's stored key. */
  readonly storedKeyId: string;
  /** The id of the new key that is set aside in the backend until AWS has accepted it. */
  readonly pendingKeyId: string | undefined;
  /** Other profiles that hold the old key. */
  readonly copies: readonly string[];
  /** Every key id in the vault: none of them is ever deleted. */
  readonly vaultKeyIds: readonly string[];
  /** AWS has accepted the new key in this run. */
  readonly proven: boolean;
  /** False where the policy does not allow UpdateAccessKey. */
  readonly mayDeactivate: boolean;
}

export type RotateStep =
  | { readonly kind: 'refuse'; readonly reason: 'two-keys' | 'not-listed' }
  | { readonly kind: 'create' }
  | { readonly kind: 'prove' | 'promote' | 'drop-pending' | 'discard'; readonly accessKeyId: string }
  | { readonly kind: 'delete-orphan' | 'deactivate' | 'delete'; readonly accessKeyId: string }
  /** A key that CreateAccessKey may have created before its response was lost, or that somebody created by hand. */
  | { readonly kind: 'ask-about-orphan'; readonly accessKeyId: string }
  /** Somebody has stored another key since, which ended the journal's rotation. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'finish' };

// When a key that our call created may be dated, by our clock at the start. AWS accepts signatures that are five
// minutes off, so its clock may differ from ours by as much; the call itself ends after 45 seconds, and the later limit
// leaves a margin. A key dated outside these limits is somebody else's.
const EARLIEST_MILLISECONDS = -5 * 60_000;
const LATEST_MILLISECONDS = 15 * 60_000;
const KEYS_PER_USER = 2;

/**
 * Decides the next step. From whatever state a rotation was interrupted in, following these steps ends with one key,
 * and at every moment a stored key works: the new key replaces the old one only once AWS has accepted it.
 */
export function nextStep(state: RotateState): RotateStep {
  const { journal, pendingKeyId } = state;
  if (pendingKeyId !== undefined) return withPendingKey(state, pendingKeyId);
  if (journal !== undefined && journal.newKeyId === state.storedKeyId) return withNewKey(state, journal);
  if (journal !== undefined && journal.oldKeyId !== state.storedKeyId) return { kind: 'forget' };
  const orphan = journal === undefined ? undefined : orphanOf(state, journal);
  if (orphan !== undefined) return orphan;
  if (state.keys.length >= KEYS_PER_USER) return { kind: 'refuse', reason: 'two-keys' };
  return isListed(state, state.storedKeyId) ? { kind: 'create' } : { kind: 'refuse', reason: 'not-listed' };
}

function withPendingKey(state: RotateState, accessKeyId: string): RotateStep {
  const { journal, storedKeyId } = state;
  if (accessKeyId === storedKeyId) {
    return state.copies.length > 0 ? { kind: 'promote', accessKeyId } : { kind: 'drop-pending', accessKeyId };
  }
  // Somebody stored another key meanwhile, or deactivated the new one: it is no longer needed.
  const replaced = journal !== undefined && journal.oldKeyId !== storedKeyId;
  const inactive = state.keys.some((key) => key.accessKeyId === accessKeyId && !key.active);
  if (replaced || inactive || journal?.step === 'discard') return { kind: 'discard', accessKeyId };
  return { kind: state.proven ? 'promote' : 'prove', accessKeyId };
}

function withNewKey(state: RotateState, journal: RotateJournal): RotateStep {
  const old = state.keys.find((key) => key.accessKeyId === journal.oldKeyId);
  if (old === undefined || state.vaultKeyIds.includes(old.accessKeyId)) return { kind: 'finish' };
  const kind = old.active && state.mayDeactivate ? 'deactivate' : 'delete';
  return { kind, accessKeyId: old.accessKeyId };
}

/**
 * The step for a key that our interrupted CreateAccessKey left behind, its secret lost. Only a key whose id is in the
 * journal is certainly ours: IAM does not tell who created a key.
 */
function orphanOf(state: RotateState, journal: RotateJournal): RotateStep | undefined {
  const { idsBefore, newKeyId, startedAt } = journal;
  const unknown = state.keys.filter(
    ({ accessKeyId }) => !idsBefore.includes(accessKeyId) && !state.vaultKeyIds.includes(accessKeyId),
  );
  if (newKeyId !== undefined) {
    const isOurs = unknown.some(({ accessKeyId }) => accessKeyId === newKeyId);
    return isOurs ? { kind: 'delete-orphan', accessKeyId: newKeyId } : undefined;
  }
  const begun = Date.parse(startedAt);
  const possible = unknown.find(({ createdAt }) => {
    const after = createdAt - begun;
    return after >= EARLIEST_MILLISECONDS && after <= LATEST_MILLISECONDS;
  });
  return possible && { kind: 'ask-about-orphan', accessKeyId: possible.accessKeyId };
}

function isListed(state: RotateState, accessKeyId: string): boolean {
  return state.keys.some((key) => key.accessKeyId === accessKeyId);
}

import { rootOfKey } from '../../core/plan/cache-key.ts';
import type { CallerIdentity } from '../../core/ports/aws.ts';
import type { GivenKey } from './given-key.ts';
import { creationDate, keySettings } from './verify-key.ts';
import type { KeyLocation } from './verify-key.ts';
import type { Workspace } from './workspace.ts';

/**
 * Stores a key for its profile and drops the sessions of the key that it replaces. `identity` is from `verifyKey`;
 * undefined for a key that was not verified. Throws CliError `keystore` when the backend does not keep the key.
 */
export async function storeKey(
  place: KeyLocation,
  key: GivenKey,
  identity: CallerIdentity | undefined,
  workspace: Workspace,
): Promise<void> {
  const { system, vault, sessions } = workspace;
  const { profile } = place;
  const former = (await vault.storedKeys()).get(profile);
  const createdAt =
    identity === undefined
      ? key.createdAt
      : await creationDate(key, identity, keySettings('iam', place, workspace), system);
  // Before the key, because a run that is interrupted and repeated finds another key to replace; and after it, for a
  // session made meanwhile.
  if (former !== undefined) sessions.removeRoot(rootOfKey(former));
  await vault.write({
    profile,
    ...key,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(identity === undefined ? {} : { account: identity.account, arn: identity.arn }),
  });
  if (former !== undefined) sessions.removeRoot(rootOfKey(former));
}

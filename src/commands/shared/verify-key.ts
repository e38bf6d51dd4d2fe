import { parseArn } from '../../core/aws/arn.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import { assertRegion, chooseRegion, settingsFor } from '../../core/plan/settings.ts';
import type { AwsSettings, CallerIdentity } from '../../core/ports/aws.ts';
import type { System } from '../../core/ports/system.ts';
import { viewProfile } from '../../core/config/profile-view.ts';
import { partitionOfArn } from '../../core/aws/regions.ts';
import type { GivenKey } from './given-key.ts';
import type { Workspace } from './workspace.ts';

/** The profile of a new key, with options that override its settings in the config file. */
export interface KeyLocation {
  readonly profile: string;
  readonly region?: string | undefined;
  readonly mfaSerial?: string | undefined;
}

/** How to call AWS with a new key: in the region given or configured, else in the partition of the MFA device. */
export function keySettings(service: 'sts' | 'iam', place: KeyLocation, workspace: Workspace): AwsSettings {
  const { env } = workspace.system;
  const config = workspace.config();
  const view = viewProfile(config, place.profile);
  const serial = place.mfaSerial ?? view.get('mfa_serial');
  const partition = serial === undefined ? undefined : partitionOfArn(serial);
  const region = chooseRegion(place.region, env, view);
  const fallback = region === undefined ? partition : undefined;
  const settings = settingsFor(service, { region, partition: fallback }, { config, env, view });
  assertRegion(place.region, env, view, settings);
  return settings;
}

/**
 * Verifies a key with GetCallerIdentity before it is stored. A root user's key requires two confirmations on the
 * terminal. Throws CliError `aws` for a key that AWS refuses, with the hints of `hintsFor`, and for a root key without
 * confirmation.
 */
export async function verifyKey(
  key: GivenKey,
  settings: AwsSettings,
  system: Pick<System, 'aws' | 'out' | 'terminal'>,
  hintsFor: (error: CliError) => readonly string[],
): Promise<CallerIdentity> {
  let identity: CallerIdentity;
  try {
    identity = await (await system.aws.sts(settings)).getCallerIdentity(key);
  } catch (error) {
    if (!isCliError(error) || error.kind !== 'aws') throw error;
    throw new CliError('aws', `the key was not stored: ${error.message}`, {
      ...error.codes,
      hints: hintsFor(error),
      cause: error,
    });
  }
  if (identity.arn.endsWith(':root')) await refuseRootUnlessSure(identity, system);
  return identity;
}

async function refuseRootUnlessSure(
  { account }: CallerIdentity,
  { out, terminal }: Pick<System, 'out' | 'terminal'>,
): Promise<void> {
  out.warning(`this key belongs to the root user of account ${account} and cannot be restricted by policy`);
  const sure =
    (await terminal.unavailable()) === undefined &&
    (await terminal.confirm('Store a root key?')) &&
    (await terminal.confirm('Are you sure? The key of an IAM user is the safe choice.'));
  if (sure) return;
  throw new CliError('aws', 'the key was not stored: it belongs to the root user', {
    code: 'root-key',
    hints: ['create a key for an IAM user: aws iam create-access-key --user-name NAME'],
  });
}

/**
 * When AWS created a key, ISO 8601 UTC, for its age in `list`: as given with the key, else from IAM. Best effort:
 * undefined where the user may not list keys.
 */
export async function creationDate(
  key: GivenKey,
  identity: CallerIdentity,
  settings: AwsSettings,
  system: Pick<System, 'aws' | 'out'>,
): Promise<string | undefined> {
  if (key.createdAt !== undefined) return key.createdAt;
  const resource = parseArn(identity.arn)?.resource ?? '';
  if (!resource.startsWith('user/')) return undefined;
  try {
    const iam = await system.aws.iam(settings);
    const keys = await iam.listAccessKeys(key, resource.slice(resource.lastIndexOf('/') + 1));
    const own = keys.find(({ accessKeyId }) => accessKeyId === key.accessKeyId);
    return own === undefined ? undefined : new Date(own.createdAt).toISOString();
  } catch (error) {
    if (!isCliError(error) || error.kind !== 'aws') throw error;
    system.out.debug(`the age of the key is not known: ${error.message}`);
    return undefined;
  }
}

import { ccvaultCommand } from '../../core/command-line.ts';
import { shortKeyId } from '../../core/credentials.ts';
import { CliError } from '../../core/errors.ts';
import type { StaticKeyLocation } from '../../core/config/profile-view.ts';
import { unknownProfile } from '../../core/config/unknown-profile.ts';
import { viewProfile } from '../../core/config/profile-view.ts';
import { unreadHeaderInWords } from '../../core/config/unread-headers.ts';
import { checkedKey } from '../shared/given-key.ts';
import { Failures, storeFoundKey } from './found-key.ts';
import type { FoundKey } from './found-key.ts';
import { scrubFile } from './scrub.ts';
import type { Workspace } from '../shared/workspace.ts';

export interface FileImport {
  /** Empty for every profile with a key in plain text. */
  readonly profiles: readonly string[];
  readonly scrub: boolean;
  /** Leave a credential_process in the key's place. */
  readonly sdk: boolean;
  readonly dryRun: boolean;
}

/**
 * `import --from credentials`: imports keys from the AWS files. Each is verified and stored before any line is removed.
 * Returns the exit code.
 */
export async function importFromFiles(options: FileImport, workspace: Workspace): Promise<number> {
  const { out } = workspace.system;
  const failures = new Failures(out);
  const stored: FoundKey[] = [];
  for (const profile of options.profiles.length > 0 ? options.profiles : profilesWithKeys(workspace)) {
    const found = await failures.attempt(profile, async () => findKey(profile, workspace));
    if (found === undefined) continue;
    if (await failures.attempt(profile, async () => storeFoundKey(found, workspace, options.dryRun))) {
      stored.push(found);
    }
  }
  if (stored.length === 0 && failures.exitCode === 0) {
    out.info(`there is no key to import in ${workspace.credentialsPath} or ${workspace.configPath}`);
  }
  if (!options.scrub) {
    if (stored.length > 0 && !options.dryRun) {
      const command = ccvaultCommand('import', {
        options: ['--scrub'],
        operands: stored.map(({ profile }) => profile),
      });
      out.hint(`the keys are still stored in plain text; remove them with: ${command}`);
    }
    return failures.exitCode;
  }
  const replaced = stored.filter((found) => !isRoleWithSdk(found, options, workspace));
  for (const kind of ['credentials', 'config'] as const) {
    await scrubFile(kind, replaced, { sdk: options.sdk, dryRun: options.dryRun }, workspace);
  }
  return failures.exitCode;
}

function profilesWithKeys(workspace: Workspace): readonly string[] {
  const config = workspace.config();
  return config.profileNames().filter((name) => {
    const profile = config.profile(name);
    return ['aws_access_key_id', 'aws_secret_access_key'].some((key) => profile?.get(key) !== undefined);
  });
}

/**
 * Undefined for a profile with a temporary key, which expires by itself. Throws CliError `config` for one without a
 * key.
 */
function findKey(profile: string, workspace: Workspace): FoundKey | undefined {
  const config = workspace.config();
  if (!config.isWritten(profile)) throw unknownProfile(profile, config.profileNames(), config);
  const view = viewProfile(config, profile);
  const place: StaticKeyLocation | undefined = view.staticKeys();
  const id = view.get('aws_access_key_id');
  const secret = view.get('aws_secret_access_key');
  const where = place === 'config' ? workspace.configPath : workspace.credentialsPath;
  if (place === undefined || id === undefined || secret === undefined) {
    const what = `there is no key in plain text for profile ${profile}`;
    const header = config.unreadHeader('profile', profile);
    if (header === undefined) {
      throw new CliError('config', what, {
        hints: [`see which profiles have one: ${ccvaultCommand('import', { options: ['--dry-run'] })}`],
      });
    }
    throw new CliError('config', `${what}: ${unreadHeaderInWords(header)}`, {
      hints: [`write ${header.right} at ${header.path}:${header.line}`],
    });
  }
  if (view.sessionToken() !== undefined) {
    workspace.system.out.info(
      `skipped profile ${profile}: ${shortKeyId(id)} is a temporary key, which expires by itself`,
    );
    return undefined;
  }
  return { profile, key: checkedKey(id, secret), where };
}

/**
 * Whether `--sdk` must leave a profile as it is, because it has a role: ccvault would return the role's credentials,
 * and an SDK that assumes the role with them fails.
 */
function isRoleWithSdk({ profile }: FoundKey, options: FileImport, workspace: Workspace): boolean {
  if (!options.sdk || viewProfile(workspace.config(), profile).get('role_arn') === undefined) return false;
  workspace.system.out.warning(
    `profile ${profile} has role_arn beside its key, and SDKs do not combine role_arn with credential_process: its key stays in the file`,
  );
  workspace.system.out.hint(
    `remove it where only ccvault uses the profile: ${ccvaultCommand('import', { options: ['--scrub'], operands: [profile] })}`,
  );
  return true;
}

import { ccvaultCommand } from '../core/command-line.ts';
import { unknownProfile } from '../core/config/unknown-profile.ts';
import { credentialProcessLine } from '../core/config/sdk-line.ts';
import { CliError } from '../core/errors.ts';
import { chainOf } from '../core/plan/chain.ts';
import type { StoredKeys } from '../core/plan/chain.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { takeSdkLinesBack, writeSdkLines } from './sdk/lines.ts';
import { readBefore } from './sdk/read-before.ts';
import { requireProfile } from './shared/choose-plan.ts';
import { Workspace } from './shared/workspace.ts';

/** `ccvault sdk`: writes or removes the `credential_process` lines through which the AWS CLI and SDKs ask ccvault. */
export async function run(input: CommandInput<'sdk'>, system: System, globals: Globals): Promise<number> {
  const { all, undo, dryRun } = input.options;
  const { profiles } = input.arguments;
  if (all && profiles.length > 0) {
    throw new CliError('usage', '--all takes no profiles', { hints: ['leave one of the two out'] });
  }
  const workspace = new Workspace(system, globals);
  const named = async (): Promise<readonly string[]> => {
    const given = profiles.length > 0 ? [...new Set(profiles)] : [await requireProfile(workspace, undefined)];
    const known = new Set([
      ...workspace.config().profileNames(),
      ...(await workspace.vault.storedKeys()).keys(),
    ]);
    const unknown = given.find((profile) => !known.has(profile));
    if (unknown !== undefined) throw unknownProfile(unknown, [...known], workspace.config());
    return given;
  };
  if (undo) {
    const changed = await takeSdkLinesBack(
      all ? workspace.config().profileNames() : await named(),
      workspace,
      { dryRun },
    );
    for (const { profile, path } of changed) {
      const done = dryRun ? 'would remove' : 'removed';
      system.out.info(`${done} the credential_process of profile ${profile} from ${path}`);
    }
    if (changed.length === 0) system.out.info('nothing was changed');
    return 0;
  }
  await writeLinesFor(
    all ? [...(await workspace.vault.storedKeys()).keys()] : await named(),
    workspace,
    dryRun,
  );
  return 0;
}

/**
 * Writes the lines of these profiles. Asks before it replaces another `credential_process`, and warns of settings that
 * the SDKs use instead of the line. Throws CliError `config` for a profile that ccvault has no credentials for, or
 * whose key is in plain text.
 */
export async function writeLinesFor(
  profiles: readonly string[],
  workspace: Workspace,
  dryRun = false,
): Promise<void> {
  const { out } = workspace.system;
  const storedKeys = await workspace.vault.storedKeys();
  const wanted: string[] = [];
  for (const profile of profiles) {
    assertServed(profile, workspace, storedKeys);
    if (dryRun || (await mayReplace(profile, workspace, storedKeys))) wanted.push(profile);
  }
  const changed = await writeSdkLines(wanted, workspace, { dryRun });
  for (const { profile, path } of changed) {
    out.info(`${dryRun ? 'would write' : 'wrote'} the credential_process of profile ${profile} to ${path}`);
  }
  if (changed.length === 0) out.info('nothing was changed');
  for (const profile of wanted) {
    const before = readBefore(profile, workspace.config());
    if (before === undefined) continue;
    out.warning(before.what);
    if (before.hint !== undefined) out.hint(before.hint);
  }
}

/**
 * Throws CliError `config` for a profile that does not exist or has no credentials, and for one whose key is in plain
 * text: the SDKs read the key and not the line.
 */
function assertServed(profile: string, workspace: Workspace, storedKeys: StoredKeys): void {
  const config = workspace.config();
  // SESSION/ACCOUNT/ROLE has no section: the line would make it a profile with nothing but the line.
  if (!config.isWritten(profile) && !storedKeys.has(profile)) {
    throw unknownProfile(profile, [...config.profileNames(), ...storedKeys.keys()], config);
  }
  const { source } = chainOf(profile, config, storedKeys);
  if (source.kind !== 'static' || source.profile.name !== profile) return;
  const path = source.profile.pathOf('aws_access_key_id');
  throw new CliError(
    'config',
    `the key of profile ${profile} is in plain text in ${path}, where SDKs read it`,
    {
      hints: [
        `store it instead: ${ccvaultCommand('import', { options: ['--scrub', '--sdk'], operands: [profile] })}`,
      ],
    },
  );
}

async function mayReplace(profile: string, workspace: Workspace, storedKeys: StoredKeys): Promise<boolean> {
  const { terminal, out } = workspace.system;
  const config = workspace.config();
  const present = config.profile(profile)?.get('credential_process');
  if (present === undefined || present === credentialProcessLine(profile)) return true;
  const unavailable = await terminal.unavailable();
  if (unavailable !== undefined) {
    throw new CliError(
      'usage',
      `profile ${profile} has another credential_process, which is replaced only after confirmation, but ${unavailable}`,
      { hints: [`run this in a terminal: ${ccvaultCommand('sdk', { operands: [profile] })}`] },
    );
  }
  const { source } = chainOf(profile, config, storedKeys);
  if (source.kind === 'process' && source.profile.name === profile) {
    out.warning(`profile ${profile} has no credentials other than those of its credential_process`);
    out.hint(`store a key for it: ${ccvaultCommand('add', { operands: [profile] })}`);
  }
  return terminal.confirm(`Replace the credential_process of profile ${profile}: ${present}?`);
}

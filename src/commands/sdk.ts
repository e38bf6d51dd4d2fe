import { ccvaultCommand } from '../core/command-line.ts';
import { viewProfile, unknownProfile } from '../core/config/profile-view.ts';
import { credentialProcessLine } from '../core/config/credential-process-line.ts';
import { CliError } from '../core/errors.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { requireProfile } from './shared/choose-plan.ts';
import { editSdkLines } from './shared/sdk-lines.ts';
import { Workspace } from './shared/workspace.ts';

/** `ccvault sdk`: the `credential_process` lines by which the AWS CLI and the SDKs ask ccvault. */
export async function run(input: CommandInput<'sdk'>, system: System, globals: Globals): Promise<number> {
  const { all, undo, dryRun } = input.options;
  if (all && input.arguments.profiles.length > 0) {
    throw new CliError('usage', '--all takes no profiles', { hints: ['leave one of the two out'] });
  }
  const workspace = new Workspace(system, globals);
  const profiles = await chosen(input, workspace);
  const wanted = undo ? profiles : await allowed(profiles, workspace);
  const changed = await editSdkLines(wanted, undo ? 'undo' : 'write', workspace, dryRun);
  const [verb, where] = undo ? ['take back', 'from'] : ['write', 'to'];
  const done = dryRun ? `would ${verb}` : undo ? 'took back' : 'wrote';
  for (const profile of changed) {
    system.out.info(`${done} the credential_process of profile ${profile} ${where} ${workspace.configPath}`);
  }
  if (changed.length === 0) system.out.info('nothing was changed');
  return 0;
}

async function chosen(
  { options, arguments: { profiles } }: CommandInput<'sdk'>,
  workspace: Workspace,
): Promise<readonly string[]> {
  const config = workspace.config();
  const stored = await workspace.vault.storedKeys();
  if (options.all) return options.undo ? config.profileNames() : [...stored.keys()];
  const named = profiles.length > 0 ? profiles : [await requireProfile(workspace, undefined)];
  for (const profile of named) {
    if (!options.undo && !config.hasProfile(profile) && !stored.has(profile)) {
      throw unknownProfile(profile, [...config.profileNames(), ...stored.keys()], config);
    }
  }
  return named;
}

/** Asks before a profile that has another credential_process, and leaves out those that are to keep it. */
async function allowed(profiles: readonly string[], workspace: Workspace): Promise<readonly string[]> {
  const { terminal, out } = workspace.system;
  const wanted: string[] = [];
  for (const profile of profiles) {
    const view = viewProfile(workspace.config(), profile);
    const present = view.get('credential_process');
    if (present !== undefined && present !== credentialProcessLine(profile)) {
      const unavailable = await terminal.unavailable();
      if (unavailable !== undefined) {
        throw new CliError(
          'usage',
          `profile ${profile} has another credential_process, and ${unavailable.replace(/^but /, '')}`,
          { hints: [`run this in a terminal: ${ccvaultCommand('sdk', { operands: [profile] })}`] },
        );
      }
      if (!(await terminal.confirm(`Replace the credential_process of profile ${profile}: ${present}?`)))
        continue;
    }
    wanted.push(profile);
    const source = view.get('source_profile');
    if (view.get('role_arn') !== undefined && source !== undefined) {
      out.warning(
        `SDKs read role_arn of profile ${profile} before its credential_process, and ask profile ${source}`,
      );
      out.hint(`let them find its credentials: ${ccvaultCommand('sdk', { operands: [source] })}`);
    }
  }
  return wanted;
}

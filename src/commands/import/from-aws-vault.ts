import { ccvaultCommand, commandLine } from '../../core/command-line.ts';
import { planFor } from '../../core/plan/plan.ts';
import type { PlanContext } from '../../core/plan/facts.ts';
import { profileHeader } from '../../core/config/sections.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import { parseObject, stringField } from '../../core/json.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { ProgramResult } from '../../core/ports/programs.ts';
import { viewProfile } from '../../core/config/profile-view.ts';
import { isRegionName } from '../../core/aws/regions.ts';
import { Failures, storeFoundKey } from './found-key.ts';
import { checkedKey } from '../shared/given-key.ts';
import type { GivenKey } from '../shared/given-key.ts';
import type { Workspace } from '../shared/workspace.ts';

export interface AwsVaultImport {
  /** Empty for every profile that aws-vault has a key for. */
  readonly profiles: readonly string[];
  readonly dryRun: boolean;
}

/**
 * `import --from aws-vault`: gets the keys one by one from aws-vault itself, with its prompts on the terminal, and
 * leaves them in aws-vault. Returns the exit code.
 */
export async function importFromAwsVault(options: AwsVaultImport, workspace: Workspace): Promise<number> {
  const { out } = workspace.system;
  const failures = new Failures(out);
  const listed = await listKeys(workspace);
  const taken: string[] = [];
  for (const profile of options.profiles.length > 0 ? options.profiles : listed) {
    const done = await failures.attempt(profile, async () => {
      if (!listed.includes(profile)) {
        throw new CliError('config', `aws-vault has no key for profile ${profile}`, {
          hints: ['see its keys with: aws-vault list --credentials'],
        });
      }
      if (options.dryRun) {
        out.info(`would get the key of profile ${profile} from aws-vault, verify it and store it`);
        return true;
      }
      return storeFoundKey(
        { profile, key: await exportKey(profile, workspace), where: 'aws-vault' },
        workspace,
        false,
      );
    });
    if (done) taken.push(profile);
  }
  if (listed.length === 0) out.info('aws-vault has no keys');
  if (taken.length > 0) {
    warnAboutDefaultInheritance(workspace);
    await nameBareSources(workspace);
    if (!options.dryRun) {
      out.hint(`the keys are still in aws-vault; remove them there with: aws-vault remove PROFILE`);
    }
  }
  return failures.exitCode;
}

async function listKeys(workspace: Workspace): Promise<readonly string[]> {
  const { exitCode, stdout } = await runAwsVault(['list', '--credentials'], {}, workspace);
  if (exitCode !== 0) {
    throw new CliError('failure', `aws-vault list exited with code ${exitCode}`, {
      hints: ['run it by hand to see why: aws-vault list --credentials'],
    });
  }
  return stdout.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/**
 * The long-lived key itself. A config file with nothing but the profile's name and region keeps aws-vault from assuming
 * the profile's role with the key.
 */
async function exportKey(profile: string, workspace: Workspace): Promise<GivenKey> {
  const { files, host } = workspace.system;
  const configured = viewProfile(workspace.config(), profile).get('region');
  const region = configured !== undefined && isRegionName(configured) ? configured : 'us-east-1';
  const bareConfig = `${host.vaultDirectory}/aws-vault-import.config`;
  files.replace(bareConfig, `${profileHeader(profile, 'config')}\nregion = ${region}\n`, { mode: 0o600 });
  try {
    const { exitCode, stdout } = await runAwsVault(
      ['export', '--no-session', '--format=json', profile],
      { AWS_CONFIG_FILE: bareConfig },
      workspace,
    );
    if (exitCode !== 0) {
      throw new CliError('failure', `aws-vault export of profile ${profile} exited with code ${exitCode}`, {
        hints: [
          `run it by hand to see why: ${commandLine('aws-vault', 'export', '--no-session', '--format=json', profile)}`,
        ],
      });
    }
    return keyOf(stdout, profile);
  } finally {
    files.remove(bareConfig);
  }
}

function keyOf(stdout: string, profile: string): GivenKey {
  const printed = parseObject(stdout);
  const id = stringField(printed, 'AccessKeyId');
  const secret = stringField(printed, 'SecretAccessKey');
  if (id === undefined || secret === undefined) {
    throw new CliError('failure', `aws-vault printed no key for profile ${profile}`, {
      hints: ['update aws-vault: version 7 prints keys with export --format=json'],
    });
  }
  return checkedKey(id, secret);
}

async function runAwsVault(
  words: readonly string[],
  variables: Environment,
  { system }: Workspace,
): Promise<ProgramResult> {
  // With AWS_VAULT set, as inside `aws-vault exec` and `ccvault exec`, aws-vault refuses to start.
  const { AWS_VAULT: _inside, ...environment } = { ...system.env, ...variables };
  try {
    return await system.programs.run(['aws-vault', ...words], { environment, terminalInput: true });
  } catch (error) {
    if (!isCliError(error) || error.code !== 'not-found') throw error;
    throw new CliError('failure', 'aws-vault is not on the PATH, and only aws-vault can read its keys', {
      code: 'not-found',
      hints: ['install aws-vault, or store the keys one by one: ccvault add PROFILE'],
      cause: error,
    });
  }
}

/**
 * Warns of profiles with `source_profile` but no `role_arn`: aws-vault gives them the credentials of the source, the
 * SDKs and ccvault give them none.
 */
async function nameBareSources(workspace: Workspace): Promise<void> {
  const context = await workspace.planContext();
  for (const name of context.config.profileNames()) {
    const view = viewProfile(context.config, name);
    const source = view.get('source_profile');
    if (source === undefined || view.get('role_arn') !== undefined || source === name) continue;
    if (!lacksCredentials(name, context)) continue;
    workspace.system.out.warning(
      `profile ${name} had the credentials of ${source} in aws-vault through source_profile alone, and has none here`,
    );
    const command = ccvaultCommand('export', { options: ['--format', 'json'], operands: [source] });
    workspace.system.out.hint(
      `add to ${profileHeader(name, 'config')} in ${workspace.configPath}: credential_process = ${command}`,
    );
  }
}

function lacksCredentials(name: string, context: PlanContext): boolean {
  try {
    planFor(name, context);
    return false;
  } catch (error) {
    return isCliError(error) && error.code === 'no-credentials';
  }
}

/** Warns of settings that profiles inherit from [default] in aws-vault, and not in the SDKs and ccvault. */
function warnAboutDefaultInheritance(workspace: Workspace): void {
  const config = workspace.config();
  const inherited = ['mfa_serial', 'region'].map((key) => ({
    key,
    value: config.profile('default')?.get(key),
  }));
  for (const name of config.profileNames()) {
    if (name === 'default') continue;
    for (const { key, value } of inherited) {
      if (value === undefined || viewProfile(config, name).get(key) !== undefined) continue;
      workspace.system.out.warning(
        `profile ${name} had ${key} from [default] in aws-vault, and has none here`,
      );
      workspace.system.out.hint(
        `add to ${profileHeader(name, 'config')} in ${workspace.configPath}: ${key} = ${value}`,
      );
    }
  }
}

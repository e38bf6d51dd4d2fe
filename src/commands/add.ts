import { ccvaultCommand } from '../core/command-line.ts';
import { assertProfileName, setProfileKeys } from '../core/config/edit.ts';
import { isMfaSerial } from '../core/aws/arn.ts';
import { shortKeyId } from '../core/credentials.ts';
import { CliError } from '../core/errors.ts';
import type { AwsSettings, CallerIdentity } from '../core/ports/aws.ts';
import type { System } from '../core/ports/system.ts';
import { viewProfile } from '../core/config/profile-view.ts';
import { isRegionName } from '../core/aws/regions.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { keyFromEnvironment, keyFromTerminal, keyFromText } from './shared/given-key.ts';
import type { GivenKey } from './shared/given-key.ts';
import { editAwsFile } from './shared/edit-aws-file.ts';
import { findMfaDevice } from './shared/mfa-device.ts';
import { storeKey } from './shared/store-key.ts';
import { keySettings, verifyKey } from './shared/verify-key.ts';
import type { KeyLocation } from './shared/verify-key.ts';
import { Workspace } from './shared/workspace.ts';

type AddInput = CommandInput<'add'>;

/** `ccvault add`: verifies a key with AWS, stores it, and adds its profile to the config file. */
export async function run(input: AddInput, system: System, globals: Globals): Promise<number> {
  const { profile } = input.arguments;
  checkInput(input);
  const workspace = new Workspace(system, globals);
  const former = (await workspace.vault.storedKeys()).get(profile);
  if (former !== undefined && (await mayAsk(input, system))) {
    const question = `Profile ${profile} has the key ${shortKeyId(former.accessKeyId)}. Replace it?`;
    if (!(await system.terminal.confirm(question))) {
      system.out.info('nothing was changed');
      return 0;
    }
  }
  const key = await readKey(input, system);
  if (former !== undefined && former.accessKeyId !== key.accessKeyId && !(await mayAsk(input, system))) {
    const [old, next] = [former.accessKeyId, key.accessKeyId].map(shortKeyId);
    system.out.warning(`profile ${profile} has the key ${old}, which ${next} replaces`);
  }
  const { region, mfaSerial: givenSerial, noVerify } = input.options;
  const place: KeyLocation = { profile, region, mfaSerial: givenSerial };
  const identity = noVerify
    ? undefined
    : await verifyKey(key, keySettings('sts', place, workspace), system, (error) =>
        refusalHints(error, input),
      );
  const iamSettings = keySettings('iam', place, workspace);
  const mfaSerial = await mfaSerialFor(key, identity, iamSettings, input, workspace);
  await storeKey(place, key, identity, workspace);
  system.out.info(
    `stored the key ${shortKeyId(key.accessKeyId)} for profile ${profile}` +
      (identity === undefined ? ', unverified' : ` (${identity.arn})`),
  );
  if (!input.options.noConfig) await noteProfile(input, mfaSerial, workspace);
  if (input.options.sdk) {
    const { writeLinesFor } = await import('./sdk.ts');
    await writeLinesFor([profile], new Workspace(system, globals));
  }
  system.out.hint(`try it with: ${tryOut(profile)}`);
  return 0;
}

function checkInput(input: AddInput): void {
  const { region, mfaSerial, noConfig } = input.options;
  if (!noConfig) assertProfileName(input.arguments.profile, 'config');
  if (region !== undefined && !isRegionName(region)) {
    throw new CliError('usage', `--region is not a region: ${region}`, {
      hints: ['write it like eu-west-1'],
    });
  }
  if (mfaSerial !== undefined && !isMfaSerial(mfaSerial)) {
    const what = mfaSerial.includes(':u2f/')
      ? 'names a security key or passkey, which AWS STS does not accept'
      : 'is not an MFA device';
    throw new CliError('usage', `--mfa-serial ${what}: ${mfaSerial}`, {
      hints: ['write the ARN of an authenticator app, like arn:aws:iam::123456789012:mfa/name'],
    });
  }
}

async function readKey(input: AddInput, system: System): Promise<GivenKey> {
  if (input.options.env) return keyFromEnvironment(system.env);
  if (input.options.stdin) return keyFromText(new TextDecoder().decode(system.readStdin()));
  return keyFromTerminal(system);
}

function refusalHints(error: CliError, input: AddInput): readonly string[] {
  const optIn = error.message.includes('has not enabled that region');
  if (error.awsCode === 'InvalidClientTokenId' && input.options.region === undefined && !optIn) {
    return [
      'check it in the IAM console; a key of China, GovCloud or the European Sovereign Cloud needs --region cn-north-1, us-gov-west-1 or eusc-de-east-1',
    ];
  }
  if (error.awsCode === 'SignatureDoesNotMatch' && error.message.includes('secret access key does not match'))
    return ['enter the secret that was shown when the key was created, or create a new key'];
  return error.code === 'network' ? [...error.hints, 'store it unverified: --no-verify'] : error.hints;
}

/** The MFA device for the config file: given, configured or found; undefined for none. */
async function mfaSerialFor(
  key: GivenKey,
  identity: CallerIdentity | undefined,
  settings: AwsSettings,
  input: AddInput,
  workspace: Workspace,
): Promise<string | undefined> {
  const { system } = workspace;
  const configured = viewProfile(workspace.config(), input.arguments.profile).get('mfa_serial');
  const given = input.options.mfaSerial ?? configured;
  if (given !== undefined || input.options.noConfig) return given;
  return findMfaDevice({ key, identity, settings, mayAsk: await mayAsk(input, system) }, system);
}

async function mayAsk({ options }: AddInput, { terminal }: Pick<System, 'terminal'>): Promise<boolean> {
  return !options.env && !options.stdin && (await terminal.unavailable()) === undefined;
}

/** Adds the section, `mfa_serial` and a region given by flag where they are missing; changes nothing else. */
async function noteProfile(
  input: AddInput,
  mfaSerial: string | undefined,
  workspace: Workspace,
): Promise<void> {
  const { system, configPath } = workspace;
  const { profile } = input.arguments;
  const view = viewProfile(workspace.config(), profile);
  const missing: [string, string][] = [];
  if (mfaSerial !== undefined && view.get('mfa_serial') === undefined)
    missing.push(['mfa_serial', mfaSerial]);
  if (input.options.region !== undefined && view.get('region') === undefined) {
    missing.push(['region', input.options.region]);
  }
  if (missing.length === 0 && workspace.config().isInConfigFile(profile)) return;
  await editAwsFile(
    {
      path: configPath,
      purpose: 'writing the config file',
      otherwise: 'the key is stored',
      hint: `add [profile ${profile}] to ${configPath} yourself`,
      change: (text) => setProfileKeys(text, profile, 'config', missing),
    },
    system,
  );
  const what = missing.map(([name]) => name).join(' and ');
  system.out.info(`wrote profile ${profile}${what === '' ? '' : ` with ${what}`} to ${configPath}`);
}

/** A profile whose name begins with `-` looks like an option to exec, whose `--` precedes COMMAND. */
function tryOut(profile: string): string {
  if (profile.startsWith('-')) return ccvaultCommand('whoami', { operands: [profile] });
  return `${ccvaultCommand('exec', { operands: [profile] })} -- aws sts get-caller-identity`;
}

import { isMfaSerial, parseArn } from '../../core/aws/arn.ts';
import { isCliError } from '../../core/errors.ts';
import type { AwsSettings, CallerIdentity } from '../../core/ports/aws.ts';
import type { System } from '../../core/ports/system.ts';
import type { GivenKey } from './given-key.ts';

/** Whose MFA devices to list, and whether a prompt is allowed. */
export interface DeviceQuestion {
  readonly key: GivenKey;
  /** Undefined for a key that was not verified. */
  readonly identity: CallerIdentity | undefined;
  readonly settings: AwsSettings;
  readonly mayAsk: boolean;
}

/**
 * The value for `mfa_serial`: from the devices that AWS lists for the key's user, or from the user; undefined for none.
 * Never a FIDO key or passkey, which AWS STS does not accept.
 */
export async function findMfaDevice(
  { key, identity, settings, mayAsk }: DeviceQuestion,
  system: Pick<System, 'aws' | 'terminal' | 'out'>,
): Promise<string | undefined> {
  const listed = identity === undefined ? undefined : await listDevices(key, identity, settings, system);
  if (listed === undefined) return mayAsk ? askForSerial(system) : undefined;
  const usable = listed.filter(isMfaSerial);
  const [first, ...others] = usable;
  if (first === undefined && listed.length > 0) {
    system.out.info(
      'the user has only security keys or passkeys, which AWS STS does not accept: no mfa_serial is written; to use MFA here, add an authenticator app',
    );
  }
  if (first === undefined || others.length === 0 || !mayAsk) return first;
  return system.terminal.choose(
    'MFA device:',
    usable.map((serial) => ({ value: serial, label: serial })),
  );
}

/** Undefined, after a message, where AWS does not list them. */
async function listDevices(
  key: GivenKey,
  { arn }: CallerIdentity,
  settings: AwsSettings,
  system: Pick<System, 'aws' | 'out'>,
): Promise<readonly string[] | undefined> {
  // Policies often allow users to list only their own devices, which they check by the user name in the request.
  const resource = parseArn(arn)?.resource ?? '';
  const userName = resource.startsWith('user/') ? resource.slice(resource.lastIndexOf('/') + 1) : undefined;
  try {
    const iam = await system.aws.iam(settings);
    return await iam.listMfaDevices(key, userName);
  } catch (error) {
    if (!isCliError(error) || error.kind !== 'aws') throw error;
    system.out.info(`the MFA devices of the user cannot be listed: ${error.message}`);
    return undefined;
  }
}

async function askForSerial({
  terminal,
  out,
}: Pick<System, 'terminal' | 'out'>): Promise<string | undefined> {
  for (;;) {
    const answer = (await terminal.ask('ARN of the MFA device (empty for none): ')).trim();
    if (answer === '') return undefined;
    if (isMfaSerial(answer)) return answer;
    out.error(
      answer.includes(':u2f/')
        ? 'this is a security key or passkey, which AWS STS does not accept: name another device, or none'
        : 'this is not an MFA device: write its ARN, like arn:aws:iam::123456789012:mfa/name',
    );
  }
}

import { isMfaSerial, parseArn } from '../../core/aws/arn.ts';
import { isCliError } from '../../core/errors.ts';
import type { AwsSettings, CallerIdentity } from '../../core/ports/aws.ts';
import type { System } from '../../core/ports/system.ts';
import type { GivenKey } from './given-key.ts';

/** The key's owner, as far as its devices are concerned, and whether a person may be asked. */
export interface DeviceQuestion {
  readonly key: GivenKey;
  /** Undefined for a key that was not shown to AWS. */
  readonly identity: CallerIdentity | undefined;
  readonly settings: AwsSettings;
  readonly mayAsk: boolean;
}

/**
 * The serial for `mfa_serial`: of the devices that AWS lists for the key's user, or told by the person; undefined for
 * none. FIDO keys and passkeys, which AWS STS does not accept, are never it.
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
      'the user has only security keys or passkeys, which AWS STS does not accept: mfa_serial is left out; an authenticator app can be used beside them',
    );
  }
  if (first === undefined || others.length === 0 || !mayAsk) return first;
  return system.terminal.choose(
    'MFA device:',
    usable.map((serial) => ({ value: serial, label: serial })),
  );
}

/** Undefined, and said in a line, where AWS does not tell. */
async function listDevices(
  key: GivenKey,
  { arn }: CallerIdentity,
  settings: AwsSettings,
  system: Pick<System, 'aws' | 'out'>,
): Promise<readonly string[] | undefined> {
  // Policies often allow a user to list the devices of no other, which they can tell by the name alone.
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

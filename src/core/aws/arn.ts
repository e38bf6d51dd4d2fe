/** The parts of `arn:partition:service:region:account:resource`; region and account may be empty. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

const ARN = /^arn:(aws(?:-[a-z]+)*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws|):([^\p{Cc}]+)$/u;
const ARN_MAX_LENGTH = 2048;

/** The parts of an ARN; undefined for any other text (AWS General Reference, "Amazon Resource Names"). */
export function parseArn(text: string): Arn | undefined {
  const match = text.length > ARN_MAX_LENGTH ? null : ARN.exec(text);
  if (match === null) return undefined;
  return {
    partition: match[1] ?? '',
    service: match[2] ?? '',
    region: match[3] ?? '',
    account: match[4] ?? '',
    resource: match[5] ?? '',
  };
}

/** The account id in an ARN; undefined for no ARN, or one without an account (`arn:aws:s3:::bucket`). */
export function accountOfArn(text: string): string | undefined {
  const arn = parseArn(text);
  return arn === undefined ? undefined : accountOf(arn);
}

/** The account id, 12 digits; undefined where the ARN names no account, or `aws` as in a managed policy's. */
export function accountOf({ account }: Arn): string | undefined {
  return account.length === 12 ? account : undefined;
}

const ROLE = /^role\/(?:[\u0021-\u007E]+\/)?[\w+=,.@-]{1,64}$/;

/** True for the ARN of an IAM role, as AssumeRole accepts it; false for any other ARN, `assumed-role` included. */
export function isRoleArn(text: string): boolean {
  const arn = parseArn(text);
  return arn?.service === 'iam' && arn.region === '' && arn.account.length === 12 && ROLE.test(arn.resource);
}

const POLICY = /^policy\/(?:[\u0021-\u007E]+\/)?[\w+=,.@-]{1,128}$/;

/** True for the ARN of a managed policy, AWS managed or customer managed. */
export function isPolicyArn(text: string): boolean {
  const arn = parseArn(text);
  return arn?.service === 'iam' && arn.region === '' && arn.account !== '' && POLICY.test(arn.resource);
}

// STS API reference, SerialNumber.
const MFA_SERIAL = /^[\w+=/:,.@-]{9,256}$/;

/**
 * True for a SerialNumber that STS accepts: the ARN of a virtual MFA device, or the serial number of a hardware one.
 * Security keys and passkeys (`:u2f/`) have no codes, so STS does not accept them.
 */
export function isMfaSerial(text: string): boolean {
  if (!MFA_SERIAL.test(text)) return false;
  if (!text.startsWith('arn:')) return !text.includes(':');
  const arn = parseArn(text);
  return arn?.service === 'iam' && arn.account.length === 12 && /^mfa\/./.test(arn.resource);
}

// STS API reference, RoleSessionName and SourceIdentity. \w is ASCII, as it is for STS in effect.
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** True for a RoleSessionName that STS accepts. */
export function isRoleSessionName(text: string): boolean {
  return SESSION_NAME.test(text);
}

/** True for a SourceIdentity that STS accepts: the same form as a role session name. */
export function isSourceIdentity(text: string): boolean {
  return SESSION_NAME.test(text);
}

// STS API reference, ExternalId.
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/** True for an ExternalId that STS accepts. */
export function isExternalId(text: string): boolean {
  return EXTERNAL_ID.test(text);
}

const SESSION_NAME_MAX_LENGTH = 64;

// STS API reference, GetFederationToken, Name.
const FEDERATED_NAME_MAX_LENGTH = 32;

// The console shows it beside the role, and CloudTrail in its events.
const NARROWED = '-narrowed';

/**
 * `ccvault-` and the login name, each character that AWS does not allow in a role session name replaced by `-`; at most
 * 64 characters. The name of a session with a session policy ends with `-narrowed`.
 */
export function defaultRoleSessionName(userName: string, narrowed = false): string {
  const name = sessionNameOf(userName);
  return narrowed ? narrowedName(name, SESSION_NAME_MAX_LENGTH) : name.slice(0, SESSION_NAME_MAX_LENGTH);
}

/** The same for a federated user, whose session always has a session policy: at most 32 characters. */
export function defaultFederatedName(userName: string): string {
  return narrowedName(sessionNameOf(userName), FEDERATED_NAME_MAX_LENGTH);
}

function sessionNameOf(userName: string): string {
  return `ccvault-${userName.replaceAll(/[^\w+=,.@-]/gu, '-')}`;
}

function narrowedName(name: string, maxLength: number): string {
  return name.slice(0, maxLength - NARROWED.length) + NARROWED;
}

/** True for an account id: 12 digits. */
export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** True for a permission set's name: up to 64 characters, though the API reference of IAM Identity Center says 32. */
export function isPermissionSet(text: string): boolean {
  return /^[\w+=,.@-]{1,64}$/.test(text);
}

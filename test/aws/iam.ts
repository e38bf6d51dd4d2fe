// AWS Identity and Access Management, API version 2010-05-08: users' own keys and MFA devices.

import { Validation, validationError } from './constraints.ts';
import type { AccessKey, Caller, User } from './entities.ts';
import {
  accessDenied,
  AwsError,
  invalidClientToken,
  type AwsRequest,
  type Context,
  type Reply,
  type Route,
} from './exchange.ts';
import { endpointOf } from './hosts.ts';
import { authorize } from './permissions.ts';
import {
  queryParameters,
  renderQueryError,
  renderResult,
  requireOperation,
  type XmlValue,
} from './query-protocol.ts';
import { verifySignature } from './sigv4-verify.ts';

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/';
const KEYS_PER_USER = 2;

/** null: the answer has no result element. */
type Operation = (parameters: URLSearchParams, caller: Caller, context: Context) => XmlValue | null;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['GetUser', getUser],
  ['ListMFADevices', listMfaDevices],
  ['ListAccessKeys', listAccessKeys],
  ['CreateAccessKey', createAccessKey],
  ['UpdateAccessKey', updateAccessKey],
  ['DeleteAccessKey', deleteAccessKey],
  ['GetAccessKeyLastUsed', getAccessKeyLastUsed],
]);

/** With a temporary key these cannot tell whose keys are meant (AWS API reference, `UserName`). */
const NAME_NEEDED_WITH_SESSION = new Set(['ListAccessKeys', 'UpdateAccessKey']);

export const iamRoute: Route = {
  service: 'iam',
  serves: (host) => endpointOf(host)?.service === 'iam',
  operation: (request) => queryParameters(request).get('Action') ?? 'Unknown',
  handle,
  renderError: (error) => renderQueryError(NAMESPACE, error),
};

function handle(request: AwsRequest, context: Context): Reply {
  const parameters = queryParameters(request);
  const action = requireOperation(parameters, '2010-05-08', (name) => OPERATIONS.has(name));
  const caller = verifySignature(request, context);
  // IAM does not know session tokens made without MFA, nor federated users' at all.
  const { session } = caller;
  if (session?.kind === 'GetFederationToken') throw invalidClientToken();
  if (session?.kind === 'GetSessionToken' && session.mfaAt === undefined) throw invalidClientToken();
  return renderResult(NAMESPACE, action, OPERATIONS.get(action)?.(parameters, caller, context) ?? null);
}

/**
 * The user a call is about, once the caller may make it. Users are looked up in the caller's account only.
 * @throws AwsError ValidationError, AccessDenied or NoSuchEntity
 */
function subject(parameters: URLSearchParams, caller: Caller, context: Context): User {
  const action = parameters.get('Action') ?? '';
  const validation = new Validation(parameters);
  const name = validation.text('UserName', { min: 1, max: 128, pattern: String.raw`[\w+=,.@-]+` });
  validation.finish();
  if (name === null) {
    const unclear = caller.session !== undefined && NAME_NEEDED_WITH_SESSION.has(action);
    if (caller.user === undefined || unclear) {
      throw validationError('Must specify userName when calling with non-User credentials');
    }
  }
  const asked = name ?? caller.user?.name ?? '';
  const { id, partition } = caller.account;
  authorize(
    caller,
    `iam:${action}`,
    caller.user?.root === true ? caller.arn : `user ${asked}`,
    `arn:${partition}:iam::${id}:user/${asked}`,
  );
  const found =
    name === null
      ? caller.user
      : context.world.users.find(
          (user) => user.account === caller.account && user.name === name && !user.root,
        );
  if (found === undefined) throw noSuchEntity(`The user with name ${asked} cannot be found.`);
  return found;
}

function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, 404);
}

function ownKey(parameters: URLSearchParams, user: User): AccessKey {
  const validation = new Validation(parameters);
  const id =
    validation.text('AccessKeyId', { required: true, min: 16, max: 128, pattern: String.raw`[\w]+` }) ?? '';
  validation.finish();
  const key = user.keys.find((one) => one.id === id);
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

function getUser(parameters: URLSearchParams, caller: Caller, context: Context): XmlValue {
  const user = subject(parameters, caller, context);
  return {
    User: {
      ...(!user.root && { Path: user.path, UserName: user.name }),
      UserId: user.id,
      Arn: user.arn,
      CreateDate: context.clock.shown(user.created),
    },
  };
}

function listMfaDevices(parameters: URLSearchParams, caller: Caller, context: Context): XmlValue {
  const user = subject(parameters, caller, context);
  return {
    IsTruncated: false,
    MFADevices: user.devices.map((device) => ({
      UserName: user.name,
      SerialNumber: device.serial,
      EnableDate: context.clock.shown(device.enabled),
    })),
  };
}

function listAccessKeys(parameters: URLSearchParams, caller: Caller, context: Context): XmlValue {
  const user = subject(parameters, caller, context);
  return {
    IsTruncated: false,
    AccessKeyMetadata: user.keys.map((key) => metadata(key, context)),
  };
}

function metadata(key: AccessKey, context: Context): { readonly [name: string]: XmlValue } {
  return {
    UserName: key.owner.name,
    AccessKeyId: key.id,
    Status: key.active ? 'Active' : 'Inactive',
    CreateDate: context.clock.shown(key.created),
  };
}

function createAccessKey(parameters: URLSearchParams, caller: Caller, context: Context): XmlValue {
  const user = subject(parameters, caller, context);
  if (user.keys.length >= KEYS_PER_USER) {
    throw new AwsError('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`, 409);
  }
  const key = context.world.addKey(user, {}, context.world.newKeyDelay);
  return { AccessKey: { ...metadata(key, context), SecretAccessKey: key.secret } };
}

function updateAccessKey(parameters: URLSearchParams, caller: Caller, context: Context): null {
  const user = subject(parameters, caller, context);
  const validation = new Validation(parameters);
  const status = validation.text('Status', { required: true, pattern: 'Active|Inactive' });
  validation.finish();
  ownKey(parameters, user).active = status === 'Active';
  return null;
}

function deleteAccessKey(parameters: URLSearchParams, caller: Caller, context: Context): null {
  const user = subject(parameters, caller, context);
  user.keys.splice(user.keys.indexOf(ownKey(parameters, user)), 1);
  return null;
}

function getAccessKeyLastUsed(parameters: URLSearchParams, caller: Caller, context: Context): XmlValue {
  const id = parameters.get('AccessKeyId') ?? '';
  const key = context.world.key(id);
  authorize(caller, 'iam:GetAccessKeyLastUsed', `access key ${id}`, '*');
  // AWS does not tell a key that never was from another account's.
  if (key === undefined || key.owner.account !== caller.account) {
    throw accessDenied(
      `User: ${caller.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${id}`,
    );
  }
  const used = key.lastUsed;
  return {
    UserName: key.owner.name,
    AccessKeyLastUsed: {
      LastUsedDate: used === undefined ? undefined : context.clock.shown(used.at),
      ServiceName: used?.service ?? 'N/A',
      Region: used?.region ?? 'N/A',
    },
  };
}

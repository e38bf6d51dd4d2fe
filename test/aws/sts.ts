// AWS Security Token Service, API version 2011-06-15.

import { NAME_PATTERN, Validation } from './constraints.ts';
import type { Caller } from './entities.ts';
import { accessDenied, type AwsRequest, type Context, type Reply, type Route } from './exchange.ts';
import { endpointOf } from './hosts.ts';
import { takeCode } from './mfa.ts';
import { authorize } from './permissions.ts';
import { sessionPolicies } from './policies.ts';
import {
  queryParameters,
  renderQueryError,
  renderResult,
  requireOperation,
  type XmlValue,
} from './query-protocol.ts';
import { sessionTags } from './session-tags.ts';
import { verifySignature } from './sigv4-verify.ts';
import { assumeRole, assumeRoleWithWebIdentity } from './sts-assume-role.ts';
import { credentials } from './sts-credentials.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** Seconds: the longest life of a root user's sessions, whatever was asked. */
const ROOT_MAX = 3600;

type Operation = (parameters: URLSearchParams, caller: Caller, context: Context) => XmlValue;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['GetCallerIdentity', getCallerIdentity],
  ['GetSessionToken', getSessionToken],
  ['GetFederationToken', getFederationToken],
  ['AssumeRole', assumeRole],
]);

export const stsRoute: Route = {
  service: 'sts',
  serves: (host) => endpointOf(host)?.service === 'sts',
  operation: (request) => queryParameters(request).get('Action') ?? 'Unknown',
  handle,
  renderError: (error) => renderQueryError(NAMESPACE, error),
};

function handle(request: AwsRequest, context: Context): Reply {
  const parameters = queryParameters(request);
  const action = requireOperation(
    parameters,
    '2011-06-15',
    (name) => OPERATIONS.has(name) || name === 'AssumeRoleWithWebIdentity',
  );
  const operation = OPERATIONS.get(action);
  const result =
    operation === undefined
      ? assumeRoleWithWebIdentity(parameters, context)
      : operation(parameters, verifySignature(request, context), context);
  return renderResult(NAMESPACE, action, result);
}

/** Needs no permission, not even with an explicit deny. */
function getCallerIdentity(_parameters: URLSearchParams, caller: Caller): XmlValue {
  return { Arn: caller.arn, UserId: caller.userId, Account: caller.account.id };
}

function getSessionToken(parameters: URLSearchParams, caller: Caller, context: Context): XmlValue {
  const { user } = caller;
  if (caller.session !== undefined || user === undefined) {
    throw accessDenied('Cannot call GetSessionToken with session credentials');
  }
  const validation = new Validation(parameters);
  const asked = validation.seconds('DurationSeconds', 43_200, 900, 129_600);
  const serial = validation.text('SerialNumber', { min: 9, max: 256, pattern: String.raw`[\w+=/:,.@-]*` });
  const code = validation.text('TokenCode', { min: 6, max: 6, pattern: String.raw`[\d]*` });
  validation.finish();
  const mfaAt = takeCode(context.clock, user, serial, code);
  authorize(caller, 'sts:GetSessionToken', '*');
  const session = context.world.issueSession(
    {
      kind: 'GetSessionToken',
      account: caller.account,
      arn: caller.arn,
      userId: caller.userId,
      user,
      ...(caller.key !== undefined && { madeWith: caller.key }),
      ...(mfaAt !== undefined && { mfaAt }),
      chained: false,
      tags: new Map(),
      transitiveTags: new Map(),
    },
    user.root ? Math.min(asked, ROOT_MAX) : asked,
  );
  return { Credentials: credentials(session, context) };
}

function getFederationToken(parameters: URLSearchParams, caller: Caller, context: Context): XmlValue {
  const { user } = caller;
  if (caller.session !== undefined || user === undefined) {
    throw accessDenied('Cannot call GetFederationToken with session credentials');
  }
  const validation = new Validation(parameters);
  const asked = validation.seconds('DurationSeconds', 43_200, 900, 129_600);
  const name = validation.text('Name', { required: true, min: 2, max: 32, pattern: NAME_PATTERN }) ?? '';
  validation.text('Policy', { min: 1, max: 2048 });
  validation.finish();
  const arn = `arn:${caller.account.partition}:sts::${caller.account.id}:federated-user/${name}`;
  const userId = `${caller.account.id}:${name}`;
  authorize(caller, 'sts:GetFederationToken', arn);
  const { tags } = sessionTags(parameters, new Map());
  const { policies, packedSize } = sessionPolicies(
    parameters,
    context.world.policiesOf(caller.account),
    tags,
  );
  const session = context.world.issueSession(
    {
      kind: 'GetFederationToken',
      account: caller.account,
      arn,
      userId,
      user,
      chained: false,
      tags,
      transitiveTags: new Map(),
      // A federated user has what both the user and the session policies allow, and without any nothing.
      policies: policies ?? [],
    },
    user.root ? Math.min(asked, ROOT_MAX) : asked,
  );
  return {
    Credentials: credentials(session, context),
    FederatedUser: { FederatedUserId: userId, Arn: arn },
    PackedPolicySize: packedSize,
  };
}

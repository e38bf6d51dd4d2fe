// AssumeRole and AssumeRoleWithWebIdentity: trust policies, role chaining, durations.

import { NAME_PATTERN, Validation, validationError } from './constraints.ts';
import type { Caller, Role, Session, Trust, WebIdentityToken } from './entities.ts';
import { accessDenied, AwsError, type Context } from './exchange.ts';
import { takeCode } from './mfa.ts';
import { authorize } from './permissions.ts';
import { sessionPolicies } from './policies.ts';
import type { XmlValue } from './query-protocol.ts';
import { sessionTags } from './session-tags.ts';
import { credentials } from './sts-credentials.ts';

const ROLE_ARN = /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/** Seconds a session made with temporary credentials may last. */
const CHAIN_MAX = 3600;

/**
 * Sessions from GetSessionToken count as a link of a chain here. AWS's pages name only role credentials;
 * what it does is not written down, so the stand-in takes the stricter reading.
 */
export function assumeRole(parameters: URLSearchParams, caller: Caller, context: Context): XmlValue {
  if (caller.user?.root === true) throw accessDenied('Roles may not be assumed by root accounts.');
  const validation = new Validation(parameters);
  const { roleArn, sessionName, duration } = commonParameters(validation);
  const externalId = validation.text('ExternalId', {
    min: 2,
    max: 1224,
    pattern: String.raw`[\w+=,.@:\/-]*`,
  });
  const serial = validation.text('SerialNumber', { min: 9, max: 256, pattern: String.raw`[\w+=/:,.@-]*` });
  const code = validation.text('TokenCode', { min: 6, max: 6, pattern: String.raw`[\d]*` });
  const askedIdentity = validation.text('SourceIdentity', { min: 2, max: 64, pattern: NAME_PATTERN });
  validation.finish();
  requireRoleArn(roleArn);
  const { session } = caller;
  const { tags, transitive, asked } = sessionTags(parameters, session?.transitiveTags ?? new Map());
  // The code is checked, and spent, before anyone looks at the role.
  const proof = takeCode(context.clock, caller.user, serial, code);
  const mfaAt = proof ?? session?.mfaAt;

  const role = context.world.role(roleArn);
  const refuse = (action: string): AwsError =>
    accessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`);
  if (role === undefined || session?.kind === 'GetFederationToken') throw refuse('sts:AssumeRole');
  authorize(caller, 'sts:AssumeRole', roleArn);
  const sourceIdentity = askedIdentity ?? session?.sourceIdentity;
  if (!trusts(role.trust, { caller, externalId, sourceIdentity, mfaAge: age(context, mfaAt) })) {
    throw refuse('sts:AssumeRole');
  }
  if (asked && role.trust.tagSession === false) throw refuse('sts:TagSession');
  // Once set, a source identity stays for the whole chain.
  if (session?.sourceIdentity !== undefined && sourceIdentity !== session.sourceIdentity) {
    throw refuse('sts:SetSourceIdentity');
  }
  const chained = session !== undefined;
  if (chained && duration > CHAIN_MAX) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  requireWithinRole(role, duration);
  const { policies, packedSize } = sessionPolicies(parameters, context.world.policiesOf(role.account), tags);

  const issued = context.world.issueSession(
    {
      ...roleSession(role, sessionName),
      kind: 'AssumeRole',
      chained,
      tags,
      transitiveTags: transitive,
      policies,
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    },
    duration,
  );
  return {
    AssumedRoleUser: { AssumedRoleId: issued.userId, Arn: issued.arn },
    Credentials: credentials(issued, context),
    SourceIdentity: sourceIdentity,
    PackedPolicySize: packedSize,
  };
}

/** Unsigned: the token is the proof. */
export function assumeRoleWithWebIdentity(parameters: URLSearchParams, context: Context): XmlValue {
  const validation = new Validation(parameters);
  const { roleArn, sessionName, duration } = commonParameters(validation);
  const text = validation.text('WebIdentityToken', { required: true, min: 4, max: 20_000 }) ?? '';
  validation.finish();
  requireRoleArn(roleArn);
  const token = liveToken(context, text);
  context.call.who = token.subject;
  const role = context.world.role(roleArn);
  const trust = role?.trust.webIdentity;
  if (
    role === undefined ||
    trust?.issuer !== token.issuer ||
    (trust.subject !== undefined && trust.subject !== token.subject)
  ) {
    throw accessDenied('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  }
  if (trust.audience !== undefined && trust.audience !== token.audience) {
    throw new AwsError('InvalidIdentityToken', 'Incorrect token audience', 400);
  }
  requireWithinRole(role, duration);
  const { policies, packedSize } = sessionPolicies(
    parameters,
    context.world.policiesOf(role.account),
    new Map(),
  );
  const issued = context.world.issueSession(
    {
      ...roleSession(role, sessionName),
      kind: 'AssumeRoleWithWebIdentity',
      chained: false,
      tags: new Map(),
      transitiveTags: new Map(),
      policies,
    },
    duration,
  );
  const provider = token.issuer.replace(/^https:\/\//, '');
  return {
    AssumedRoleUser: { AssumedRoleId: issued.userId, Arn: issued.arn },
    Credentials: credentials(issued, context),
    SubjectFromWebIdentityToken: token.subject,
    Audience: token.audience,
    Provider: `arn:${role.account.partition}:iam::${role.account.id}:oidc-provider/${provider}`,
    PackedPolicySize: packedSize,
  };
}

function commonParameters(validation: Validation): {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly duration: number;
} {
  const roleArn = validation.text('RoleArn', { required: true, min: 20, max: 2048 }) ?? '';
  const sessionName =
    validation.text('RoleSessionName', { required: true, min: 2, max: 64, pattern: NAME_PATTERN }) ?? '';
  const duration = validation.seconds('DurationSeconds', 3600, 900, 43_200);
  validation.text('Policy', { min: 1, max: 2048 });
  return { roleArn, sessionName, duration };
}

function requireRoleArn(arn: string): void {
  if (!ROLE_ARN.test(arn)) throw validationError(`${arn} is invalid`);
}

function requireWithinRole(role: Role, duration: number): void {
  if (duration > role.maxSessionDuration) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
}

/** Seconds since the MFA code was given, undefined without one. */
function age(context: Context, mfaAt: number | undefined): number | undefined {
  return mfaAt === undefined ? undefined : (context.clock.age() - mfaAt) / 1000;
}

function trusts(
  trust: Trust,
  request: {
    readonly caller: Caller;
    readonly externalId: string | null;
    readonly sourceIdentity: string | undefined;
    readonly mfaAge: number | undefined;
  },
): boolean {
  const { caller, externalId, sourceIdentity, mfaAge } = request;
  const names = principalNames(caller);
  if (!(trust.principals ?? []).some((principal) => names.has(principal))) return false;
  if (trust.mfa === true && mfaAge === undefined) return false;
  if (trust.mfaMaxAge !== undefined && !(mfaAge !== undefined && mfaAge < trust.mfaMaxAge)) return false;
  if (trust.externalId !== undefined && externalId !== trust.externalId) return false;
  if (trust.sourceIdentity === true) return sourceIdentity !== undefined;
  return typeof trust.sourceIdentity !== 'string' || sourceIdentity === trust.sourceIdentity;
}

/** The principals a trust policy can mean this caller by. */
function principalNames(caller: Caller): ReadonlySet<string> {
  const { account, arn, role } = caller;
  const names = [arn, account.id, `arn:${account.partition}:iam::${account.id}:root`];
  return new Set(role === undefined ? names : [...names, role.arn]);
}

function roleSession(role: Role, name: string): Pick<Session, 'account' | 'arn' | 'userId' | 'role'> {
  const { account } = role;
  return {
    account,
    role,
    arn: `arn:${account.partition}:sts::${account.id}:assumed-role/${role.name}/${name}`,
    userId: `${role.id}:${name}`,
  };
}

function liveToken(context: Context, text: string): WebIdentityToken {
  const token = context.world.webIdentityTokens.get(text);
  if (token === undefined) {
    throw new AwsError(
      'InvalidIdentityToken',
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      400,
    );
  }
  const now = context.clock.age();
  if (token.expires <= now) {
    const [current, end] = [now, token.expires].map((at) =>
      Math.floor(context.clock.shown(at).getTime() / 1000),
    );
    throw new AwsError(
      'ExpiredTokenException',
      `Token expired: current date/time ${current} must be before the expiration date/time ${end}`,
      400,
    );
  }
  return token;
}

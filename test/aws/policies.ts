// Session policies: documents as IAM reads them, AWS's own managed ones, and what a set of them allows.

import { AwsError } from './exchange.ts';
import { listParameter } from './query-protocol.ts';
import { validationError } from './constraints.ts';

/** Action and Resource, or NotAction and NotResource: whether the patterns must match, or must not. */
type Patterns = { readonly patterns: readonly RegExp[]; readonly match: boolean };

type Statement = { readonly allows: boolean; readonly actions: Patterns; readonly resources: Patterns };

export type Policy = readonly Statement[];

/** 'denied' by a Deny, 'allowed' by an Allow and no Deny, 'not allowed' by neither. */
export type Verdict = 'allowed' | 'denied' | 'not allowed';

const STATEMENT_ELEMENTS = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource']);
const ACTION = /^(?:\*|[a-z0-9-]+:[\w*?]+)$/i;
const RESOURCE = /^(?:\*|arn:.+|\*:.+)$/;

/**
 * Reads a policy document of the elements above.
 * @throws AwsError MalformedPolicyDocument, also for elements that the stand-in does not evaluate (Condition)
 */
export function parsePolicy(text: string): Policy {
  const document = fieldsOf(parsed(text));
  const version = document.get('Version') ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformed('Policy document must be version 2012-10-17 or greater.');
  }
  if (!document.has('Statement')) throw malformed('Syntax errors in policy.');
  return listOf(document.get('Statement')).map(statementOf);
}

/** What policies allow together; session policies are joined as those of a user are. */
export function judge(policies: readonly Policy[], action: string, resource: string): Verdict {
  const relevant = policies
    .flat()
    .filter(({ actions, resources }) => matches(actions, action) && matches(resources, resource));
  if (relevant.some(({ allows }) => !allows)) return 'denied';
  return relevant.length > 0 ? 'allowed' : 'not allowed';
}

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };
const READS = ['BatchGet*', 'Describe*', 'Get*', 'List*'].flatMap((verb) =>
  ['codecommit', 'iam', 's3'].map((service) => `${service}:${verb}`),
);

/** By the part of the ARN after `policy/`. AWS's own, cut down to the services that matter here. */
const MANAGED: ReadonlyMap<string, Policy> = new Map(
  Object.entries({
    AdministratorAccess: [ALL],
    PowerUserAccess: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    ],
    ReadOnlyAccess: [
      {
        Effect: 'Allow',
        Action: [
          ...READS,
          'codecommit:GitPull',
          'iam:Generate*',
          'iam:Simulate*',
          'sts:GetAccessKeyInfo',
          'sts:GetCallerIdentity',
          'sts:GetSessionToken',
        ],
        Resource: '*',
      },
    ],
    'job-function/ViewOnlyAccess': [{ Effect: 'Allow', Action: ['iam:List*', 's3:List*'], Resource: '*' }],
  }).map(([name, Statement]) => [name, parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }))]),
);

const POLICY_ARN = /^arn:(aws[a-z-]*):iam::(aws|\d{12}):policy\/([\w+=,.@/-]+)$/;
const MAX_ARNS = 10;
/** Of a document, and here of everything that is packed together. */
const MAX_CHARACTERS = 2048;

/** The managed policies within reach of a session of an account: AWS's, and the account's own of these. */
export type PolicyShelf = {
  readonly partition: string;
  readonly account: string;
  readonly customer: ReadonlyMap<string, Policy>;
};

export type SessionPolicies = {
  /** Undefined where the call named none: then nothing is taken away. */
  readonly policies: readonly Policy[] | undefined;
  /** Percent of what AWS's packed form may have; undefined where there is nothing to pack. */
  readonly packedSize: number | undefined;
};

/**
 * Policy and PolicyArns of a call. AWS packs them with the session tags into a form that it does not describe; here one
 * percent of it is 20.48 characters of the document without the space between its parts, the ARNs and the tags.
 * @throws AwsError ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge
 */
export function sessionPolicies(
  parameters: URLSearchParams,
  own: PolicyShelf,
  tags: ReadonlyMap<string, string>,
): SessionPolicies {
  const arns = listParameter(parameters, 'PolicyArns', '.arn');
  if (arns.length > MAX_ARNS) {
    throw validationError(
      `1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${MAX_ARNS}`,
    );
  }
  const document = parameters.get('Policy');
  if (document !== null && !/^[\t\n\r\u0020-\u00FF]+$/.test(document)) {
    throw validationError(
      "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
    );
  }
  const inline = document === null ? [] : [parsePolicy(document)];
  const managed = arns.map((arn) => managedPolicy(arn, own));
  const packed =
    (document === null ? 0 : JSON.stringify(parsed(document)).length) +
    [...arns, ...[...tags].flat()].join('').length;
  const packedSize = Math.ceil((packed / MAX_CHARACTERS) * 100);
  if (packedSize > 100) {
    throw new AwsError(
      'PackedPolicyTooLarge',
      `Packed policy consumes ${packedSize}% of allotted space, please use smaller policy.`,
      400,
    );
  }
  return {
    policies: document === null && arns.length === 0 ? undefined : [...inline, ...managed],
    packedSize: packed === 0 ? undefined : packedSize,
  };
}

/** A customer's policy must be of the role's or user's own account. */
function managedPolicy(arn: string, own: PolicyShelf): Policy {
  const [, partition, account = '', name = ''] = POLICY_ARN.exec(arn) ?? [];
  const policy = account === 'aws' ? MANAGED.get(name) : own.customer.get(arn);
  const foreign = partition !== own.partition || (account !== 'aws' && account !== own.account);
  if (policy === undefined || foreign)
    throw validationError(`Policy ${arn} does not exist or is not attachable.`);
  return policy;
}

function statementOf(value: unknown): Statement {
  const fields = fieldsOf(value);
  for (const name of fields.keys()) {
    if (name === 'Principal') throw malformed('Policy document should not specify a principal.');
    if (!STATEMENT_ELEMENTS.has(name)) throw malformed(`Syntax errors in policy. (${name})`);
  }
  const effect = fields.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed('Syntax errors in policy.');
  return {
    allows: effect === 'Allow',
    actions: patternsOf(fields, 'Action', ACTION, 'i'),
    resources: patternsOf(fields, 'Resource', RESOURCE, ''),
  };
}

function patternsOf(
  fields: ReadonlyMap<string, unknown>,
  name: string,
  shape: RegExp,
  flags: string,
): Patterns {
  const [positive, negative] = [fields.get(name), fields.get(`Not${name}`)];
  if ((positive === undefined) === (negative === undefined)) throw malformed('Syntax errors in policy.');
  const texts = listOf(positive ?? negative).map((text) => {
    if (typeof text === 'string' && shape.test(text)) return text;
    throw malformed(
      `${name === 'Action' ? 'Actions/Conditions must be prefaced by a vendor' : 'Resource must be in ARN format or "*"'}.`,
    );
  });
  const patterns = texts.map((text) => new RegExp(`^${wildcards(text)}$`, `${flags}su`));
  return { patterns, match: positive !== undefined };
}

function wildcards(text: string): string {
  return text
    .replaceAll(/[.+^${}()|[\]\\/]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
}

function matches({ patterns, match }: Patterns, text: string): boolean {
  return patterns.some((pattern) => pattern.test(text)) === match;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('The policy is not in the valid JSON format.');
  }
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('Syntax errors in policy.');
  }
  return new Map(Object.entries(value));
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message, 400);
}

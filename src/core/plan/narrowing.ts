import { isPolicyArn } from '../aws/arn.ts';
import type { PartitionName } from '../aws/regions.ts';
import { CliError } from '../errors.ts';
import type { SessionPolicy } from '../ports/aws.ts';

/** The options that narrow a profile's credentials. */
export interface NarrowingOptions {
  /** `--read-only` */
  readonly readOnly: boolean;
  /** `--policy-arn`, as given. */
  readonly policyArns: readonly string[];
  /** `--policy-file`, checked. */
  readonly file: PolicyFile | undefined;
}

export interface PolicyFile {
  /** As given, with `~` expanded. */
  readonly path: string;
  readonly document: string;
}

/** A session policy, with the path of its document. */
export interface Narrowing extends SessionPolicy {
  readonly file?: string | undefined;
}

// STS API reference, AssumeRole, PolicyArns.
const MAX_POLICY_ARNS = 10;
const READ_ONLY = 'policy/ReadOnlyAccess';

/**
 * The session policy of a plan in a partition; undefined without any of the options. Throws CliError `usage` for an ARN
 * that is not a managed policy's, and for more policies than AWS accepts.
 */
export function narrowingOf(
  options: NarrowingOptions | undefined,
  partition: PartitionName,
): Narrowing | undefined {
  if (options === undefined) return undefined;
  const { readOnly, policyArns: given, file } = options;
  for (const arn of given) {
    if (isPolicyArn(arn)) continue;
    throw new CliError('usage', `--policy-arn is not the ARN of a managed policy: ${arn}`, {
      hints: [
        `write it like arn:${partition}:iam::aws:${READ_ONLY} or arn:${partition}:iam::123456789012:policy/name`,
      ],
    });
  }
  const all = readOnly ? [...given, `arn:${partition}:iam::aws:${READ_ONLY}`] : given;
  const policyArns = [...new Set(all)].toSorted();
  if (given.length > MAX_POLICY_ARNS || policyArns.length > MAX_POLICY_ARNS) {
    const what = given.length > MAX_POLICY_ARNS ? '--policy-arn' : '--policy-arn, with --read-only,';
    throw new CliError(
      'usage',
      `${what} names more than ${MAX_POLICY_ARNS} policies, the most AWS STS accepts`,
      {
        hints: ['put the statements of some of them into one --policy-file'],
      },
    );
  }
  return { policyArns, ...(file === undefined ? {} : { document: file.document, file: file.path }) };
}

/** The session policy as parts of a cache key; none for a session that is not narrowed. */
export function keyParts(narrowing: Narrowing | undefined): readonly unknown[] {
  return narrowing === undefined
    ? []
    : [{ policies: narrowing.policyArns, document: narrowing.document ?? '' }];
}

/** The value of a child's CCVAULT_POLICY: policy ARNs and the path of the policy file, separated by commas. */
export function policyNames({ policyArns, file }: Narrowing): string {
  return [...policyArns, ...(file === undefined ? [] : [file])].join(',');
}

/** The same for messages: `ReadOnlyAccess and bucket.json`. */
export function shortPolicyNames(names: string): string {
  const short = names.split(',').map((name) => name.slice(name.search(/[^/\\]*$/)));
  const last = short.pop() ?? '';
  return short.length === 0 ? last : `${short.join(', ')} and ${last}`;
}

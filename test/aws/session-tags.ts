// Session tags, and which of them a role chain hands on.

import { AwsError } from './exchange.ts';
import { listParameter } from './query-protocol.ts';
import { validationError } from './constraints.ts';

export type SessionTags = {
  readonly tags: ReadonlyMap<string, string>;
  readonly transitive: ReadonlyMap<string, string>;
};

/**
 * The tags a new session carries: those of the request and those inherited from the calling session.
 * @throws AwsError ValidationError or InvalidParameterValue, as STS does
 */
export function sessionTags(
  parameters: URLSearchParams,
  inherited: ReadonlyMap<string, string>,
): SessionTags & { readonly asked: boolean } {
  const tags = new Map(inherited);
  const seen = new Set<string>();
  let count = 0;
  for (let n = 1; parameters.has(`Tags.member.${n}.Key`); n++) {
    const key = parameters.get(`Tags.member.${n}.Key`) ?? '';
    const value = parameters.get(`Tags.member.${n}.Value`) ?? '';
    checkTag(n, key, value);
    if (seen.has(key.toLowerCase())) {
      throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    if (inherited.has(key)) {
      throw invalid(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );
    }
    seen.add(key.toLowerCase());
    tags.set(key, value);
    count = n;
  }
  if (count > 50) {
    throw validationError(
      "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    );
  }
  const transitive = new Map(inherited);
  for (const key of listParameter(parameters, 'TransitiveTagKeys')) {
    const value = tags.get(key);
    if (value === undefined) {
      throw invalid('The specified transitive tag key must be included in the requested tags.');
    }
    transitive.set(key, value);
  }
  return { tags, transitive, asked: count > 0 };
}

function checkTag(n: number, key: string, value: string): void {
  if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key)) {
    throw validationError(
      `1 validation error detected: Value '${key}' at 'tags.${n}.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+`,
    );
  }
  if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value)) {
    throw validationError(
      `1 validation error detected: Value '${value}' at 'tags.${n}.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*`,
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message, 400);
}

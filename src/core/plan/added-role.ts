import { isRoleArn } from '../aws/arn.ts';
import type { PartitionName } from '../aws/regions.ts';
import type { ProfileView, StaticKeyLocation } from '../config/profile-view.ts';
import { CliError } from '../errors.ts';

// Settings of the profile's own role: they do not apply to the added one.
const OF_OWN_ROLE: ReadonlySet<string> = new Set([
  'role_session_name',
  'external_id',
  'duration_seconds',
  'session_tags',
  'transitive_session_tags',
  'source_identity',
]);

const ACCOUNT_AND_NAME = /^(\d{12}):\/?(.+)$/;

/** The ARN that `--role` names: an ARN, or ACCOUNT:NAME in `partition`. Throws CliError `usage` for any other text. */
export function addedRoleArn(text: string, partition: PartitionName): string {
  const [, account, name] = ACCOUNT_AND_NAME.exec(text) ?? [];
  const arn = account === undefined ? text : `arn:${partition}:iam::${account}:role/${name}`;
  if (isRoleArn(arn)) return arn;
  throw new CliError('usage', `--role is neither the ARN of a role nor ACCOUNT:NAME: ${text}`, {
    hints: ['write it like arn:aws:iam::123456789012:role/name or 123456789012:name'],
  });
}

/**
 * The role of `--role`, as if a profile had this `role_arn` and the command's profile as its source: with the region,
 * MFA device and endpoints of the command's profile, `base`, which is undefined for ambient credentials without a
 * profile.
 */
export class AddedRole implements ProfileView {
  readonly name: string;
  readonly #arn: string;
  readonly #base: ProfileView | undefined;

  constructor(arn: string, base: ProfileView | undefined) {
    this.name = base?.name ?? '';
    this.#arn = arn;
    this.#base = base;
  }

  get(key: string): string | undefined {
    if (key === 'role_arn') return this.#arn;
    return OF_OWN_ROLE.has(key) ? undefined : this.#base?.get(key);
  }

  nested(key: string): ReadonlyMap<string, string> | undefined {
    return this.#base?.nested(key);
  }

  keys(): readonly string[] {
    return [...new Set(['role_arn', ...(this.#base?.keys() ?? [])])].filter((key) => !OF_OWN_ROLE.has(key));
  }

  pathOf(key: string): string {
    return this.#base?.pathOf(key) ?? '';
  }

  staticKeys(): StaticKeyLocation | undefined {
    return undefined;
  }

  sessionToken(): string | undefined {
    return undefined;
  }
}

import { isPermissionSet } from '../core/aws/arn.ts';
import { notFromAws } from '../core/aws/errors.ts';
import { isCliError } from '../core/errors.ts';
import type { Page, ReceivedAccount } from '../core/ports/aws.ts';
import type { System } from '../core/ports/system.ts';
import type { Secret } from '../core/secret.ts';
import { acceptedAccount, byAccountName } from '../core/sso/accounts.ts';
import type { SsoAccount } from '../core/sso/accounts.ts';
import type { SsoAccess } from '../core/sso/session.ts';
import type { SourceContext } from './source.ts';
import { withSsoToken } from './sso-token.ts';

/** The number of accounts whose roles are listed at a time. */
const AT_ONCE = 8;
/** 100,000 accounts; a longer list is not AWS's. */
const MAX_PAGES = 1000;

// On top of the retries of each call: the portal accepts about 20 calls a second from a user, and thousands may be due.
const THROTTLED_TRIES = 12;
const FIRST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 20_000;

export interface SsoDirectory {
  /** Sorted by name. */
  readonly accounts: readonly SsoAccount[];
  /** The number of accounts and roles left out because their id or name is invalid. */
  readonly leftOut: number;
}

/** The accounts that a sign-in may use, without their roles. Throws as withSsoToken and SsoPortal. */
export async function listSsoAccounts(access: SsoAccess, context: SourceContext): Promise<SsoDirectory> {
  const portal = await context.system.aws.sso(access.settings);
  const call = caller(access, context);
  const received = await allPages((nextToken) => call((token) => portal.listAccounts(token, nextToken)));
  const accounts = received.flatMap((account) => acceptedAccount(account, []) ?? []);
  return { accounts: accounts.toSorted(byAccountName), leftOut: received.length - accounts.length };
}

/**
 * The same accounts with their roles, listed in parallel; `told` gets the number of accounts done. An account that
 * the user has lost since has no roles. Throws as listSsoAccounts.
 */
export async function withRoles(
  { accounts, leftOut }: SsoDirectory,
  access: SsoAccess,
  context: SourceContext,
  told: (done: number) => void,
): Promise<SsoDirectory> {
  const portal = await context.system.aws.sso(access.settings);
  const call = caller(access, context);
  const found = new Map<string, readonly string[]>();
  let refused = leftOut;
  const waiting = accounts.values();
  const work = async (): Promise<void> => {
    for (const { id } of waiting) {
      const names = await allPages((nextToken) =>
        call((token) => portal.listAccountRoles(token, id, nextToken)),
      ).catch(noneIfRefused);
      const roles = names.filter(isPermissionSet);
      refused += names.length - roles.length;
      found.set(id, roles);
      told(found.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const complete = accounts.flatMap((account) => acceptedAccount(account, found.get(account.id) ?? []) ?? []);
  return { accounts: complete, leftOut: refused };
}

type Call = <T>(call: (token: Secret) => Promise<T>) => Promise<T>;

/** Calls the portal with the sign-in's token, up to 12 times while it throttles. */
function caller(access: SsoAccess, context: SourceContext): Call {
  return async (call) => {
    for (let tries = 1; ; tries++) {
      try {
        return await withSsoToken(access, context, call);
      } catch (error) {
        if (tries >= THROTTLED_TRIES || !isThrottled(error)) throw error;
        await waitAfter(tries, context.system);
      }
    }
  };
}

/** Waits with full jitter, so that calls that were throttled together are not repeated together. */
async function waitAfter(tries: number, { clock }: Pick<System, 'clock'>): Promise<void> {
  const longest = Math.min(LONGEST_WAIT_MILLISECONDS, FIRST_WAIT_MILLISECONDS * 2 ** (tries - 1));
  await clock.sleep(Math.random() * longest);
}

function isThrottled(error: unknown): boolean {
  return isCliError(error) && /^(?:TooManyRequests|Throttl)/.test(error.awsCode ?? '');
}

// The portal's errors for an account or role that was removed after it was listed.
const GONE = new Set(['ForbiddenException', 'ResourceNotFoundException']);

function noneIfRefused(error: unknown): readonly string[] {
  if (isCliError(error) && GONE.has(error.awsCode ?? '')) return [];
  throw error;
}

async function allPages<T extends string | ReceivedAccount>(
  page: (nextToken: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const answer = await page(nextToken);
    all.push(...answer.items);
    if (answer.nextToken === undefined) return all;
    nextToken = answer.nextToken;
  }
  throw notFromAws('a list without an end', 'IAM Identity Center');
}

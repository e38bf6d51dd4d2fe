// What a caller may do: what its user or role may, less what the policies of its session leave out.

import type { Caller, Permissions } from './entities.ts';
import { accessDenied } from './exchange.ts';
import { judge } from './policies.ts';

/**
 * Lets `action` (`iam:GetUser`) on `resource` pass, or refuses it. `arn` is the resource as policies name it, where AWS's
 * texts have other words.
 * @throws AwsError AccessDenied with AWS's texts, which tell an explicit deny from a missing allow
 */
export function authorize(caller: Caller, action: string, resource: string, arn = resource): void {
  const { allow, deny = [], denyWithoutMfa = [] } = permissionsOf(caller);
  const denied = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  const withoutMfa = caller.session?.mfaAt === undefined;
  if (matches(deny, action) || (withoutMfa && matches(denyWithoutMfa, action))) {
    throw accessDenied(`${denied} with an explicit deny in an identity-based policy`);
  }
  if (allow !== undefined && !matches(allow, action)) {
    throw accessDenied(`${denied} because no identity-based policy allows the ${action} action`);
  }
  const policies = caller.session?.policies;
  const verdict = policies === undefined ? 'allowed' : judge(policies, action, arn);
  if (verdict === 'denied') throw accessDenied(`${denied} with an explicit deny in a session policy`);
  if (verdict === 'not allowed') {
    throw accessDenied(`${denied} because no session policy allows the ${action} action`);
  }
}

function permissionsOf(caller: Caller): Permissions {
  return caller.role?.permissions ?? caller.user?.permissions ?? {};
}

function matches(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern,
  );
}

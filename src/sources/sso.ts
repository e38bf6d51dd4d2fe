import type { Credentials } from '../core/credentials.ts';
import { CliError, isCliError } from '../core/errors.ts';
import type { SsoStep } from '../core/plan/steps.ts';
import { Secret } from '../core/secret.ts';
import type { CredentialSource } from './source.ts';
import { obtainSsoToken } from './sso-token.ts';

/**
 * GetRoleCredentials of IAM Identity Center with the token of a sign-in, which is made where there is none. A token
 * the portal does not take is dropped and replaced, once. Throws as Aws, and as obtainSsoToken.
 */
export const fromSso: CredentialSource<'sso'> = async (step, context) => {
  const portal = await context.system.aws.sso(step.settings);
  const { accountId, roleName } = step.sso;
  const roleCredentials = (token: string): Promise<Credentials> =>
    portal.getRoleCredentials(new Secret(token), accountId, roleName);
  const token = await obtainSsoToken(step, context, undefined);
  try {
    return await roleCredentials(token.reveal());
  } catch (error) {
    if (!isRefusedToken(error)) throw explained(error, step);
  }
  const next = await obtainSsoToken(step, context, token);
  try {
    return await roleCredentials(next.reveal());
  } catch (error) {
    throw explained(error, step);
  }
};

function isRefusedToken(error: unknown): boolean {
  return isCliError(error) && error.awsCode === 'UnauthorizedException';
}

function explained(error: unknown, { sso, profile }: SsoStep): unknown {
  if (!isCliError(error)) return error;
  if (error.awsCode !== 'ForbiddenException' && error.awsCode !== 'ResourceNotFoundException') return error;
  return new CliError(
    'aws',
    `profile ${profile}: IAM Identity Center does not give you role ${sso.roleName} in account ${sso.accountId}`,
    {
      ...error.codes,
      hints: [`see your accounts and roles at ${sso.startUrl} and correct sso_account_id or sso_role_name`],
      cause: error,
    },
  );
}

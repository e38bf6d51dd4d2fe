import { CliError, isCliError } from '../core/errors.ts';
import type { SsoStep } from '../core/plan/steps.ts';
import type { CredentialSource } from './source.ts';
import { withSsoToken } from './sso-token.ts';

/** The credentials of a role in IAM Identity Center (GetRoleCredentials). Throws as SsoPortal and withSsoToken. */
export const fromSso: CredentialSource<'sso'> = async (step, context) => {
  const portal = await context.system.aws.sso(step.settings);
  const { accountId, roleName } = step.sso;
  try {
    return await withSsoToken(step, context, (token) =>
      portal.getRoleCredentials(token, accountId, roleName),
    );
  } catch (error) {
    throw explained(error, step);
  }
};

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

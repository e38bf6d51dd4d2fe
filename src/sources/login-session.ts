import type { CredentialSource } from './source.ts';

/**
 * The credentials of `aws login`, renewed in the AWS CLI's own cache and therefore not kept here. Alone among all
 * processes: AWS takes a refresh token once, and the cache is rewritten in place, so that those who wait read what the
 * first of them wrote. Throws as Aws.
 */
export const fromLogin: CredentialSource<'login'> = async (step, context) =>
  context.singleFlight({
    name: `login ${step.loginSession}`,
    purpose: `renewing the sign-in of aws login for profile ${step.profile}`,
    // The provider that makes them looks into the cache first.
    find: async () => undefined,
    make: () => context.system.aws.loginSession(step.settings, step.profile),
  });

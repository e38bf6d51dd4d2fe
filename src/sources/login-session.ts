import type { CredentialSource } from './source.ts';

/** The credentials of `aws login`, renewed in the AWS CLI's own cache and therefore not kept here. Throws as Aws. */
export const fromLogin: CredentialSource<'login'> = async (step, { system }) =>
  system.aws.loginSession(step.settings, step.profile);

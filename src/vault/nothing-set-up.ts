import type { AwsConfig } from '../core/config/aws-config.ts';
import { isCliError } from '../core/errors.ts';
import { nothingSetUp } from '../core/plan/first-step.ts';
import type { Plan } from '../core/plan/steps.ts';
import type { Environment } from '../core/ports/environment.ts';
import type { Vault } from './keys/vault.ts';

/** True when no config file has a profile and the vault has no key. */
export async function nothingIsSetUp(config: AwsConfig, vault: Vault): Promise<boolean> {
  return (
    config.profileNames().length === 0 && config.missing.length === 0 && (await vault.storedKeys()).size === 0
  );
}

/**
 * The error to report for a plan that failed. Where nothing is set up, the plan falls back to the instance metadata
 * service, and its error helps nobody begin: the first step does.
 */
export async function errorOrFirstStep(
  error: unknown,
  plan: Plan,
  env: Environment,
  config: AwsConfig,
  vault: Vault,
): Promise<unknown> {
  const lastResort = plan.profile === undefined && plan.steps[0].kind === 'instance';
  if (!lastResort || !isCliError(error) || error.kind !== 'aws') return error;
  // A user who sets the endpoint wants to know why it failed.
  if (env['AWS_EC2_METADATA_SERVICE_ENDPOINT']) return error;
  return (await nothingIsSetUp(config, vault)) ? nothingSetUp(config, error) : error;
}

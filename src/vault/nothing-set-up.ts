import type { AwsConfig } from '../core/config/aws-config.ts';
import { isCliError } from '../core/errors.ts';
import { nothingSetUp } from '../core/plan/first-step.ts';
import type { Plan } from '../core/plan/steps.ts';
import type { Environment } from '../core/ports/environment.ts';
import type { Vault } from './keys/vault.ts';

/** No profile in any file and no key in the vault. */
export async function nothingIsSetUp(config: AwsConfig, vault: Vault): Promise<boolean> {
  return (
    config.profileNames().length === 0 && config.missing.length === 0 && (await vault.storedKeys()).size === 0
  );
}

/**
 * The error of a plan that was carried out. On a machine with nothing set up the instance is the last resort, and what
 * its metadata service said, or who answered in its place, helps nobody begin.
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
  // Who names the endpoint means it.
  if (env['AWS_EC2_METADATA_SERVICE_ENDPOINT']) return error;
  return (await nothingIsSetUp(config, vault)) ? nothingSetUp(config, error) : error;
}

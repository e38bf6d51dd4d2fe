import { CliError } from '../core/errors.ts';
import type { Aws } from '../core/ports/aws.ts';
import { beneficiary } from '../core/sso/session.ts';
import type { SsoAccess } from '../core/sso/session.ts';
import { awsStartUrlOf, isAwsStartUrl, regionOfStartUrl } from '../core/sso/start-url.ts';

/**
 * The start URL by which AWS knows a session: its own, or where a company's name for it leads, one step and no further, as
 * the AWS CLI follows it. What leads nowhere is left for AWS to refuse. Throws CliError `config` for one that leads to
 * somebody else, and to a portal of another region.
 */
export async function resolveStartUrl(access: SsoAccess, aws: Pick<Aws, 'redirectOf'>): Promise<string> {
  const { startUrl, region } = access.sso;
  if (isAwsStartUrl(startUrl)) return startUrl;
  const target = await aws.redirectOf(startUrl, access.oidcSettings);
  if (target === undefined) return startUrl;
  const what = `${beneficiary(access)}: sso_start_url ${startUrl} leads to ${target}`;
  const resolved = awsStartUrlOf(target);
  if (resolved === undefined) {
    throw new CliError('config', `${what}, which is no access portal of AWS`, {
      hints: ['write the address of the access portal as sso_start_url'],
    });
  }
  const itsRegion = regionOfStartUrl(resolved);
  if (itsRegion !== undefined && itsRegion !== region) {
    throw new CliError('config', `${what}, but sso_region is ${region}`, {
      hints: [`write sso_region = ${itsRegion}`],
    });
  }
  return resolved;
}

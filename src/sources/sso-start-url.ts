import { CliError } from '../core/errors.ts';
import type { Aws } from '../core/ports/aws.ts';
import { beneficiary } from '../core/sso/session.ts';
import type { SsoAccess } from '../core/sso/session.ts';
import { awsStartUrlOf, isAwsStartUrl, regionOfStartUrl } from '../core/sso/start-url.ts';

/**
 * The start URL that AWS knows: the session's own, or the one to which a company's own address redirects. Follows one
 * redirect, as the AWS CLI does; an address without a redirect is returned unchanged, for AWS to refuse. Throws
 * CliError `config` for a redirect to anything but an AWS access portal, or to the portal of another region.
 */
export async function resolveStartUrl(access: SsoAccess, aws: Pick<Aws, 'redirectOf'>): Promise<string> {
  const { startUrl, region } = access.sso;
  if (isAwsStartUrl(startUrl)) return startUrl;
  const target = await aws.redirectOf(startUrl, access.oidcSettings);
  if (target === undefined) return startUrl;
  const what = `${beneficiary(access)}: sso_start_url ${startUrl} redirects to ${target}`;
  const resolved = awsStartUrlOf(target);
  if (resolved === undefined) {
    throw new CliError('config', `${what}, which is not an AWS access portal`, {
      hints: ['write the URL of the AWS access portal as sso_start_url'],
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

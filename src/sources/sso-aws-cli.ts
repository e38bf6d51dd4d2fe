import { toHex } from '../core/bytes.ts';
import type { SsoSession } from '../core/sso/session.ts';
import type { SsoToken } from '../core/ports/aws.ts';
import type { System } from '../core/ports/system.ts';
import { parseObject, stringField } from '../core/json.ts';
import { parseTime } from '../core/time.ts';
import { Secret } from '../core/secret.ts';
import { isVisible } from '../core/text-checks.ts';

/**
 * The access token that `aws sso login` cached for the same session; undefined if there is none. The name of its file
 * is the SHA-1 of the session's name or, with the legacy SSO settings, of the start URL (botocore, `SSOTokenLoader`).
 * Never uses the refresh token, which the AWS CLI could not use afterwards, and never writes the file.
 */
export function tokenOfAwsCli(
  sso: SsoSession,
  { crypto, files, host }: Pick<System, 'crypto' | 'files' | 'host'>,
): SsoToken | undefined {
  if (host.homeDirectory === undefined) return undefined;
  const name = toHex(crypto.sha1(sso.session ?? sso.startUrl));
  try {
    const text = files.readText(`${host.homeDirectory}/.aws/sso/cache/${name}.json`);
    const fields = parseObject(text ?? '');
    const accessToken = stringField(fields, 'accessToken');
    const expiresAt = parseTime(stringField(fields, 'expiresAt') ?? '');
    if (accessToken === undefined || !isVisible(accessToken) || expiresAt === undefined) return undefined;
    // The file of a session outlives a change of its settings. Not every tool that writes one records the region.
    const region = fields?.['region'] ?? sso.region;
    if (fields?.['startUrl'] !== sso.startUrl || region !== sso.region) return undefined;
    return { accessToken: new Secret(accessToken), expiresAt };
  } catch {
    return undefined;
  }
}

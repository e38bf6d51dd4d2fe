import type { SsoSource } from '../core/plan/sso-source.ts';
import type { SsoToken } from '../core/ports/aws.ts';
import type { System } from '../core/ports/system.ts';
import { parseTime } from '../core/time.ts';
import { Secret } from '../core/secret.ts';

/**
 * The token that `aws sso login` left for the same session, read only: its file is named by the SHA-1 of the
 * session's name, with the legacy keys of the start URL (botocore, `SSOTokenLoader`). Its refresh token stays the
 * AWS CLI's: used here it would be spent there.
 */
export function tokenOfAwsCli(
  sso: SsoSource,
  { crypto, files, host }: Pick<System, 'crypto' | 'files' | 'host'>,
): SsoToken | undefined {
  if (host.homeDirectory === undefined) return undefined;
  const name = Buffer.from(crypto.sha1(sso.session ?? sso.startUrl)).toString('hex');
  try {
    const text = files.readText(`${host.homeDirectory}/.aws/sso/cache/${name}.json`);
    const value: unknown = JSON.parse(text ?? 'null');
    const fields = new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
    const accessToken: unknown = fields.get('accessToken');
    const expiresAt = parseTime(String(fields.get('expiresAt')));
    if (typeof accessToken !== 'string' || expiresAt === undefined) return undefined;
    // A session that was renamed or moved leaves its file behind. Not every tool that writes these notes the region.
    const region = fields.get('region') ?? sso.region;
    if (fields.get('startUrl') !== sso.startUrl || region !== sso.region) return undefined;
    return { accessToken: new Secret(accessToken), expiresAt };
  } catch {
    return undefined;
  }
}

import { CliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { parseCodecommitUrl } from '../../git/malformed-url.ts';
import { formatCodecommitUrl, formatHttpsUrl, parseHttpsUrl } from '../../git/url.ts';
import type { HttpsUrl } from '../../git/url.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { targetOf } from './target.ts';
import { Workspace } from '../shared/workspace.ts';

/** `ccvault git url`: prints the other form of a URL. */
export async function run(input: CommandInput<'git url'>, system: System, globals: Globals): Promise<number> {
  const { url } = input.arguments;
  const https = parseHttpsUrl(url);
  const converted =
    https === undefined
      ? formatHttpsUrl(await targetOf(new Workspace(system, globals), parseCodecommitUrl(url)))
      : fromHttps(https, system);
  system.out.data(`${converted}\n`);
  return 0;
}

function fromHttps({ host, region, repository }: HttpsUrl, system: System): string {
  if (host.toLowerCase().startsWith('vpce-')) {
    throw new CliError('usage', 'a VPC endpoint has no codecommit:// form', {
      hints: ['keep the https:// URL and run: ccvault git setup'],
    });
  }
  if (host.toLowerCase().startsWith('git-codecommit-fips.')) {
    system.out.warning(
      'the FIPS endpoint is used only while AWS_USE_FIPS_ENDPOINT=true or use_fips_endpoint is set',
    );
  }
  return formatCodecommitUrl({ profile: undefined, region, repository });
}

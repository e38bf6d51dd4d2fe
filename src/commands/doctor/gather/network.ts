import type { AwsConfig } from '../../../core/config/aws-config.ts';
import { viewProfile } from '../../../core/config/profile-view.ts';
import { isCliError } from '../../../core/errors.ts';
import type { CliError } from '../../../core/errors.ts';
import { expandPath } from '../../../core/expand-path.ts';
import { chooseRegion, settingsFor } from '../../../core/plan/settings.ts';
import { proxyFor } from '../../../core/proxy.ts';
import type { System } from '../../../core/ports/system.ts';
import type { ClockFacts, NetworkFacts } from '../facts.ts';
import { tried } from './fault.ts';

/** Compares AWS's clock, at the endpoint that the profile's calls use. Undefined where the settings allow no call. */
export async function gatherClock(
  config: AwsConfig | undefined,
  profile: string | undefined,
  { aws, clock, env }: Pick<System, 'aws' | 'clock' | 'env'>,
): Promise<ClockFacts | undefined> {
  if (config === undefined || env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') return undefined;
  const name = profile ?? env['AWS_PROFILE'] ?? 'default';
  const { value } = await tried(async () => {
    const view = viewProfile(config, name);
    const region = chooseRegion(undefined, env, view);
    const { host, time } = await aws.clock(settingsFor('sts', { region }, { config, env, view }));
    // The header is rounded down to whole seconds: half a second is the mean error.
    return { host, aheadBy: time === undefined ? undefined : clock.now() - time - 500 };
  });
  return value;
}

// First the one that ccvault reads, then those of the AWS CLI, curl, OpenSSL and git.
const CA_VARIABLES = [
  'AWS_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'SSL_CERT_FILE',
  'GIT_SSL_CAINFO',
];

/** What is wrong with the proxy variables, and the files that certificate variables name. */
export function gatherNetwork({ env, files, host }: Pick<System, 'env' | 'files' | 'host'>): NetworkFacts {
  return {
    proxyFault: proxyFault(env),
    caFiles: CA_VARIABLES.flatMap((variable) => {
      const value = env[variable];
      if (value === undefined) return [];
      const path = expandPath(value, env, host);
      return [{ variable, path, exists: files.stat(path) !== undefined }];
    }),
  };
}

function proxyFault(env: System['env']): CliError | undefined {
  try {
    proxyFor('https://sts.us-east-1.amazonaws.com/', env);
    return undefined;
  } catch (error) {
    if (!isCliError(error)) throw error;
    return error;
  }
}

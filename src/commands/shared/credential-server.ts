import { defaultRoleSessionName } from '../../core/aws/arn.ts';
import { toHex } from '../../core/bytes.ts';
import type { Variables } from '../../core/child-env.ts';
import type { Credentials } from '../../core/credentials.ts';
import { CliError, isCliError, messageOf } from '../../core/errors.ts';
import { endOfStep } from '../../core/plan/steps.ts';
import type { Plan } from '../../core/plan/steps.ts';
import type { LocalServer } from '../../core/ports/http.ts';
import type { System } from '../../core/ports/system.ts';
import type { ResolveOptions } from '../../vault/resolve.ts';
import { Secret } from '../../core/secret.ts';
import { secretlessCopy } from '../../servers/config-copy.ts';
import { filesWithDefaultCredentials } from '../../servers/default-profile.ts';
import { ecsEndpoint } from '../../servers/ecs.ts';
import { serveEndpoint } from '../../servers/endpoint.ts';
import { imdsEndpoint } from '../../servers/imds.ts';
import { Renewal } from '../../servers/renewal.ts';
import { METADATA_WAIT_MILLISECONDS, ruleOfEndpoint } from '../../servers/renewal-rules.ts';
import { stsSettingsOf } from './sts-settings.ts';
import { SERVED_FILES } from './aws-files.ts';
import { resolveOptionsOf } from './workspace.ts';
import type { SessionInput, Workspace } from './workspace.ts';

export interface Served {
  readonly server: LocalServer;
  /** The variables that point a program at the server. */
  readonly variables: Variables;
}

const TOKEN_BYTES = 32;
/** AWS allows no more for a role assumed with a session's or another role's credentials. */
const ROLE_SECONDS = 3600;
const COPY_NAME = /^(?:config|credentials)-[0-9a-f]{16}$/;
const COPY_MAX_AGE_MS = 30 * 24 * 3_600_000;

/**
 * Gets a plan's credentials, with MFA prompts up front unless `lazy`, and serves them on `port` or a free port,
 * renewing them as long as the server runs. Throws CliError `usage` for a long-lived key, which no endpoint can serve.
 */
export async function startServer(
  kind: 'ecs' | 'imds',
  plan: Plan,
  workspace: Workspace,
  input: SessionInput & { readonly lazy?: boolean },
  port = 0,
): Promise<Served> {
  const { system } = workspace;
  const asked = resolveOptionsOf(input, system);
  const rule = ruleOfEndpoint(kind, asked.rule);
  const get = (options: ResolveOptions): Promise<Credentials> =>
    servable({ ...options, rule }, plan, workspace);
  const first = input.lazy === true ? undefined : await get(asked);
  // An MFA code works only once, and sessions that --fresh renewed at the start need no second renewal.
  const later = resolveOptionsOf({ ...input, mfaToken: undefined, fresh: false }, system);
  let next = first === undefined ? asked : later;
  const base = new Renewal({
    clock: system.clock,
    ...(first === undefined ? {} : { first }),
    rule,
    make: () => {
      const options = next;
      next = later;
      return get(options);
    },
    onFailure: reporter(system, plan.profile),
    ...(kind === 'imds' ? { waitMilliseconds: METADATA_WAIT_MILLISECONDS } : {}),
  });
  const { roleArn } = endOfStep(plan.steps.at(-1) ?? plan.steps[0]);
  const { clock, crypto } = system;
  if (kind === 'imds') {
    const endpoint = imdsEndpoint({ base, region: plan.region, roleArn, clock, crypto });
    const server = await serveEndpoint(endpoint, port, system);
    // With the slash: the AWS CLI of Debian 12 (2.9) appends the path to it unchanged.
    return { server, variables: { AWS_EC2_METADATA_SERVICE_ENDPOINT: `${urlOf(server)}/` } };
  }
  // With a session policy that does not allow sts:AssumeRole no role could be assumed, so roles are assumed with the
  // wide session and get the same policy.
  const { wide } = plan;
  const ofRoles =
    wide === undefined
      ? base
      : new Renewal({ clock, rule, make: () => workspace.resolver({ ...later, rule }).credentials(wide) });
  const token = new Secret(Buffer.from(crypto.randomBytes(TOKEN_BYTES)).toString('base64url'));
  const endpoint = ecsEndpoint({
    token,
    base,
    roleArn,
    clock,
    crypto,
    assumeRole: async (arn) => assumeRole(arn, await ofRoles.credentials(), plan, workspace),
  });
  const server = await serveEndpoint(endpoint, port, system);
  return {
    server,
    variables: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${urlOf(server)}/`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token.reveal(),
    },
  };
}

async function servable(options: ResolveOptions, plan: Plan, workspace: Workspace): Promise<Credentials> {
  const credentials = await workspace.resolver(options).credentials(plan);
  if (credentials.sessionToken !== undefined) return credentials;
  const whose = plan.profile === undefined ? '' : ` of profile ${plan.profile}`;
  throw new CliError(
    'usage',
    `credential servers serve temporary credentials only; --no-session would expose the long-lived key${whose}`,
    { hints: ['leave out --no-session'] },
  );
}

/** What programs read in place of the user's files. */
export interface ServedFiles {
  readonly variables: Variables;
  /** Removes the copies, which are no longer read. */
  remove(): void;
}

/**
 * Variables by which a program without a profile finds the server instead of the credentials of `[default]` in the
 * user's files: they name a copy of the config file without those credentials and, if the credentials file has some in
 * `[default]`, an empty credentials file. None if `[default]` has no credentials. Further variables name the original
 * files for ccvault inside the program.
 */
export function serveFiles(workspace: Workspace): ServedFiles {
  const { system, configPath, credentialsPath } = workspace;
  const { files, crypto, host } = system;
  const places = filesWithDefaultCredentials(workspace.config());
  if (places.size === 0) return { variables: {}, remove() {} };
  const folder = `${host.vaultDirectory}/${SERVED_FILES}`;
  forgetOldCopies(folder, system);
  // For this run only, so that it can be removed at the end.
  const id = toHex(crypto.randomBytes(8));
  const made: string[] = [];
  const write = (name: string, text: string): string => {
    const path = `${folder}/${name}-${id}`;
    files.replace(path, text, { mode: 0o600 });
    made.push(path);
    return path;
  };
  const variables = {
    AWS_CONFIG_FILE: write('config', secretlessCopy(files.readText(configPath) ?? '')),
    CCVAULT_AWS_CONFIG_FILE: configPath,
    ...(places.has('credentials')
      ? {
          AWS_SHARED_CREDENTIALS_FILE: write('credentials', ''),
          CCVAULT_AWS_SHARED_CREDENTIALS_FILE: credentialsPath,
        }
      : {}),
  };
  return {
    variables,
    remove() {
      for (const path of made) {
        try {
          files.remove(path);
        } catch (error) {
          system.out.warning(messageOf(error));
        }
      }
    },
  };
}

/** Removes copies that killed runs left behind, when they are older than 30 days. */
function forgetOldCopies(folder: string, { files, clock }: Pick<System, 'files' | 'clock'>): void {
  for (const name of files.list(folder)) {
    if (!COPY_NAME.test(name)) continue;
    const path = `${folder}/${name}`;
    const stat = files.stat(path);
    if (stat !== undefined && clock.now() - stat.modifiedAt > COPY_MAX_AGE_MS) files.remove(path);
  }
}

async function assumeRole(
  roleArn: string,
  credentials: Credentials,
  plan: Plan,
  workspace: Workspace,
): Promise<Credentials> {
  const { aws, host } = workspace.system;
  const sts = await aws.sts(stsSettingsOf(plan, workspace));
  const { narrowing } = endOfStep(plan.steps.at(-1) ?? plan.steps[0]);
  return sts.assumeRole(credentials, {
    roleArn,
    sessionName: defaultRoleSessionName(host.userName, narrowing !== undefined),
    durationSeconds: ROLE_SECONDS,
    ...(narrowing === undefined ? {} : { policy: narrowing }),
  });
}

/** Reports a failure once, until it changes: clients ask again and again. */
function reporter({ out }: Pick<System, 'out'>, profile: string | undefined): (error: unknown) => void {
  let last = '';
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    if (message === last) return;
    last = message;
    out.warning(
      `cannot renew the credentials${profile === undefined ? '' : ` of profile ${profile}`}: ${message}`,
    );
    if (isCliError(error)) for (const hint of error.hints) out.hint(hint);
  };
}

function urlOf({ port }: LocalServer): string {
  return `http://127.0.0.1:${port}`;
}

import { browserCommands } from '../console/browsers.ts';
import { consoleCredentials, sessionSecondsFor } from '../console/credentials.ts';
import { servicePage } from '../console/services.ts';
import { consolePlace, consoleUrl, federationMethod, federationUrl, signInUrl } from '../console/urls.ts';
import type { ConsoleLocation } from '../console/urls.ts';
import { hasDisplay } from '../core/display.ts';
import { CliError } from '../core/errors.ts';
import { shortPolicyNames } from '../core/plan/narrowing.ts';
import { policyOf } from '../core/plan/policy-of-plan.ts';
import { settingsFor } from '../core/plan/settings.ts';
import type { Plan } from '../core/plan/steps.ts';
import type { System } from '../core/ports/system.ts';
import { viewProfile } from '../core/config/profile-view.ts';
import { partitionOfRegion } from '../core/aws/regions.ts';
import type { Secret } from '../core/secret.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { choosePlan } from './shared/choose-plan.ts';
import { stsSettingsOf } from './shared/sts-settings.ts';
import { countUse } from './shared/use-history.ts';
import { resolveOptionsOf, Workspace } from './shared/workspace.ts';

type LoginOptions = CommandInput<'login'>['options'];

/** `ccvault login`: the console in a browser, signed in; the address on standard output where none is to open. */
export async function run(input: CommandInput<'login'>, system: System, globals: Globals): Promise<number> {
  const { options } = input;
  const workspace = new Workspace(system, globals);
  const plan = await choosePlan(
    workspace,
    input.arguments.profile,
    options,
    (chosen) => sessionSecondsFor(chosen, options.duration) === options.duration,
  );
  const place = placeOf(plan, workspace);
  const destination = consoleUrl(place, pathOf(options, system));
  const url = await signedIn(plan, place, destination, workspace, options);
  countUse(plan.profile, system);
  if (options.stdout) {
    system.out.data(`${url.reveal()}\n`);
    return 0;
  }
  await open(url, plan, system, options.browser);
  return 0;
}

function placeOf(plan: Plan, workspace: Workspace): ConsoleLocation {
  const sso = plan.steps.length === 1 && plan.steps[0].kind === 'sso' ? plan.steps[0] : undefined;
  const { region } = sso?.settings ?? stsSettingsOf(plan, workspace);
  return consolePlace(partitionOfRegion(region), plan.region);
}

function pathOf({ service, path }: LoginOptions, { out }: Pick<System, 'out'>): string | undefined {
  if (service === undefined) return path;
  const page = servicePage(service);
  if (page === undefined) {
    throw new CliError('usage', `not a service name: ${service}`, {
      hints: ['name one as the AWS CLI does, e.g. --service s3, or give the page with --path'],
    });
  }
  if (!page.known) out.warning(`service ${service} is unknown to ccvault; trying the page ${page.path}`);
  return page.path;
}

async function signedIn(
  plan: Plan,
  place: ConsoleLocation,
  destination: string,
  workspace: Workspace,
  options: LoginOptions,
): Promise<Secret> {
  const { system } = workspace;
  const resolveOptions = resolveOptionsOf(
    // Nothing is to open: then SSO signs in with a code.
    { ...options, noBrowser: options.noBrowser || options.stdout },
    system,
  );
  const { credentials, sessionSeconds } = await consoleCredentials(plan, place.partition, options.duration, {
    resolve: (part) => workspace.resolver(resolveOptions).credentials(part),
    sts: () => system.aws.sts(stsSettingsOf(plan, workspace)),
    out: system.out,
  });
  const view = plan.profile === undefined ? undefined : viewProfile(workspace.config(), plan.profile);
  const context = { config: workspace.config(), env: system.env, view };
  const settings = settingsFor('signin', place, context);
  const federation =
    settings.endpoint === undefined ? federationUrl(place) : new URL('/federation', settings.endpoint).href;
  const service = await system.aws.signin(settings);
  const token = await service.getSigninToken(credentials, {
    url: federation,
    sessionSeconds,
    method: federationMethod(place),
  });
  return signInUrl(federation, token, destination);
}

async function open(url: Secret, plan: Plan, system: System, browser: string | undefined): Promise<void> {
  const { env, host, out } = system;
  const policy = policyOf(plan, env);
  // A narrowed console and a wide one side by side must not share cookies.
  const profile = `${plan.profile ?? 'default'}${policy === undefined ? '' : ' (narrowed)'}`;
  if (browser === undefined && !env['BROWSER'] && !hasDisplay(system)) {
    out.info('no browser can open here; anyone who opens this address within 15 minutes is signed in:');
    out.data(`${url.reveal()}\n`);
    return;
  }
  const directory = `${host.vaultDirectory}/browsers`;
  const commands =
    browser === undefined
      ? undefined
      : browserCommands(browser, { url, profile, os: host.os, env, directory });
  // The browser makes its own folder in it, with what keeps the console signed in.
  if (commands?.some((command) => command.some((word) => word.includes(directory)))) {
    system.files.ensurePrivateDirectory(directory);
  }
  if (await system.openBrowser(url.reveal(), commands)) {
    const whose = plan.profile === undefined ? 'these credentials' : `profile ${plan.profile}`;
    const less = policy === undefined ? '' : `, narrowed to ${shortPolicyNames(policy)},`;
    out.info(`the console of ${whose}${less} opens in the browser`);
    return;
  }
  const what = browser === undefined ? 'no browser could' : `the browser ${browser} could not`;
  out.warning(`${what} be started; anyone who opens this address within 15 minutes is signed in:`);
  out.data(`${url.reveal()}\n`);
}

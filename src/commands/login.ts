import { browserCommands, ISOLATED_BROWSERS } from '../console/browsers.ts';
import { removeUnusedBrowsers } from '../console/unused-browsers.ts';
import { consoleCredentials, sessionSecondsFor } from '../console/credentials.ts';
import { regionOfShortName, shortNamesOf } from '../console/region-short-names.ts';
import { SERVICE_PAGES, servicePage } from '../console/services.ts';
import { consolePlace, consoleUrl, federationMethod, federationUrl, signInUrl } from '../console/urls.ts';
import type { ConsoleLocation } from '../console/urls.ts';
import { REGION_NAMES } from '../core/aws/region-names.ts';
import { hasDisplay } from '../core/display.ts';
import { CliError, messageOf } from '../core/errors.ts';
import { shortPolicyNames } from '../core/plan/narrowing.ts';
import { policyOf } from '../core/plan/policy-of-plan.ts';
import { settingsFor } from '../core/plan/settings.ts';
import type { Plan } from '../core/plan/steps.ts';
import type { System } from '../core/ports/system.ts';
import { renderTable } from '../core/rows/table.ts';
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

/** `ccvault login`: opens the console in a browser, signed in; prints the URL where no browser is to open. */
export async function run(input: CommandInput<'login'>, system: System, globals: Globals): Promise<number> {
  if (input.options.services) {
    system.out.data(knownNames(system));
    return 0;
  }
  const { region } = input.options;
  const options = { ...input.options, region: region === undefined ? undefined : regionOfShortName(region) };
  const [first, ...others] = input.arguments.profiles;
  for (const profile of [first, ...others]) await login(profile, options, system, globals);
  if (others.length > 0 && !options.stdout && !ISOLATED_BROWSERS.some((name) => name === options.browser)) {
    system.out.hint(`for separate windows: --browser ${ISOLATED_BROWSERS.join(', ')}`);
  }
  return 0;
}

function knownNames({ out }: Pick<System, 'out'>): string {
  const layout = { terminal: out.stdoutIsTerminal, columns: out.columns('stdout') };
  const regions = REGION_NAMES.map((name) => [shortNamesOf(name).join(' '), name]);
  return [
    renderTable(['SERVICE', 'PAGE'], SERVICE_PAGES, layout),
    renderTable(['REGION', 'NAME'], regions, layout),
  ].join(layout.terminal ? '\n' : '');
}

async function login(
  profile: string | undefined,
  options: LoginOptions,
  system: System,
  globals: Globals,
): Promise<void> {
  const workspace = new Workspace(system, globals);
  const plan = await choosePlan(
    workspace,
    profile,
    options,
    (chosen) => sessionSecondsFor(chosen, options.duration) === options.duration,
  );
  const place = placeOf(plan, workspace);
  const destination = consoleUrl(place, pathOf(options, system));
  const url = await signedIn(plan, place, destination, workspace, options);
  countUse(plan.profile, system);
  if (options.stdout) system.out.data(`${url.reveal()}\n`);
  else await open(url, plan, system, options.browser);
  if (options.copy) await copy(url, system);
}

async function copy(
  url: Secret,
  { out, offerToClipboard }: Pick<System, 'out' | 'offerToClipboard'>,
): Promise<void> {
  if (await offerToClipboard(url.reveal())) out.info("the address was offered to the terminal's clipboard");
  else out.warning('the address was not copied: no terminal with a clipboard is available');
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
      hints: ['see the names with: ccvault login --services; or give the page with --path'],
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
    // With --stdout no browser opens, so SSO signs in with a device code.
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
  // The browser creates its profile in this folder, with the cookies that keep the console signed in.
  if (commands?.some((command) => command.some((word) => word.includes(directory)))) {
    system.files.ensurePrivateDirectory(directory);
    removeUnused(directory, system);
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

/** Best effort: what is left over keeps nobody from the console. */
function removeUnused(directory: string, system: System): void {
  try {
    removeUnusedBrowsers(directory, system);
  } catch (error) {
    system.out.warning(messageOf(error));
  }
}

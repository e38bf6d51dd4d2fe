import { exactText } from '../../core/bytes.ts';
import { ccvaultCommand } from '../../core/command-line.ts';
import { isRegionName } from '../../core/aws/regions.ts';
import { parseAwsConfig } from '../../core/config/aws-config.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import type { SsoAccount } from '../../core/sso/accounts.ts';
import { fits } from '../../core/sso/pattern.ts';
import { populate } from '../../core/sso/populate.ts';
import type { Populated, Wish } from '../../core/sso/populate.ts';
import { checkTemplate, DEFAULT_TEMPLATE, nameRoles } from '../../core/sso/profile-names.ts';
import { roleKey } from '../../core/sso/standing-profiles.ts';
import { hasSsoToken } from '../../sources/sso-token.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { changeConfigFile } from './config-file.ts';
import { Workspace } from '../shared/workspace.ts';
import { chooseSession } from './choose-session.ts';
import type { ChosenSession } from './choose-session.ts';
import { askForAccounts } from './directory.ts';
import { showDifference, tellElsewhere } from './difference.ts';

type PopulateInput = CommandInput<'sso populate'>;

/** An editor rarely saves at that very moment, and more rarely twice in a row. */
const TRIES = 5;

/** `ccvault sso populate`: writes a profile for each account and role of a session to a block of the config file. */
export async function run(input: PopulateInput, system: System, globals: Globals): Promise<number> {
  const { options } = input;
  const workspace = new Workspace(system, globals);
  checkInput(input);
  const chosen = await chooseSession(workspace, input.arguments.session, options.noBrowser);
  await checkConfirmable(input, chosen);
  const { session } = chosen.session;
  const isWanted = (account: SsoAccount): boolean =>
    options.account.length === 0 ||
    options.account.some((pattern) => fits(account.name, pattern) || fits(account.id, pattern));
  const found = await askForAccounts(chosen, options.account.length === 0 ? undefined : isWanted);
  const wish = await wishOf(session, found, input, workspace);
  const path = workspace.configPath;
  const populated = populate(textAt(path, system), path, wish);
  showDifference(populated, options.dryRun, system);
  tellElsewhere(populated.elsewhere, session, system);
  const counts = countsOf(populated, options.prune);
  if (counts.written === '') {
    system.out.info(`nothing to change: ${profiles(populated.unchanged)} of session ${session} in ${path}`);
  } else if (options.dryRun) {
    system.out.info(`would write to ${path}: ${counts.written}`);
  } else if (!options.yes && !(await system.terminal.confirm(`Write to ${path}: ${counts.written}?`))) {
    system.out.info('nothing was changed');
  } else {
    const written = await write(populated, wish, workspace, options.yes);
    system.out.info(`wrote to ${path}: ${countsOf(written, options.prune).written || 'nothing'}`);
  }
  if (counts.left > 0) {
    system.out.info(`kept ${profiles(counts.left)} that session ${session} no longer needs`);
    const prune = ['--prune', ...filtersOf(input)];
    system.out.hint(
      `remove them with: ${ccvaultCommand('sso populate', { options: prune, operands: [session] })}`,
    );
  }
  return 0;
}

function checkInput({ options }: PopulateInput): void {
  checkTemplate(options.name ?? DEFAULT_TEMPLATE);
  if (options.region !== undefined && !isRegionName(options.region)) {
    throw new CliError('usage', `--region is not a region: ${options.region}`, {
      hints: ['write it like eu-west-1'],
    });
  }
}

/** Throws CliError `usage` where no confirmation is possible; a missing sign-in is reported first. */
async function checkConfirmable(
  { options, arguments: given }: PopulateInput,
  { access, context }: ChosenSession,
): Promise<void> {
  if (options.yes || options.dryRun) return;
  const unavailable = await context.system.terminal.unavailable();
  if (unavailable === undefined || !(await hasSsoToken(access, context))) return;
  const operands = given.session === undefined ? [] : [given.session];
  throw new CliError('usage', `writing profiles requires confirmation, but ${unavailable}`, {
    hints: [`confirm in advance with: ${ccvaultCommand('sso populate', { options: ['-y'], operands })}`],
  });
}

async function wishOf(
  session: string,
  { all, wanted }: { readonly all: readonly SsoAccount[]; readonly wanted: readonly SsoAccount[] },
  { options }: PopulateInput,
  workspace: Workspace,
): Promise<Wish> {
  const storedKeys = await workspace.vault.storedKeys();
  const credentials = workspace.configTexts().find(({ file }) => file === 'credentials')?.text ?? '';
  const offered = wanted.flatMap((account) => account.roles.map((role) => ({ account, role })));
  const named = nameRoles(offered, all, session, options.name ?? DEFAULT_TEMPLATE);
  const accounts = new Set(all.map(({ id }) => id));
  const asked = new Set(wanted.map(({ id }) => id));
  const roles = new Set(offered.map(({ account, role }) => roleKey(account.id, role)));
  return {
    session,
    roles: named.filter(
      ({ role }) => options.role.length === 0 || options.role.some((pattern) => fits(role, pattern)),
    ),
    region: options.region,
    prune: options.prune,
    isTakenAway: (accountId, roleName) =>
      !accounts.has(accountId) || (asked.has(accountId) && !roles.has(roleKey(accountId, roleName))),
    elsewhere(outside) {
      const { configPath, credentialsPath } = workspace;
      const config = parseAwsConfig({ config: outside, credentials, configPath, credentialsPath });
      return (name) => config.hasProfile(name) || storedKeys.has(name);
    },
  };
}

/**
 * Writes the changes that were shown, also to a file that was changed meanwhile if they are still the same. With
 * `anyway` (`--yes`), writes them even if they are not, and shows them. Returns what was written.
 */
async function write(
  shown: Populated,
  wish: Wish,
  workspace: Workspace,
  anyway: boolean,
): Promise<Populated> {
  let written = shown;
  for (let tries = 1; ; tries++) {
    try {
      await changeConfigFile(workspace, `writing the profiles of session ${wish.session}`, (text) => {
        written = populate(text, workspace.configPath, wish);
        const isSame = JSON.stringify(written.changes) === JSON.stringify(shown.changes);
        if (isSame || anyway) return written.text;
        throw new CliError('config', `${workspace.configPath} was changed by another program meanwhile`, {
          hints: ['run the command again to see the changes now'],
        });
      });
      break;
    } catch (error) {
      if (!isCliError(error) || error.code !== 'changed' || tries === TRIES) throw error;
    }
  }
  if (JSON.stringify(written.changes) !== JSON.stringify(shown.changes)) {
    workspace.system.out.info('the file was changed by another program meanwhile; the changes are now:');
    showDifference(written, true, workspace.system);
  }
  return written;
}

function textAt(path: string, { files }: Pick<System, 'files'>): string {
  const text = exactText(files.read(path) ?? new Uint8Array());
  if (text !== undefined) return text;
  throw new CliError('config', `${path} is not UTF-8 and was left unchanged`, {
    hints: [`save it as UTF-8: ${path}`],
  });
}

/** What is written, in words, empty for nothing; and how many profiles stay that `--prune` would remove. */
function countsOf(
  { changes }: Populated,
  prune: boolean,
): { readonly written: string; readonly left: number } {
  const count = (kind: string): number => changes.filter((change) => change.kind === kind).length;
  const [added, changed, gone] = ['added', 'changed', 'gone'].map(count) as [number, number, number];
  const parts = [
    [added, 'added'],
    [changed, 'changed'],
    [prune ? gone : 0, 'removed'],
  ] as const;
  const written = parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${profiles(number)} ${what}`);
  return { written: written.join(', '), left: prune ? 0 : gone };
}

/** The options that select profiles, for a command in a hint. */
function filtersOf({ options }: PopulateInput): readonly string[] {
  return [
    ...options.account.map((pattern) => `--account=${pattern}`),
    ...options.role.map((pattern) => `--role=${pattern}`),
    ...(options.name === undefined ? [] : [`--name=${options.name}`]),
  ];
}

function profiles(count: number): string {
  return `${count} ${count === 1 ? 'profile' : 'profiles'}`;
}

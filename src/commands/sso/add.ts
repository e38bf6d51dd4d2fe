import { ccvaultCommand } from '../../core/command-line.ts';
import { isRegionName } from '../../core/aws/regions.ts';
import { addSection } from '../../core/config/edit.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import type { System } from '../../core/ports/system.ts';
import { DEFAULT_SCOPE } from '../../core/sso/session.ts';
import { listOf } from '../../core/config/lists.ts';
import { isSessionName, startUrlOf } from '../../core/sso/given-session.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { changeConfigFile } from './config-file.ts';
import { Workspace } from '../shared/workspace.ts';

type AddInput = CommandInput<'sso add'>;
type Settings = readonly (readonly [key: string, value: string])[];

/** `ccvault sso add`: adds a session to the config file. */
export async function run(input: AddInput, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const { session } = input.arguments;
  if (!isSessionName(session)) {
    throw new CliError('usage', `a session cannot be called ${session}`, {
      hints: ['use letters, digits and any of _ . - @ + in its name'],
    });
  }
  const settings = await settingsOf(input, system);
  const path = workspace.configPath;
  const isThere = stands(session, settings, workspace);
  if (!isThere) {
    await changeConfigFile(workspace, `adding session ${session}`, (text) =>
      addSection(text, 'sso-session', session, settings),
    );
  }
  system.out.info(
    isThere ? `session ${session} is already in ${path}` : `wrote session ${session} to ${path}`,
  );
  system.out.hint(`sign in with: ${ccvaultCommand('sso login', { operands: [session] })}`);
  return 0;
}

async function settingsOf({ options }: AddInput, system: System): Promise<Settings> {
  const scopes = listOf(options.scopes ?? DEFAULT_SCOPE);
  if (scopes.length === 0 || !scopes.every((scope) => /^[\w:.*/-]+$/.test(scope))) {
    throw new CliError('usage', '--scopes is not a list of scopes', {
      hints: [`write them like ${DEFAULT_SCOPE},codewhisperer:completions`],
    });
  }
  const startUrl = await given('--start-url', options.startUrl, 'Start URL: ', startUrlOf, system);
  const region = await given('--region', options.region, 'Region of IAM Identity Center: ', regionOf, system);
  return [
    ['sso_start_url', startUrl],
    ['sso_region', region],
    ['sso_registration_scopes', scopes.join(',')],
  ];
}

/**
 * An option's value, or a prompt for it where it is omitted, repeated until the input is valid. Throws CliError
 * `usage`.
 */
async function given(
  option: string,
  value: string | undefined,
  question: string,
  read: (text: string) => string,
  { terminal, out }: Pick<System, 'terminal' | 'out'>,
): Promise<string> {
  if (value !== undefined) return read(value);
  const unavailable = await terminal.unavailable();
  if (unavailable !== undefined) {
    throw new CliError('usage', `${option} is missing, and ${unavailable}`, {
      hints: [`add ${option} to the command`],
    });
  }
  for (;;) {
    try {
      return read(await terminal.ask(question));
    } catch (error) {
      if (!isCliError(error) || error.kind !== 'usage') throw error;
      out.warning(error.message);
      for (const hint of error.hints) out.hint(hint);
    }
  }
}

function regionOf(text: string): string {
  const region = text.trim().toLowerCase();
  if (isRegionName(region)) return region;
  throw new CliError('usage', `not a region: ${text}`, { hints: ['write it like eu-west-1'] });
}

/** Whether the config file has the session with these settings. Throws CliError `config` for one that differs. */
function stands(session: string, settings: Settings, workspace: Workspace): boolean {
  const config = workspace.config();
  const section = config.section('sso-session', session);
  if (section === undefined) return false;
  const differs = settings.find(
    ([key, value]) => key !== 'sso_registration_scopes' && section.get(key) !== value,
  );
  if (differs === undefined) return true;
  throw new CliError('config', `session ${session} is in ${config.configPath} with another ${differs[0]}`, {
    hints: ['correct it there, or choose another name'],
  });
}

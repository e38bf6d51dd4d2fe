import { CliError } from '../../core/errors.ts';
import { ccvaultCommand } from '../../core/command-line.ts';
import { accessTo, namedSession } from '../../core/sso/session.ts';
import type { NamedSsoSession, SsoAccess } from '../../core/sso/session.ts';
import type { SourceContext } from '../../sources/source.ts';
import { AccountLists } from '../../vault/sessions/account-lists.ts';
import { sourceContext } from '../../vault/source-context.ts';
import type { Workspace } from '../shared/workspace.ts';

/** A session of the config file, with all that is needed to call its access portal. */
export interface ChosenSession {
  readonly session: NamedSsoSession;
  readonly access: SsoAccess;
  readonly context: SourceContext;
  readonly lists: AccountLists;
}

/**
 * The session that is named, else the only one, else one picked on a terminal. Throws CliError `config` if there is
 * none of that name or none at all, `usage` if there are several and no prompt is possible.
 */
export async function chooseSession(
  workspace: Workspace,
  name: string | undefined,
  noBrowser = false,
): Promise<ChosenSession> {
  const { system } = workspace;
  const config = workspace.config();
  const session = namedSession(name ?? (await onlySession(workspace)), config);
  return {
    session,
    access: accessTo(session, config, system.env),
    context: sourceContext(system, workspace.sessions, noBrowser),
    lists: new AccountLists(system, workspace.sessions),
  };
}

async function onlySession(workspace: Workspace): Promise<string> {
  const { terminal, out } = workspace.system;
  const config = workspace.config();
  const names = config.ssoSessionNames();
  const [first, ...more] = names;
  if (first === undefined) {
    throw new CliError('config', `there is no [sso-session NAME] in ${config.configPath}`, {
      hints: [`add one with: ${ccvaultCommand('sso add NAME')}`],
    });
  }
  if (more.length === 0) return first;
  if (out.stderrIsTerminal && (await terminal.unavailable()) === undefined) {
    return terminal.choose(
      'Session:',
      names.map((name) => ({ value: name, label: name })),
    );
  }
  throw new CliError('usage', 'no session was named, and there are several', {
    hints: [`name one of: ${names.join(', ')}`],
  });
}

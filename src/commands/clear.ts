import { ccvaultCommand } from '../core/command-line.ts';
import { planFor } from '../core/plan/plan.ts';
import type { PlanContext } from '../core/plan/facts.ts';
import type { System } from '../core/ports/system.ts';
import { unknownProfile } from '../core/config/unknown-profile.ts';
import { ssoTokenName } from '../core/plan/sso-token-name.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { ssoRoleNamed } from '../core/sso/role-profiles.ts';
import { recallAccount } from './sso/know-account.ts';
import { Workspace } from './shared/workspace.ts';

const MAX_NAMED = 5;

/** `ccvault clear`: deletes cached sessions; with a profile, only those that no other profile uses. */
export async function run(input: CommandInput<'clear'>, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const { profile } = input.arguments;
  if (profile !== undefined) {
    await clearProfile(workspace, profile);
    return 0;
  }
  const cleared = workspace.sessions.removeAll();
  await workspace.sessionKey.lock();
  system.out.info(`cleared ${sessionCount(cleared)}`);
  return 0;
}

async function clearProfile(workspace: Workspace, profile: string): Promise<void> {
  const { out } = workspace.system;
  const context = await workspace.planContext();
  const names = new Set([...context.config.profileNames(), ...context.storedKeys.keys()]);
  // Sessions of SESSION/ACCOUNT/ROLE are found by their header, even where the account's name is no longer known.
  if (ssoRoleNamed(profile, context.config) !== undefined) {
    await recallAccount(workspace, profile).catch(() => undefined);
  } else if (!names.has(profile)) {
    throw unknownProfile(profile, [...names], context.config);
  }
  const listed = workspace.sessions.list();
  if (listed.length === 0) {
    // The file of a session may be gone while the kernel still hands it out.
    workspace.sessionKey.forgetAnswers();
    return out.info(`cleared ${sessionCount(0)}`);
  }
  const planned = new Set(sessionIds(workspace, context, profile));
  const own = new Set(
    listed.filter(({ id, header }) => planned.has(id) || header.profile === profile).map(({ id }) => id),
  );
  names.delete(profile);
  const shared = new Set<string>();
  const users = [...names].filter((other) => {
    const used = sessionIds(workspace, context, other).filter((id) => own.has(id));
    for (const id of used) shared.add(id);
    return used.length > 0;
  });
  out.info(`cleared ${sessionCount(workspace.sessions.remove([...own].filter((id) => !shared.has(id))))}`);
  if (shared.size === 0) return;
  const [first, ...more] = users;
  const whose =
    more.length === 0 ? `profile ${first} uses` : `${users.length} other profiles use: ${listOf(users)}`;
  out.info(`kept ${sessionCount(shared.size)} that ${whose}`);
  out.hint(`delete every session with: ${ccvaultCommand('clear')}`);
}

/** The first few names, and how many more there are. */
function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return names.length > MAX_NAMED ? `${shown} and ${names.length - MAX_NAMED} more` : shown;
}

function sessionCount(count: number): string {
  return `${count} ${count === 1 ? 'session' : 'sessions'}`;
}

/** The session files of a profile's plan and sign-in; none for a profile whose configuration is broken. */
function sessionIds(workspace: Workspace, context: PlanContext, profile: string): readonly string[] {
  try {
    const plan = planFor(profile, context);
    const names = [...plan.steps, ...(plan.ifLongLived?.steps ?? [])].flatMap((step) =>
      step.kind === 'sso' ? [step.cacheKey, ssoTokenName(step.sso)] : [step.cacheKey],
    );
    return names.map((name) => workspace.sessions.nameOf(name));
  } catch {
    return [];
  }
}

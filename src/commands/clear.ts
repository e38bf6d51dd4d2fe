import { planFor } from '../core/plan/plan.ts';
import type { PlanContext } from '../core/plan/plan.ts';
import type { System } from '../core/ports/system.ts';
import { unknownProfile } from '../core/config/profile-view.ts';
import { ssoTokenName } from '../core/plan/sso-token-name.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { Workspace } from './shared/workspace.ts';

/** `ccvault clear`: forgets cached sessions; with a profile only those that no other profile uses. */
export async function run(input: CommandInput<'clear'>, system: System, globals: Globals): Promise<number> {
  const workspace = new Workspace(system, globals);
  const { profile } = input.arguments;
  let cleared: number;
  if (profile === undefined) {
    cleared = workspace.sessions.removeAll();
    await workspace.sessionKey.lock();
  } else {
    cleared = await clearProfile(workspace, profile);
  }
  system.out.info(`cleared ${cleared} ${cleared === 1 ? 'session' : 'sessions'}`);
  return 0;
}

async function clearProfile(workspace: Workspace, profile: string): Promise<number> {
  const context = await workspace.planContext();
  const names = new Set([...context.config.profileNames(), ...context.storedKeys.keys()]);
  if (!names.has(profile)) throw unknownProfile(profile, names, context.config);
  const listed = workspace.sessions.list();
  if (listed.length === 0) return 0;
  const own = new Set(sessionIds(workspace, context, profile));
  for (const { id, header } of listed) {
    if (header.profile === profile) own.add(id);
  }
  names.delete(profile);
  for (const other of names) {
    for (const id of sessionIds(workspace, context, other)) own.delete(id);
  }
  return workspace.sessions.remove(own);
}

/** The files of a profile's plan and sign-in; none for a profile whose configuration is broken. */
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

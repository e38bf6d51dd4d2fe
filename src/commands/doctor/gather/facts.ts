import type { System } from '../../../core/ports/system.ts';
import type { Globals } from '../../../spec/options.ts';
import { Workspace } from '../../shared/workspace.ts';
import type { Facts } from '../facts.ts';
import { gatherConfig } from './config.ts';
import { gatherGit } from './git.ts';
import { gatherClock, gatherNetwork } from './network.ts';
import { gatherCompletion, gatherPrograms } from './programs.ts';
import { gatherVault } from './vault.ts';

interface Scope {
  readonly profile: string | undefined;
  readonly online: boolean;
}

/** Everything that the checks need, read through the ports. Writes nothing and prompts for nothing. */
export async function gatherFacts(
  system: System,
  globals: Pick<Globals, 'backend'>,
  { profile, online }: Scope,
): Promise<Facts> {
  const workspace = new Workspace(system, globals);
  const vault = await gatherVault(workspace, globals.backend, { online, profile });
  const config = await gatherConfig(workspace, vault.keys, profile);
  const [clock, git, programs] = await Promise.all([
    gatherClock(config.read?.config, profile, system),
    gatherGit(system),
    gatherPrograms(system),
  ]);
  return {
    now: system.clock.now(),
    env: system.env,
    host: system.host,
    profile,
    config,
    vault,
    clock,
    network: gatherNetwork(system),
    git,
    programs,
    completion: gatherCompletion(system),
  };
}

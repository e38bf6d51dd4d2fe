import type { System } from '../core/ports/system.ts';
import { remoteArguments, remoteCommand } from '../git/remote.ts';
import { parseCodecommitUrl } from '../git/malformed-url.ts';
import { stableProgram, targetOf } from './git/target.ts';
import { Workspace } from './shared/workspace.ts';

/** `git-remote-codecommit NAME URL`: becomes git's own https helper, with ccvault to ask for credentials. */
export async function runRemote(argv: readonly string[], system: System): Promise<number> {
  system.process.prepare();
  const { name, url } = remoteArguments(argv);
  const parsed = parseCodecommitUrl(url);
  const target = await targetOf(new Workspace(system, { backend: undefined }), parsed);
  const git = await system.programs.locate('git', system.env);
  const setup = { program: await stableProgram(system), profile: parsed.profile };
  return system.process.become(remoteCommand(git, name, target, setup), system.env);
}

import type { System } from '../core/ports/system.ts';
import { parseCodecommitUrl } from '../git/malformed-url.ts';
import { GIT_DIED, remoteArguments, remoteCommand } from '../git/remote.ts';
import { formatHttpsUrl } from '../git/url.ts';
import { hintAtSigner } from './git/repository-credentials.ts';
import { stableProgram, targetOf } from './git/target.ts';
import { Workspace } from './shared/workspace.ts';

/**
 * `git-remote-codecommit NAME URL`: runs git's own https helper, which asks ccvault for credentials, and hints at whose
 * they were if it dies. Returns its exit code.
 */
export async function runRemote(argv: readonly string[], system: System): Promise<number> {
  system.process.prepare();
  const { name, url } = remoteArguments(argv);
  const { profile, ...parsed } = parseCodecommitUrl(url);
  const workspace = new Workspace(system, { backend: undefined });
  const target = await targetOf(workspace, { profile, ...parsed });
  const git = await system.programs.locate('git', system.env);
  const setup = { program: await stableProgram(system), profile };
  const code = await system.process.run(remoteCommand(git, name, target, setup), system.env);
  if (code === GIT_DIED) {
    await hintAtSigner(workspace, {
      url: formatHttpsUrl(target),
      region: target.region,
      profile,
      username: '',
    });
  }
  return code;
}

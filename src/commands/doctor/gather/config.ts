import type { IndexEntry } from '../../../vault/keys/index-file.ts';
import { recallAccount } from '../../sso/know-account.ts';
import { profileOfCommand } from '../../shared/profile-of-command.ts';
import type { Workspace } from '../../shared/workspace.ts';
import type { ConfigFacts } from '../facts.ts';
import { tried } from './fault.ts';
import { privateFile } from './private-file.ts';

/**
 * The AWS files, each as text and both together as the AWS tools read them; `profile` may be one that is in no file,
 * like SESSION/ACCOUNT/ROLE.
 */
export async function gatherConfig(
  workspace: Workspace,
  keys: readonly IndexEntry[],
  profile: string | undefined,
): Promise<ConfigFacts> {
  const { system } = workspace;
  const texts = await tried(() => workspace.configTexts());
  const { value: config, fault: fileFault } = await tried(() => workspace.config());
  const known =
    config === undefined || profile === undefined
      ? undefined
      : await tried(() => recallAccount(workspace, profile));
  const fault = fileFault ?? known?.fault;
  const files = texts.value ?? [];
  const secret = files.filter(({ text }) => /^\s*aws_secret_access_key\s*[=:]/im.test(text));
  return {
    fault,
    read:
      config === undefined
        ? undefined
        : {
            config,
            context: {
              config,
              env: system.env,
              storedKeys: new Map(keys.map((entry) => [entry.profile, entry])),
              userName: system.host.userName,
              profileOfCommand,
            },
          },
    files,
    modes: secret.flatMap(({ path }) => privateFile(path, 'file', system)),
  };
}

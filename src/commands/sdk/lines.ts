import type { ConfigFileKind } from '../../core/config/sections.ts';
import { withSdkLine, withoutSdkLine } from '../../core/config/sdk-line.ts';
import { editAwsFile } from '../shared/edit-aws-file.ts';
import type { Workspace } from '../shared/workspace.ts';

/** A change of one profile's line in one of the AWS files. */
export interface SdkLineChange {
  readonly profile: string;
  readonly path: string;
}

export interface SdkLineOptions {
  /** Changes nothing, and only returns what would change. */
  readonly dryRun?: boolean;
  /** Begins the message of an error: what the command has done nevertheless. */
  readonly otherwise?: string;
}

/**
 * Writes the SDKs' line for these profiles: to the config file, or to the credentials file where that has a
 * `credential_process`, which would win. Returns what it changed. Throws CliError `config` where a file cannot be
 * written.
 */
export async function writeSdkLines(
  profiles: readonly string[],
  workspace: Workspace,
  options: SdkLineOptions = {},
): Promise<readonly SdkLineChange[]> {
  const config = workspace.config();
  const fileOf = (profile: string): ConfigFileKind =>
    config.profile(profile)?.origin('credential_process') ?? 'config';
  return editFiles((kind) => profiles.filter((one) => fileOf(one) === kind), withSdkLine, workspace, options);
}

/** Removes the SDKs' line of these profiles from both files; returns what it changed. Throws as `writeSdkLines`. */
export async function takeSdkLinesBack(
  profiles: readonly string[],
  workspace: Workspace,
  options: SdkLineOptions = {},
): Promise<readonly SdkLineChange[]> {
  return editFiles(() => profiles, withoutSdkLine, workspace, options);
}

async function editFiles(
  profilesIn: (kind: ConfigFileKind) => readonly string[],
  edit: typeof withSdkLine,
  workspace: Workspace,
  { dryRun, otherwise }: SdkLineOptions,
): Promise<readonly SdkLineChange[]> {
  const { system, configPath, credentialsPath } = workspace;
  const changed: SdkLineChange[] = [];
  for (const [kind, path] of [
    ['config', configPath],
    ['credentials', credentialsPath],
  ] as const) {
    const wanted = profilesIn(kind);
    if (wanted.length === 0) continue;
    let inThisFile: readonly string[] = [];
    await editAwsFile(
      {
        path,
        purpose: `writing ${path}`,
        ...(otherwise === undefined ? {} : { otherwise }),
        hint: 'correct its permissions, then run the command again',
        change(before) {
          let text = before;
          inThisFile = wanted.filter((profile) => {
            const edited = edit(text, profile, kind);
            const differs = edited !== text;
            text = edited;
            return differs;
          });
          return dryRun === true || text === before ? undefined : text;
        },
      },
      system,
    );
    changed.push(...inThisFile.map((profile) => ({ profile, path })));
  }
  return changed;
}

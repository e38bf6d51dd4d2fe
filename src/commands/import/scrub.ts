import { removeProfileKeys, setProfileKeys, writtenSettings } from '../../core/config/edit.ts';
import type { ConfigFileKind } from '../../core/config/sections.ts';
import { credentialProcessLine } from '../../core/config/sdk-line.ts';
import { shortKeyId } from '../../core/credentials.ts';
import type { FoundKey } from './found-key.ts';
import { editAwsFile } from '../shared/edit-aws-file.ts';
import type { Workspace } from '../shared/workspace.ts';

export interface ScrubOptions {
  readonly sdk: boolean;
  readonly dryRun: boolean;
}

const KEYS = ['aws_access_key_id', 'aws_secret_access_key'] as const;

/**
 * Removes keys that are in the vault from one of the AWS files: their lines and nothing else, in one step, keeping mode
 * and symlink and leaving no copy. Throws CliError `config` when the file is not UTF-8 or cannot be written.
 */
export async function scrubFile(
  kind: ConfigFileKind,
  stored: readonly FoundKey[],
  options: ScrubOptions,
  workspace: Workspace,
): Promise<void> {
  const { system } = workspace;
  const path = kind === 'config' ? workspace.configPath : workspace.credentialsPath;
  let said: string[] = [];
  let left: string[] = [];
  await editAwsFile(
    {
      path,
      purpose: `removing keys from ${path}`,
      otherwise: 'the keys are stored',
      hint: 'correct its permissions, then run the command again',
      change(before) {
        said = [];
        let text = before;
        const removed: FoundKey[] = [];
        for (const found of stored) {
          const edited = withoutKey(text, kind, found, options, workspace);
          if (edited === text) continue;
          text = edited;
          removed.push(found);
          said.push(`${shortKeyId(found.key.accessKeyId)} of profile ${found.profile}`);
        }
        left = removed.flatMap(({ key }) => placeOfSecret(text, key) ?? []);
        return options.dryRun || text === before ? undefined : text;
      },
    },
    system,
  );
  const process = options.sdk ? ', with credential_process in its place' : '';
  for (const one of said) {
    system.out.info(`${options.dryRun ? 'would remove' : 'removed'} the key ${one} from ${path}${process}`);
  }
  for (const one of new Set(left)) system.out.warning(`${one} of ${path}`);
}

/** Where a secret still is, in a comment or another profile; undefined where it is gone. */
function placeOfSecret(text: string, { accessKeyId, secretAccessKey }: FoundKey['key']): string | undefined {
  const at = text.indexOf(secretAccessKey.reveal());
  if (at === -1) return undefined;
  const line = text.slice(0, at).split(/\r\n?|\n/).length;
  return `the secret of the key ${shortKeyId(accessKeyId)} is still in line ${line}`;
}

function withoutKey(
  text: string,
  kind: ConfigFileKind,
  { profile, key }: FoundKey,
  { sdk }: ScrubOptions,
  workspace: Workspace,
): string {
  const { system } = workspace;
  const written = writtenSettings(text, profile, kind);
  const secrets = written.filter(({ key: name }) => name === 'aws_secret_access_key');
  if (secrets.length === 0) return text;
  const known = new Set([key.accessKeyId, key.secretAccessKey.reveal()]);
  if (written.some(({ key: name, value }) => isKeyName(name) && !known.has(value))) {
    system.out.warning(`another key of profile ${profile} stays in the ${kind} file: it was not imported`);
    return text;
  }
  if (!sdk) return removeProfileKeys(text, profile, kind, KEYS);
  const process = workspace.config().profile(profile)?.get('credential_process');
  const line = credentialProcessLine(profile);
  if (process !== undefined && process !== line) {
    system.out.warning(
      `profile ${profile} already has a credential_process, which SDKs will use: ${process}`,
    );
    return removeProfileKeys(text, profile, kind, KEYS);
  }
  const added = setProfileKeys(text, profile, kind, [['credential_process', line]]);
  return removeProfileKeys(added, profile, kind, KEYS);
}

function isKeyName(name: string): boolean {
  return KEYS.some((key) => key === name);
}

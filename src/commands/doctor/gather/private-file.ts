import type { System } from '../../../core/ports/system.ts';
import type { PrivateFile } from '../facts.ts';

/** Owner and mode of a file; empty for one that does not exist. */
export function privateFile(
  path: string,
  kind: PrivateFile['kind'],
  { files }: Pick<System, 'files'>,
): readonly PrivateFile[] {
  const found = files.stat(path);
  return found === undefined ? [] : [{ path, kind, mode: found.mode & 0o777, isOurs: found.isOurs }];
}

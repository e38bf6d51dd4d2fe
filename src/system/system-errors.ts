const EXPLANATIONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on device',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'the file would become too large',
  EROFS: 'read-only file system',
  EIO: 'input/output error',
  ENOTDIR: 'a part of the path is not a directory',
  ENOENT: 'no such file or directory',
  ENXIO: 'no such device or address',
};

/** The code of a system error (`ENOENT`), undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A system error in the words of strerror(3), without the call and path that the runtimes add. */
export function explainError(error: unknown): string {
  const code = errorCode(error);
  // Codes of the runtimes (ERR_SQLITE_ERROR) say less than their messages.
  if (code !== undefined && !code.startsWith('ERR_')) return EXPLANATIONS[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

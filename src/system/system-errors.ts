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

/** The `code` of an error (`ENOENT`, `ERR_SQLITE_ERROR`); undefined for a value without one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * The reason for an error in a few words, as the end of a message. Of a system error without the call and path that
 * the runtimes add: a sentence like strerror(3)'s for the common codes, else the code. Of any other error its
 * message.
 */
export function explainError(error: unknown): string {
  const code = errorCode(error);
  // A code of the runtime (ERR_SQLITE_ERROR) says less than its message.
  if (code !== undefined && !code.startsWith('ERR_')) return EXPLANATIONS[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

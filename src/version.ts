import manifest from '../package.json' with { type: 'json' };

/** The commit of the build, set by the Makefile; ends in `-dirty` if files had changed. */
declare const CCVAULT_COMMIT: string | undefined;

/** The version of both builds, from package.json alone. */
export const VERSION: string = manifest.version;

/** The commit of the build; undefined if the sources run directly or are not a git checkout. */
export const COMMIT: string | undefined =
  typeof CCVAULT_COMMIT === 'string' && CCVAULT_COMMIT !== '' ? CCVAULT_COMMIT : undefined;

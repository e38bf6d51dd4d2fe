import manifest from '../package.json' with { type: 'json' };

/** The commit that a build was made from, put in by the Makefile; with `-dirty` behind it where files had changed. */
declare const CCVAULT_COMMIT: string | undefined;

/** The version of both builds; package.json is the one place that it is written in. */
export const VERSION: string = manifest.version;

/** Undefined where the sources are run as they are, or were no git checkout. */
export const COMMIT: string | undefined =
  typeof CCVAULT_COMMIT === 'string' && CCVAULT_COMMIT !== '' ? CCVAULT_COMMIT : undefined;

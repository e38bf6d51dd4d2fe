import type { BackendName } from './ports/keystore.ts';

/** Every backend, in the order in which help lists them. */
export const BACKENDS = ['keyring', 'file', 'pass'] as const satisfies readonly BackendName[];

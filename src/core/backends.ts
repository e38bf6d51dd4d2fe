import type { BackendName } from './ports/keystore.ts';

/** Every backend, in the order of the help. */
export const BACKENDS = ['keyring', 'file', 'pass'] as const satisfies readonly BackendName[];

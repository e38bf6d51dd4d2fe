import { BACKENDS } from '../../core/backends.ts';
import { CliError } from '../../core/errors.ts';
import type { BackendName } from '../../core/ports/keystore.ts';

/** How messages name each backend. */
export const BACKEND_TEXT: Readonly<Record<BackendName, string>> = {
  keyring: 'the system keyring',
  file: 'the encrypted file vault.age',
  pass: 'pass',
};

/** The backend that CCVAULT_BACKEND names; undefined where it is empty. Throws CliError `usage` for an unknown name. */
export function backendFromEnv(text: string | undefined): BackendName | undefined {
  if (text === undefined || text === '') return undefined;
  const backend = BACKENDS.find((name) => name === text);
  if (backend !== undefined) return backend;
  throw new CliError('usage', `CCVAULT_BACKEND is not a backend: ${text}`, {
    hints: [`choose one of ${BACKENDS.join(', ')}`],
  });
}

import type { CommandSpec } from './command.ts';
import { profileArgument, sessionOptions } from './options.ts';

export const refresh = {
  section: 'sessions',
  summary: "Renew a profile's sessions",
  description:
    'Renews every session that the profile needs, asking for an MFA code if it requires one, and prints ' +
    'when the credentials expire.',
  arguments: [profileArgument],
  options: sessionOptions,
  examples: [['ccvault refresh work', 'enter the MFA code now, not in the middle of your work']],
} as const satisfies CommandSpec;

export const clear = {
  section: 'sessions',
  summary: 'Delete cached sessions',
  description:
    'Deletes cached sessions and SSO tokens: those of a profile that no other profile uses, or all of them. ' +
    'Stored keys stay.',
  arguments: [
    {
      name: 'profile',
      completes: 'profiles',
      summary: 'The profile whose sessions to delete; all if omitted',
    },
  ],
  examples: [
    ['ccvault clear work', 'the sessions of one profile'],
    ['ccvault clear', 'every session and every SSO token'],
  ],
} as const satisfies CommandSpec;

export const lock = {
  section: 'sessions',
  summary: 'Lock the session cache',
  description:
    'Removes the key of the session cache from the kernel keyring. The next command reads it from the backend again, ' +
    'which asks for its passphrase if it has one.',
  examples: [['ccvault lock', 'before you leave the machine to somebody else']],
} as const satisfies CommandSpec;

export const passphrase = {
  section: 'keys',
  summary: 'Change the passphrase of the file backend',
  description:
    'Asks for the passphrase of the vault file and for a new one, and encrypts the file with the new one.',
  examples: [['ccvault passphrase', 'ask for both on the terminal']],
} as const satisfies CommandSpec;

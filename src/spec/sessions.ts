import type { CommandSpec } from './command.ts';
import { profileArgument, sessionOptions } from './options.ts';

export const refresh = {
  section: 'sessions',
  summary: "Renew a profile's sessions",
  description:
    'Renews every session that the profile needs, asking for an MFA code if it requires one, and prints ' +
    'when the last one expires.',
  arguments: [profileArgument],
  options: sessionOptions,
  examples: [['ccvault refresh work', 'enter the MFA code now, not in the middle of the work']],
} as const satisfies CommandSpec;

export const clear = {
  section: 'sessions',
  summary: 'Forget cached sessions',
  description:
    'Forgets cached sessions and SSO tokens. With a profile only what no other profile uses, without one ' +
    'all of them. Keys stay.',
  arguments: [
    { name: 'profile', completes: 'profiles', summary: 'Whose sessions to forget; all where left out' },
  ],
  examples: [
    ['ccvault clear work', 'the sessions of one profile'],
    ['ccvault clear', 'every session and every SSO token'],
  ],
} as const satisfies CommandSpec;

export const lock = {
  section: 'sessions',
  summary: 'Drop the unlocked session key',
  description:
    'Drops the key of the session cache from the kernel keyring. The next command asks the backend for it ' +
    'again, and so for its passphrase where it has one.',
  examples: [['ccvault lock', 'before you leave the machine to somebody else']],
} as const satisfies CommandSpec;

export const passphrase = {
  section: 'keys',
  summary: 'Change the passphrase of the file backend',
  description:
    'Asks for the passphrase of the vault file and for a new one, and encrypts the file under the new one.',
  examples: [['ccvault passphrase', 'ask for both on the terminal']],
} as const satisfies CommandSpec;

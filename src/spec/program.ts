import type { Section } from './command.ts';

/** What the help and the manual page say about the program as a whole. */
export const program = {
  summary: 'AWS credentials from the system keyring, for your commands and git',
  /** When the manual pages last changed. */
  revised: '2026-11-27',
  description:
    'Keeps long-lived AWS keys in the system keyring, or in an encrypted file where there is none, and gives ' +
    'programs short-lived credentials made from them.',
  examples: [
    ['ccvault add work', 'store a key under the profile work'],
    ['ccvault exec work -- aws s3 ls', 'run a command with its credentials'],
    ['ccvault git setup --global --profile work', 'make git use it for CodeCommit'],
  ],
  exitCodes: [
    ['0', 'done'],
    ['1', 'failed'],
    ['2', 'usage error'],
    ['3', 'configuration error'],
    ['4', 'AWS or MFA refused, or a required prompt was impossible'],
    ['5', 'the key store cannot be used, or its passphrase is wrong'],
    ['130', 'interrupted'],
  ],
  environment: [
    ['AWS_PROFILE', 'the profile, if the command names none'],
    ['AWS_CONFIG_FILE', 'the AWS config file, instead of ~/.aws/config'],
    ['AWS_REGION', "the region, instead of the profile's"],
    ['AWS_MIN_TTL', 'use no cached session that expires sooner than this'],
    ['CCVAULT_HOME', 'the folder that holds all state'],
    ['CCVAULT_BACKEND', 'where keys are stored: keyring, file or pass'],
    ['CCVAULT_PROMPT', 'how to prompt: auto, terminal, zenity, kdialog, osascript, askpass or ykman'],
    ['CCVAULT_PASSPHRASE', 'the passphrase of the file backend'],
    ['CCVAULT_PASSPHRASE_COMMAND', 'a command that prints that passphrase'],
    ['CCVAULT_UNLOCK_TTL', 'how long the session key stays unlocked; 12h by default; 0 turns it off'],
    ['NO_COLOR', 'no colours, if it is not empty'],
  ],
  files: [
    ['~/.aws/config, ~/.aws/credentials', 'the profiles, as the AWS CLI and the SDKs read them'],
    [
      '~/.local/share/ccvault',
      'all state of ccvault; on macOS ~/Library/Application Support/ccvault, on Windows %LOCALAPPDATA%\\ccvault',
    ],
    ['vault.age', 'in that folder: the keys of the file backend, encrypted; age(1) opens it'],
    ['sessions', 'in that folder: cached sessions, encrypted'],
    ['index.json', 'in that folder: the list of stored keys; no secret'],
  ],
} as const;

export const sections: Readonly<Record<string, string>> = {
  keys: 'Keys',
  use: 'Credentials',
  sessions: 'Sessions',
  sso: 'IAM Identity Center',
  git: 'CodeCommit and git',
  other: 'Other',
} satisfies Record<Section, string>;

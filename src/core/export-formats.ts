import { credentialVariables } from './child-env.ts';
import { isoSeconds } from './time.ts';
import type { Variables } from './child-env.ts';
import type { Credentials } from './credentials.ts';
import { CliError } from './errors.ts';

export const EXPORT_FORMATS = ['env', 'export', 'fish', 'powershell', 'cmd', 'json', 'ini'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface Exported {
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly credentials: Credentials;
}

/**
 * Credentials in the syntax of a shell, an SDK or a file, secrets in clear. Evaluating the result runs no command,
 * whatever the values. Throws CliError `config` for a value that the format cannot express.
 */
export function formatExport(format: ExportFormat, exported: Exported): string {
  switch (format) {
    case 'env':
      return lines(exported, (name, value) => `${name}=${SAFE.test(value) ? value : posix(value)}`);
    case 'export':
      return lines(exported, exportLine);
    case 'fish':
      return lines(exported, fishLine);
    case 'powershell':
      return lines(exported, powershellLine);
    case 'cmd':
      return lines(exported, (name, value) => `set "${name}=${cmd(name, value)}"`);
    case 'json':
      return json(exported);
    case 'ini':
      return ini(exported);
  }
}

// No shell gives these characters a meaning. Credentials have no others.
const SAFE = /^[A-Za-z0-9_@%+=:,./-]*$/;
// oxlint-disable-next-line no-control-regex -- matches line breaks and NUL on purpose
const LINE_BREAKING = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;

type Line = (name: string, value: string) => string;

function lines(exported: Exported, line: Line): string {
  return written(variables(exported), line);
}

function written(named: Variables, line: Line): string {
  return Object.entries(named)
    .map(([name, value]) => {
      if (LINE_BREAKING.test(value)) throw unwritable(name);
      return `${line(name, value)}\n`;
    })
    .join('');
}

function variables({ credentials, region }: Exported): Variables {
  return {
    ...credentialVariables(credentials),
    ...(region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
  };
}

/** `export NAME='value'` lines for a POSIX shell. Throws as formatExport. */
export function posixAssignments(assigned: Variables): string {
  return written(assigned, exportLine);
}

const SHELL_LINES = { export: exportLine, fish: fishLine, powershell: powershellLine } as const;

/** One assignment in the syntax of a shell, without a line break. Throws as formatExport. */
export function assignment(format: keyof typeof SHELL_LINES, name: string, value: string): string {
  return written({ [name]: value }, SHELL_LINES[format]).trimEnd();
}

function fishLine(name: string, value: string): string {
  return `set -gx ${name} ${fish(value)}`;
}

function powershellLine(name: string, value: string): string {
  return `$Env:${name} = ${powershell(value)}`;
}

function exportLine(name: string, value: string): string {
  return `export ${name}=${posix(value)}`;
}

function posix(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

function fish(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

// PowerShell treats typographic quotes as quotes too (about_Quoting_Rules).
function powershell(value: string): string {
  return `'${value.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`;
}

// cmd.exe has no way to quote these inside set "...".
function cmd(name: string, value: string): string {
  if (/["%!^&|<>]/.test(value)) throw unwritable(name);
  return value;
}

/** The output of a credential_process (AWS SDK reference, "Process credential provider"). */
function json({ credentials }: Exported): string {
  const document = {
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey.reveal(),
    ...(credentials.sessionToken === undefined ? {} : { SessionToken: credentials.sessionToken.reveal() }),
    ...(credentials.expiresAt === undefined ? {} : { Expiration: isoSeconds(credentials.expiresAt) }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function ini(exported: Exported): string {
  const { credentials, region, profile } = exported;
  const keys: Variables = {
    aws_access_key_id: credentials.accessKeyId,
    aws_secret_access_key: credentials.secretAccessKey.reveal(),
    ...(credentials.sessionToken === undefined
      ? {}
      : { aws_session_token: credentials.sessionToken.reveal() }),
    ...(credentials.expiresAt === undefined
      ? {}
      : { aws_credential_expiration: isoSeconds(credentials.expiresAt) }),
    ...(region === undefined ? {} : { region }),
  };
  const section = profile ?? 'default';
  if (LINE_BREAKING.test(section) || section.includes(']')) throw unwritable('the profile name');
  const body = Object.entries(keys).map(([name, value]) => {
    if (LINE_BREAKING.test(value)) throw unwritable(name);
    return `${name} = ${value}\n`;
  });
  return `[${section}]\n${body.join('')}`;
}

function unwritable(name: string): CliError {
  return new CliError('config', `${name} has characters that this format cannot carry safely`, {
    hints: ['correct the value, or choose another --format'],
  });
}

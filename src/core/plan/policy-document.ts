import { exactText } from '../bytes.ts';
import { commandLine } from '../command-line.ts';
import { CliError } from '../errors.ts';
import { isObject } from '../json.ts';

// STS API reference, AssumeRole, Policy: length and characters.
const MAX_CHARACTERS = 2048;
const REFUSED = /[^\t\n\r\u0020-\u00FF]/u;

/**
 * The policy document of a file as it is sent, without byte order mark and surrounding white space. Throws CliError
 * `config` naming `path` for a document that AWS STS would refuse.
 */
export function policyDocument(bytes: Uint8Array, path: string): string {
  const text = exactText(bytes)
    ?.replace(/^\uFEFF/, '')
    .trim();
  if (text === undefined) throw refused(path, 'is not UTF-8', 'save it as UTF-8');
  if (text === '') throw refused(path, 'is empty', 'write a policy document into it');
  const policy = parsed(text);
  if (policy === undefined) {
    throw refused(path, 'is not JSON', `find the mistake with: ${commandLine('jq', '.', path)}`);
  }
  if (!isObject(policy.value) || !('Statement' in policy.value)) {
    throw refused(
      path,
      'is not a policy: it has no Statement',
      'write {"Version": "2012-10-17", "Statement": [...]}',
    );
  }
  const bad = REFUSED.exec(text);
  if (bad !== null) {
    const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const line = text.slice(0, bad.index).split('\n').length;
    throw refused(
      path,
      `has a character that AWS STS does not accept (U+${code} in line ${line})`,
      'use Latin-1 characters, or a wildcard in its place',
    );
  }
  if (text.length > MAX_CHARACTERS) throw tooLong(path, text.length, JSON.stringify(policy.value).length);
  return text;
}

/** Wrapped, because `null` is valid JSON too. The runtimes' messages quote invalid JSON, so they are not shown. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function tooLong(path: string, length: number, compact: number): CliError {
  const what = `has ${length} characters, and AWS STS accepts ${MAX_CHARACTERS}`;
  return compact <= MAX_CHARACTERS
    ? refused(path, what, `compacted, it has ${compact}: ${commandLine('jq', '-c', '.', path)}`)
    : refused(path, what, 'make it a managed policy and name that with --policy-arn');
}

function refused(path: string, what: string, hint: string): CliError {
  return new CliError('config', `the policy file ${path} ${what}`, { hints: [hint] });
}

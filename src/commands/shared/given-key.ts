import { isAccessKeyId, isTemporaryId } from '../../core/credential-faults.ts';
import { CliError, isCliError } from '../../core/errors.ts';
import { isObject, parseObject, stringField } from '../../core/json.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { System } from '../../core/ports/system.ts';
import { parseTime } from '../../core/time.ts';
import { Secret } from '../../core/secret.ts';

/** A key that the user enters or a program prints. */
export interface GivenKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** When AWS created it, where known; ISO 8601 UTC. */
  readonly createdAt?: string;
}

/** The key in the environment. Throws CliError `usage` when there is none, or not a long-lived one. */
export function keyFromEnvironment(env: Environment): GivenKey {
  const id = env['AWS_ACCESS_KEY_ID'];
  const secret = env['AWS_SECRET_ACCESS_KEY'];
  if (!id || !secret) {
    throw new CliError('usage', 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set', {
      hints: ['set them, or leave out --env to be asked'],
    });
  }
  if (env['AWS_SESSION_TOKEN'] || env['AWS_SECURITY_TOKEN']) {
    throw new CliError('usage', 'the environment holds temporary credentials, not a long-lived key', {
      hints: ['unset AWS_SESSION_TOKEN and set the key of an IAM user'],
    });
  }
  return checkedKey(id, secret);
}

/**
 * Reads a new key: the output of `aws iam create-access-key`, a JSON object with AccessKeyId and SecretAccessKey, or
 * the CSV file of the console. Throws CliError `usage` for anything else.
 */
export function keyFromText(text: string): GivenKey {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const found = trimmed.startsWith('{') ? fromJson(trimmed) : fromCsv(trimmed);
  if (found === undefined) {
    throw new CliError('usage', 'standard input holds no key that ccvault can read', {
      hints: ["pipe in the output of: aws iam create-access-key, or the console's CSV file"],
    });
  }
  return found;
}

function fromJson(text: string): GivenKey | undefined {
  const object = parseObject(text);
  const nested = object?.['AccessKey'];
  const key = isObject(nested) ? nested : object;
  const id = stringField(key, 'AccessKeyId');
  const secret = stringField(key, 'SecretAccessKey');
  if (id === undefined || secret === undefined) return undefined;
  if ((key?.['SessionToken'] ?? '') !== '') throw temporary();
  const createdAt = parseTime(stringField(key, 'CreateDate') ?? '');
  return {
    ...checkedKey(id, secret),
    ...(createdAt === undefined ? {} : { createdAt: new Date(createdAt).toISOString() }),
  };
}

function fromCsv(text: string): GivenKey | undefined {
  const [heading, row, ...more] = text
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  if (heading === undefined || row === undefined) return undefined;
  if (more.length > 0) {
    throw new CliError('usage', 'standard input holds more than one key', {
      hints: ['pipe in one key only'],
    });
  }
  const cell = (name: string): string | undefined =>
    row[heading.findIndex((title) => title.toLowerCase() === name)];
  const id = cell('access key id');
  const secret = cell('secret access key');
  return id === undefined || secret === undefined ? undefined : checkedKey(id, secret);
}

/** Asks on the terminal, and repeats each question until the input is valid. Throws CliError `usage` without one. */
export async function keyFromTerminal({
  terminal,
  out,
}: Pick<System, 'terminal' | 'out'>): Promise<GivenKey> {
  const unavailable = await terminal.unavailable();
  if (unavailable !== undefined) {
    throw new CliError('usage', `the key must be typed, but ${unavailable}`, {
      hints: ['give it with --stdin or --env'],
    });
  }
  const answer = async <T>(ask: () => Promise<string>, check: (text: string) => T): Promise<T> => {
    for (;;) {
      try {
        return check((await ask()).trim());
      } catch (error) {
        if (!isCliError(error) || error.kind !== 'usage') throw error;
        out.error(error.message);
        for (const hint of error.hints) out.hint(hint);
      }
    }
  };
  const accessKeyId = await answer(() => terminal.ask('Access key id: '), checkedId);
  const secretAccessKey = await answer(() => terminal.askHidden('Secret access key: '), checkedSecret);
  return { accessKeyId, secretAccessKey };
}

/** A long-lived key in the right form. Throws CliError `usage` for any other, without quoting it. */
export function checkedKey(id: string, secret: string): GivenKey {
  return { accessKeyId: checkedId(id), secretAccessKey: checkedSecret(secret) };
}

function checkedId(id: string): string {
  if (isTemporaryId(id)) throw temporary();
  if (!isAccessKeyId(id)) {
    throw new CliError('usage', 'this is not an access key id', {
      hints: ['it is at least 16 letters and digits and usually starts with AKIA'],
    });
  }
  return id;
}

function checkedSecret(secret: string): Secret {
  if (!/^[\x21-\x7e]{16,}$/.test(secret) || /^(?:""|'')$/.test(secret.charAt(0) + secret.slice(-1))) {
    throw new CliError('usage', 'this is not a secret access key', {
      hints: ['it is usually 40 characters long: letters, digits, + and /, without quotes around them'],
    });
  }
  return new Secret(secret);
}

function temporary(): CliError {
  return new CliError(
    'usage',
    'this is a temporary key: only the long-lived key of an IAM user can be stored',
    {
      hints: ['create one with: aws iam create-access-key'],
    },
  );
}

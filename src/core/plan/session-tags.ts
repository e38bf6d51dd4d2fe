import { listOf } from '../config/lists.ts';
import { placeOf } from './checked-settings.ts';
import { CliError } from '../errors.ts';
import type { SessionTag } from '../ports/aws.ts';
import type { ProfileView } from '../config/profile-view.ts';

// Limits of AWS STS AssumeRole (API reference, Tags).
const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of `session_tags = team=web,stage=prod`. Throws CliError `config` for tags that AWS would refuse. */
export function sessionTagsOf(view: ProfileView): readonly SessionTag[] {
  const text = view.get('session_tags');
  if (text === undefined || text === '') return [];
  const tags = listOf(text).map((pair) => {
    const [key = '', ...rest] = pair.split('=');
    if (rest.length === 0 || key.trim() === '') {
      throw broken(view, 'session_tags', `${pair.trim()} is not key=value`);
    }
    return { key: key.trim(), value: rest.join('=').trim() };
  });
  for (const { key, value } of tags) {
    checkKey(view, 'session_tags', key);
    if (!CHARACTERS.test(value))
      throw broken(
        view,
        'session_tags',
        `the value of ${key} has characters that AWS does not accept: ${value}`,
      );
    if (value.length > MAX_VALUE)
      throw broken(view, 'session_tags', `the value of ${key} is longer than ${MAX_VALUE} characters`);
  }
  if (tags.length > MAX_TAGS) throw broken(view, 'session_tags', `there are more than ${MAX_TAGS}`);
  const keys = new Set(tags.map((tag) => tag.key.toLowerCase()));
  if (keys.size !== tags.length) throw broken(view, 'session_tags', 'a key appears twice');
  return tags;
}

/** The keys of `transitive_session_tags = team,stage`. Throws CliError `config` for keys that AWS would refuse. */
export function transitiveTagKeysOf(view: ProfileView): readonly string[] {
  const text = view.get('transitive_session_tags');
  if (text === undefined || text === '') return [];
  const keys = listOf(text);
  for (const key of keys) checkKey(view, 'transitive_session_tags', key);
  if (keys.length > MAX_TAGS)
    throw broken(view, 'transitive_session_tags', `there are more than ${MAX_TAGS}`);
  return keys;
}

function checkKey(view: ProfileView, setting: string, key: string): void {
  if (key.length > MAX_KEY) throw broken(view, setting, `a key is longer than ${MAX_KEY} characters`);
  if (!CHARACTERS.test(key))
    throw broken(view, setting, `a key has characters that AWS does not accept: ${key}`);
  if (/^aws:/i.test(key))
    throw broken(view, setting, `a key begins with aws:, which is reserved for AWS: ${key}`);
}

function broken(view: ProfileView, key: string, why: string): CliError {
  return new CliError('config', `${placeOf(view, key)}: ${why}`, {
    hints: [key === 'session_tags' ? 'write it as key1=value1,key2=value2' : 'write it as key1,key2'],
  });
}

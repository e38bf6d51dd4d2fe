import { indexSections } from './index-sections.ts';
import type { Ranges, SectionIndex } from './index-sections.ts';
import { findUnreadHeader } from './unread-headers.ts';
import type { UnreadHeader } from './unread-headers.ts';
import { configLines } from './lines.ts';
import type { ConfigFileKind } from './sections.ts';

/** The texts of both files; an absent file is the empty string. The paths are for messages. */
export interface AwsConfigSources {
  config: string;
  credentials: string;
  configPath: string;
  credentialsPath: string;
  /** Files that a variable names and that are not there, in words: `AWS_CONFIG_FILE names /x, which does not exist`. */
  missing?: readonly string[];
}

/** The keys of a section. Names are lower-case, and an empty value counts as not set. */
export interface Settings {
  get(key: string): string | undefined;
  /** The indented keys below an empty one (`s3 =`), lower-case too. */
  nested(key: string): ReadonlyMap<string, string> | undefined;
  /** Every key written, whether or not it has a value. */
  keys(): Iterable<string>;
}

export interface Profile extends Settings {
  readonly name: string;
  /** The file that `get` or `nested` reads a key from; undefined where it is not set. */
  origin(key: string): ConfigFileKind | undefined;
}

export interface AwsConfig {
  readonly configPath: string;
  readonly credentialsPath: string;
  /** Files that a variable names and that are not there, in words. */
  readonly missing: readonly string[];
  /** Profile names in file order, config file first, then those only in the credentials file. */
  profileNames(): readonly string[];
  /** Written in one of the files; `hasProfile` and `profile` may know others, see `withSsoRoles`. */
  isWritten(name: string): boolean;
  hasProfile(name: string): boolean;
  /** True where the config file itself has the section, as against the credentials file alone. */
  isInConfigFile(name: string): boolean;
  profile(name: string): Profile | undefined;
  section(kind: 'sso-session' | 'services', name: string): Settings | undefined;
  /** In file order. */
  ssoSessionNames(): readonly string[];
  /** A header meant for this name that no AWS tool reads so. Reads the files line by line: for errors. */
  unreadHeader(kind: 'profile' | 'sso-session', name: string): UnreadHeader | undefined;
}

/**
 * Reads `~/.aws/config` and `~/.aws/credentials` by the rules of the AWS CLI and the SDKs: values of the credentials
 * file come first, `[profile default]` replaces `[default]`, and nothing is inherited from either. Sections and keys
 * that occur twice merge, the later key winning, where the AWS CLI gives up. Throws CliError `config` naming
 * `PATH:LINE` for a file that the AWS CLI would refuse as broken, and for UTF-16.
 */
export function parseAwsConfig(sources: AwsConfigSources): AwsConfig {
  return new ParsedAwsConfig(
    sources,
    indexSections(sources.config, sources.configPath, 'config'),
    indexSections(sources.credentials, sources.credentialsPath, 'credentials'),
  );
}

class ParsedAwsConfig implements AwsConfig {
  readonly configPath: string;
  readonly credentialsPath: string;
  readonly missing: readonly string[];
  readonly #config: SectionIndex;
  readonly #credentials: SectionIndex;

  constructor(sources: AwsConfigSources, config: SectionIndex, credentials: SectionIndex) {
    this.configPath = sources.configPath;
    this.credentialsPath = sources.credentialsPath;
    this.missing = sources.missing ?? [];
    this.#config = config;
    this.#credentials = credentials;
  }

  profileNames(): readonly string[] {
    const others = [...this.#credentials.profiles.keys()].filter((name) => !this.isInConfigFile(name));
    return [...this.#config.profiles.keys(), ...others];
  }

  isInConfigFile(name: string): boolean {
    return this.#config.profiles.has(name);
  }

  hasProfile(name: string): boolean {
    return this.isWritten(name);
  }

  isWritten(name: string): boolean {
    return this.#config.profiles.has(name) || this.#credentials.profiles.has(name);
  }

  profile(name: string): Profile | undefined {
    if (!this.hasProfile(name)) return undefined;
    return new MergedProfile(
      name,
      readValues(this.#config.text, this.#config.profiles.get(name)),
      readValues(this.#credentials.text, this.#credentials.profiles.get(name)),
    );
  }

  section(kind: 'sso-session' | 'services', name: string): Settings | undefined {
    const ranges = this.#config[kind].get(name);
    return ranges === undefined ? undefined : new SectionSettings(readValues(this.#config.text, ranges));
  }

  ssoSessionNames(): readonly string[] {
    return [...this.#config['sso-session'].keys()];
  }

  unreadHeader(kind: 'profile' | 'sso-session', name: string): UnreadHeader | undefined {
    const { configPath, credentialsPath } = this;
    return (
      findUnreadHeader(kind, name, { text: this.#config.text, path: configPath, file: 'config' }) ??
      findUnreadHeader(kind, name, {
        text: this.#credentials.text,
        path: credentialsPath,
        file: 'credentials',
      })
    );
  }
}

type Value = string | ReadonlyMap<string, string>;
type Values = ReadonlyMap<string, Value>;

class SectionSettings implements Settings {
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  get(key: string): string | undefined {
    const value = this.#values.get(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  nested(key: string): ReadonlyMap<string, string> | undefined {
    const value = this.#values.get(key);
    return typeof value === 'string' ? undefined : value;
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }
}

class MergedProfile extends SectionSettings implements Profile {
  readonly name: string;
  readonly #credentials: Values;

  constructor(name: string, config: Values, credentials: Values) {
    super(merged(config, credentials));
    this.name = name;
    this.#credentials = credentials;
  }

  origin(key: string): ConfigFileKind | undefined {
    if (this.get(key) === undefined && this.nested(key) === undefined) return undefined;
    return (this.#credentials.get(key) ?? '') === '' ? 'config' : 'credentials';
  }
}

/** The keys of both files, the values of the credentials file first where they are set. Most profiles are in one. */
function merged(config: Values, credentials: Values): Values {
  if (credentials.size === 0) return config;
  const values = new Map(config);
  for (const [key, value] of credentials) {
    if (value !== '' || !values.has(key)) values.set(key, value);
  }
  return values;
}

const NOTHING: Values = new Map();

function readValues(text: string, ranges: Ranges | undefined): Values {
  if (ranges === undefined) return NOTHING;
  const values = new Map<string, Value>();
  for (let at = 0; at < ranges.length; at += 2) {
    readSection(text, ranges[at] ?? 0, ranges[at + 1] ?? 0, values);
  }
  return values;
}

// What needs the rules of configLines: comments, carriage returns, indented lines, a colon where `=` is due, lines
// without either. Most sections have none of it.
const NOT_PLAIN = /[#;\r]|\n(?:[^\S\n]|[^=\n]*:|[^=\n]+(?=\n|$))/;

/** Reads a section of nothing but `key = value` lines; false, with nothing read, for any other. */
function readPlainSection(section: string, values: Map<string, Value>): boolean {
  if (NOT_PLAIN.test(section)) return false;
  for (let start = section.indexOf('\n') + 1; start > 0 && start < section.length;) {
    const next = section.indexOf('\n', start);
    const end = next === -1 ? section.length : next;
    const equals = section.indexOf('=', start);
    if (end > start && equals < end) {
      values.set(keyOf(section.slice(start, equals)), valueOf(section, equals + 1, end));
    }
    start = end + 1;
  }
  return true;
}

// A file has a few keys, ten thousand times.
const KEYS = new Map<string, string>();

function keyOf(text: string): string {
  const known = KEYS.get(text);
  if (known !== undefined) return known;
  const key = text.trim().toLowerCase();
  KEYS.set(text, key);
  return key;
}

/** The trimmed text between `from` and `to`; most of it needs no more than to be cut behind the blank after `=`. */
function valueOf(text: string, from: number, to: number): string {
  const start = text.charCodeAt(from) === BLANK ? from + 1 : from;
  const value = text.slice(start, to);
  return isInk(text.charCodeAt(start)) && isInk(text.charCodeAt(to - 1)) ? value : value.trim();
}

const BLANK = 32;
const DELETE = 127;

function isInk(code: number): boolean {
  return code > BLANK && code < DELETE;
}

function readSection(text: string, from: number, to: number, values: Map<string, Value>): void {
  if (readPlainSection(text.slice(from, to), values)) return;
  let key: string | undefined;
  let parts: string[] = [];
  const finish = (): void => {
    if (key === undefined) return;
    while (parts.length > 1 && parts.at(-1) === '') parts.pop();
    values.set(key, parts.length > 1 && parts[0] === '' ? nestedKeys(parts) : parts.join('\n'));
  };
  for (const line of configLines(text, from, to)) {
    if (line.kind === 'key') {
      finish();
      key = line.key;
      parts = [line.value];
    } else if (line.kind === 'continuation') {
      parts.push(line.value);
    } else if (line.kind === 'blank') {
      // A blank line inside a value of several lines is part of it.
      parts.push('');
    }
  }
  finish();
}

function nestedKeys(lines: readonly string[]): ReadonlyMap<string, string> {
  const nested = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf('=');
    if (at !== -1) nested.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
  return nested;
}

import { indexSections } from './index-sections.ts';
import type { Ranges, SectionIndex } from './index-sections.ts';
import { findUnreadHeader } from './unread-headers.ts';
import type { UnreadHeader } from './unread-headers.ts';
import { configLines } from './lines.ts';
import type { ConfigFileKind } from './sections.ts';

/** The contents of both files, empty for a file that does not exist. The paths are for messages. */
export interface AwsConfigSources {
  config: string;
  credentials: string;
  configPath: string;
  credentialsPath: string;
  /** One clause for each file that a variable names and that does not exist: `AWS_CONFIG_FILE names /x, which ...`. */
  missing?: readonly string[];
}

/** The settings of a section. Keys are in lower case; an empty value counts as unset. */
export interface Settings {
  get(key: string): string | undefined;
  /** The nested keys below an empty one (`s3 =`), in lower case too. */
  nested(key: string): ReadonlyMap<string, string> | undefined;
  /** Every key in the section, with or without a value. */
  keys(): Iterable<string>;
}

export interface Profile extends Settings {
  readonly name: string;
  /** The file from which `get` or `nested` reads a key; undefined if the key is unset. */
  origin(key: string): ConfigFileKind | undefined;
}

export interface AwsConfig {
  readonly configPath: string;
  readonly credentialsPath: string;
  /** As in AwsConfigSources; empty if every named file exists. */
  readonly missing: readonly string[];
  /** Profile names in file order: those in the config file, then those in the credentials file alone. */
  profileNames(): readonly string[];
  /** True for a profile in one of the files. `hasProfile` and `profile` may know others too: see `withSsoRoles`. */
  isWritten(name: string): boolean;
  hasProfile(name: string): boolean;
  /** True for a profile in the config file, false for one in the credentials file alone. */
  isInConfigFile(name: string): boolean;
  profile(name: string): Profile | undefined;
  section(kind: 'sso-session' | 'services', name: string): Settings | undefined;
  /** In file order. */
  ssoSessionNames(): readonly string[];
  /** A header meant for this name that no AWS tool reads as such. Scans both files, so it is for errors only. */
  unreadHeader(kind: 'profile' | 'sso-session', name: string): UnreadHeader | undefined;
}

/**
 * Parses `~/.aws/config` and `~/.aws/credentials` by the rules of the AWS CLI and the SDKs: the credentials file
 * takes precedence, `[profile default]` replaces `[default]`, and no profile inherits from either. Duplicate sections
 * merge and the last of duplicate keys wins, where the AWS CLI fails. Throws CliError `config` for UTF-16 and, naming
 * `PATH:LINE`, for a line that the AWS CLI cannot parse.
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

/** The settings of both files; a value in the credentials file takes precedence. Most profiles are in one file only. */
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

// Only configLines handles these: comments, carriage returns, indented lines, `:` as the delimiter, lines without a
// delimiter. Most sections have none of them.
const NOT_PLAIN = /[#;\r]|\n(?:[^\S\n]|[^=\n]*:|[^=\n]+(?=\n|$))/;

/** Reads a section that consists of `key = value` lines alone; returns false, and reads nothing, for any other. */
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

// Ten thousand profiles share a few keys.
const KEYS = new Map<string, string>();

function keyOf(text: string): string {
  const known = KEYS.get(text);
  if (known !== undefined) return known;
  const key = text.trim().toLowerCase();
  KEYS.set(text, key);
  return key;
}

/** The trimmed text between two offsets. Most values need no trim beyond the blank after `=`. */
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
      // A blank line inside a multi-line value is part of the value.
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

/** The kind of file: each names its sections differently. */
export type ConfigFileKind = 'config' | 'credentials';

/** What a section header names. */
export interface SectionName {
  readonly kind: 'profile' | 'sso-session' | 'services';
  readonly name: string;
  /** True for `[default]` in the config file, which `[profile default]` replaces. */
  readonly bareDefault: boolean;
}

const NEEDS_SPLITTING = /["'\\\s]/;

/**
 * Parses the text between the brackets. Undefined for a section that is neither a profile nor known to the SDKs
 * (`[plugins]`), and for a name that the AWS CLI does not read (an unclosed quote, two words without quotes).
 */
export function sectionName(header: string, file: ConfigFileKind): SectionName | undefined {
  if (file === 'credentials') {
    const name = header.trim();
    return name === '' ? undefined : { kind: 'profile', name, bareDefault: false };
  }
  if (header.startsWith('profile ')) {
    const name = header.slice('profile '.length);
    if (name !== '' && !NEEDS_SPLITTING.test(name)) return { kind: 'profile', name, bareDefault: false };
  }
  const words = splitWords(header);
  if (words === undefined) return undefined;
  const [kind, name] = words;
  if (words.length === 1 && kind === 'default') return { kind: 'profile', name: kind, bareDefault: true };
  if (words.length !== 2 || name === undefined || name === '') return undefined;
  if (kind !== 'profile' && kind !== 'sso-session' && kind !== 'services') return undefined;
  return { kind, name, bareDefault: false };
}

/**
 * Splits as Python's `shlex.split`, which the AWS CLI applies to headers: quotes group; a backslash escapes outside
 * quotes and, before `"` or `\`, inside double quotes. Undefined for an unclosed quote or a trailing backslash.
 */
function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '' && char === quote) {
      quote = '';
    } else if (char === '\\' && quote !== "'") {
      const next = text.charAt(at + 1);
      if (next === '') return undefined;
      if (quote === '' || next === '"' || next === '\\') at += 1;
      word = (word ?? '') + (quote === '' || next === '"' || next === '\\' ? next : char);
    } else if (quote !== '') {
      word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === ' ' || char === '\t' || char === '\r' || char === '\n') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== '') return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/** The header line of a profile, quoted where the AWS CLI requires it; without a line break. */
export function profileHeader(profile: string, file: ConfigFileKind): string {
  if (file === 'credentials') return `[${profile}]`;
  return profile === 'default' ? '[default]' : sectionHeader('profile', profile);
}

/**
 * The header line of a named section of the config file, quoted where the AWS CLI requires it; without a line break.
 */
export function sectionHeader(kind: SectionName['kind'], name: string): string {
  const word = NEEDS_SPLITTING.test(name) ? `"${name.replaceAll(/["\\]/g, '\\$&')}"` : name;
  return `[${kind} ${word}]`;
}

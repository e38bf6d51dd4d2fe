import { configLines } from '../../../core/config/lines.ts';
import { sectionName } from '../../../core/config/sections.ts';
import { unreadHeaderInWords, unreadHeaders } from '../../../core/config/unread-headers.ts';
import type { ConfigText, Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

/** Lines of the AWS files that are not read as intended: headers, and sections and keys that occur twice. */
export function checkConfigText({ config }: Facts): readonly Finding[] {
  return config.files.flatMap((text) => [...unread(text), ...writtenTwice(text)]);
}

function unread(text: ConfigText): readonly Finding[] {
  return [...unreadHeaders(text)].map((header) => ({
    severity: 'warning' as const,
    check: 'config',
    message: unreadHeaderInWords(header),
    fix: `write ${header.right} at ${header.path}:${header.line}`,
  }));
}

function writtenTwice({ text, path, file }: ConfigText): readonly Finding[] {
  const found: Finding[] = [];
  const sections = new Map<string, number>();
  let keys = new Map<string, number>();
  let number = 0;
  const say = (what: string, first: number): void => {
    found.push({
      severity: 'warning',
      check: 'config',
      message: `${what} at ${path}:${number} repeats line ${first}: the AWS CLI refuses the file`,
      fix: `merge line ${number} of ${path} into line ${first}`,
    });
  };
  for (const line of configLines(text)) {
    number += 1;
    if (line.kind === 'header') {
      keys = new Map();
      const section = sectionName(line.header, file);
      const name = section === undefined ? undefined : `${section.kind} ${section.name}`;
      const first = name === undefined ? undefined : sections.get(name);
      if (first !== undefined) say(`[${line.header}]`, first);
      else if (name !== undefined) sections.set(name, number);
    } else if (line.kind === 'key') {
      const first = keys.get(line.key);
      if (first !== undefined) say(line.key, first);
      else keys.set(line.key, number);
    }
  }
  return found;
}

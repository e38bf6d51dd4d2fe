// Output as a page shows it beside the output there is.

import { stripVTControlCharacters } from 'node:util';

/** What is another at each run: ids, times, codes, ports. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/\*{4}[A-Z0-9]{4}/g, '****KKKK'],
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}/g, '$1KKKK'],
  // A time of another day comes with its date: whether an hour from now is tomorrow depends on when the test runs.
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d\b(?!:| UTC)/g, 'TIME'],
  [/\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?:Z| UTC)?)?/g, 'DATE'],
  [/\b\d\d:\d\d(?::\d\d)?\b/g, 'TIME'],
  [/\b(?:\d+ ?h ?)?\d+ ?m(?:in)?\b/g, 'SPAN'],
  [/\b\d+ ?h\b/g, 'SPAN'],
  [/(code for \S+: )\d{6}/g, '$1CODE'],
  [/127\.0\.0\.1:\d+/g, 'HOST'],
  [/\b(AIDA|AROA)[A-Z0-9]{12,}/g, '$1KKKK'],
  [/\bccvault-[\w.@-]+$/gm, 'ccvault-USER'],
  [/\/\S*\/work\/home\/|\/home\/dana\/(?!\.local)/g, 'HOME/'],
  [/\/\S*\/work\/vault\b|\/home\/dana\/\.local\/share\/ccvault/g, 'VAULT'],
  // Columns are as wide as what stands in them.
  [/ {2,}/g, '  '],
];

/** The pattern that output must match to be what a page shows: `...` stands for anything, alone for any lines or none. */
export function shownPattern(shown: string): RegExp {
  const lines = settled(shown)
    .split('\n')
    .map((line) =>
      line === '...'
        ? String.raw`(?:.*\n)*?`
        : `${line.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`).replaceAll(String.raw`\.\.\.`, '.*?')}\n`,
    );
  return new RegExp(`^${lines.join('')}$`);
}

/** A text with what changes from run to run, colours and blanks at line ends taken out. */
export function settled(text: string): string {
  // Of a line that was drawn more than once, what it showed last.
  let plain = stripVTControlCharacters(text)
    .replaceAll(/\r+\n/g, '\n')
    .replaceAll(/^[^\n]*\r/gm, '');
  for (const [pattern, replacement] of CHANGING) plain = plain.replaceAll(pattern, replacement);
  return plain
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

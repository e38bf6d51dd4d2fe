// Lines of a terminal as a picture.

import { stripVTControlCharacters } from 'node:util';

// oxlint-disable-next-line no-control-regex -- ESC is what begins a colour
const COLOUR = /\u001B\[(?<codes>[\d;]*)m/;
const WIDTH = 100;
const CELL = { width: 7.8, height: 18 };
const MARGIN = 16;
const COLOURS: Readonly<Record<string, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  36: '#79c0ff',
};

/** A picture of lines with their colours (SGR), as a terminal of 100 columns has them; what is typed is bright. */
export function svgOf(lines: readonly string[]): string {
  const rows = lines.flatMap((line) => wrapped(line));
  const width = WIDTH * CELL.width + 2 * MARGIN;
  const height = rows.length * CELL.height + 2 * MARGIN;
  const text = rows.map((row, index) => rowOf(row, MARGIN + (index + 0.75) * CELL.height));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>A session with ccvault</title>',
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#c9d1d9">',
    ...text,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** A line over several rows; colours are short here and never cross one. */
function wrapped(line: string): string[] {
  const rows: string[] = [];
  for (let rest = line; ;) {
    if (plain(rest).length <= WIDTH) return [...rows, rest];
    const at = rest.lastIndexOf(' ', WIDTH);
    rows.push(rest.slice(0, at));
    rest = `  ${rest.slice(at + 1)}`;
  }
}

function rowOf(row: string, y: number): string {
  const typed = row.startsWith('$ ');
  const pieces = row.split(COLOUR);
  let colour: string | undefined;
  const spans = pieces.map((piece, index) => {
    if (index % 2 === 1) {
      colour = piece.split(';').flatMap((code) => COLOURS[code] ?? [])[0];
      return '';
    }
    return colour === undefined || piece === ''
      ? escaped(piece)
      : `<tspan fill="${colour}">${escaped(piece)}</tspan>`;
  });
  return `<text x="${MARGIN}" y="${y}"${typed ? ' font-weight="bold" fill="#ffffff"' : ''}>${spans.join('')}</text>`;
}

function plain(text: string): string {
  return stripVTControlCharacters(text);
}

function escaped(text: string): string {
  // Blanks that stay: without them the columns of a table would close up.
  return plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(' ', '&#160;');
}

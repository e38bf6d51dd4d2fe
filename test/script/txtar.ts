// The archive format of Go's golang.org/x/tools/txtar: a comment, then files behind `-- NAME --` lines.

export interface TxtarFile {
  readonly name: string;
  readonly data: string;
}

export interface Txtar {
  readonly comment: string;
  readonly files: readonly TxtarFile[];
}

const MARKER = /^-- (.*\S.*) --$/;

/** Splits an archive; there is no such thing as a malformed one. Every file ends with a line feed. */
export function parseTxtar(text: string): Txtar {
  const sections: { name: string; lines: string[] }[] = [{ name: '', lines: [] }];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const name = MARKER.exec(line)?.[1]?.trim();
    if (name === undefined) sections.at(-1)?.lines.push(line);
    else sections.push({ name, lines: [] });
  }
  const [comment, ...files] = sections.map(({ name, lines: own }) => ({
    name,
    data: own.map((line) => `${line}\n`).join(''),
  }));
  return { comment: comment?.data ?? '', files };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { windowsStart } from '../../../../src/system/process/batch-file.ts';
import { codePoint } from '../../../support/code-point.ts';

const FILE = String.raw`C:\bin dir\ü\tool.cmd`;

test('a program that is no batch file gets its arguments as they are', () => {
  for (const file of [String.raw`C:\bin dir\tool.exe`, String.raw`C:\cmd\tool.COM`, 'C:/tool.cmd.exe']) {
    assert.deepEqual(windowsStart(file, ['a b', '%x%', 'a\nb'], {}), {
      file,
      args: ['a b', '%x%', 'a\nb'],
      windowsVerbatimArguments: false,
    });
  }
});

test("a batch file is run by the system's cmd.exe, whatever its ending's case and what Windows drops behind it", () => {
  for (const ending of ['.cmd', '.CMD', '.bat', '.Bat', '.cmd.', '.bat ..']) {
    const start = windowsStart(`C:\\t${ending}`, [], { SystemRoot: 'D:\\Win', COMSPEC: 'C:\\evil.exe' });
    assert.equal(start.file, String.raw`D:\Win\System32\cmd.exe`);
    assert.deepEqual(start.args.slice(0, -1), ['/d', '/e:on', '/v:off', '/s', '/c']);
    assert.equal(start.windowsVerbatimArguments, true);
  }
  assert.equal(windowsStart('C:/t.cmd', [], {}).file, String.raw`C:\Windows\System32\cmd.exe`);
});

test('words are quoted unless they are plain, and nothing in them is left for cmd.exe', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['--profile', '--profile'],
    ['arn:aws:iam::111122223333:role/a@b', 'arn:aws:iam::111122223333:role/a@b'],
    ['', '""'],
    ['a b', '"a b"'],
    ['a=b,c;d', '"a=b,c;d"'],
    ['x&calc', '"x&calc"'],
    ['^|<>()!', '"^|<>()!"'],
    ['%PATH%', '"%%cd:~,%PATH%%cd:~,%"'],
    ['a" & calc', '"a"" & calc"'],
    [String.raw`a\"b`, String.raw`"a\\""b"`],
    ['blank at the end\\', String.raw`"blank at the end\\"`],
  ];
  for (const [argument, quoted] of cases) assert.equal(lineOf([argument]), `"${FILE}" ${quoted}`);
});

test('the path is quoted as well, with the separators of cmd.exe', () => {
  const { args } = windowsStart('C:/100% done/tool.cmd', [], {});
  assert.equal(args.at(-1), String.raw`""C:\100%%cd:~,% done\tool.cmd""`);
});

test('an argument with a line break is refused: cmd.exe reads one line', () => {
  for (const argument of ['a\nb', 'a\r', '\n']) {
    assert.throws(() => windowsStart(FILE, ['x', argument], {}), {
      kind: 'usage',
      message: /^argument 2 has a line break/,
    });
  }
});

test('every word arrives as it was, and none of it is read as an operator', () => {
  const character = fc.constantFrom(
    '"',
    '\\',
    '%',
    '^',
    '&',
    '|',
    '<',
    '>',
    '(',
    ')',
    '!',
    '=',
    ',',
    ';',
    ' ',
    'a',
    'ü',
  );
  const word = fc.oneof(fc.string({ unit: character }), fc.string({ unit: codePoint }));
  fc.assert(
    fc.property(fc.array(word.filter((text) => !/[\r\n\0]/.test(text))), (words) => {
      const line = lineOf(words).replaceAll('%%cd:~,%', '\u{FFFF}');
      assert.doesNotMatch(line, /%/);
      assert.doesNotMatch(outsideQuotes(line), /[&|<>^()!]/);
      assert.deepEqual(readByRuntime(line), [FILE, ...words.map((text) => text.replaceAll('%', '\u{FFFF}'))]);
    }),
  );
});

/** What cmd.exe reads, without the quotes around it that `/s` has it take away. */
function lineOf(words: readonly string[]): string {
  const line = windowsStart(FILE, words, {}).args.at(-1) ?? '';
  assert.match(line, /^"[^]*"$/);
  return line.slice(1, -1);
}

/** What stands where cmd.exe looks for operators: each quote turns that off or on. */
function outsideQuotes(line: string): string {
  return line
    .split('"')
    .filter((_, index) => index % 2 === 0)
    .join('');
}

/** Microsoft's C runtime, "Parsing C++ command-line arguments": a quote written twice inside quotes is one. */
function readByRuntime(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  const token = /(\\*)"|\\+|[^\\"]/y;
  for (let found = token.exec(line); found !== null; found = token.exec(line)) {
    const [text, slashes] = found;
    if (slashes !== undefined) {
      assert.equal(slashes.length % 2, 0, 'cmd.exe counts a quote that a backslash escapes');
      word = (word ?? '') + '\\'.repeat(slashes.length / 2);
      if (quoted && line[token.lastIndex] === '"') {
        word += '"';
        token.lastIndex += 1;
      } else quoted = !quoted;
    } else if (text === ' ' && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + text;
  }
  return word === undefined ? words : [...words, word];
}

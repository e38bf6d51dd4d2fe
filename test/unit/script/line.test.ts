import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assert as check, array, property, string } from 'fast-check';
import { expandText, expandWord, parseScript } from '../../script/line.ts';
import { parseTxtar } from '../../script/txtar.ts';

const variables = new Map([
  ['NAME', 'value'],
  ['totp:alice', '123456'],
]);

function lookUp(name: string): string {
  const value = variables.get(name);
  if (value === undefined) throw new Error(`$${name} is not set`);
  return value;
}

function words(line: string): string[] {
  return parseScript(line).flatMap((one) => one.words.map((word) => expandWord(word, lookUp)));
}

describe('a line', () => {
  it('has words, quotes and comments', () => {
    assert.deepEqual(words('exec  sh -c \'echo  "$NAME" # no\' # comment'), [
      'exec',
      'sh',
      '-c',
      'echo  "$NAME" # no',
    ]);
    assert.deepEqual(words("a'b c'd'' 'it''s' a#b"), ['ab cd', "it's", 'a#b']);
    assert.deepEqual(words("stdin ''"), ['stdin', '']);
    assert.deepEqual(words('# nothing'), []);
    assert.throws(() => words("exec 'open"), /line 1: unfinished quote/);
  });

  it('replaces variables outside quotes', () => {
    assert.deepEqual(words("x $NAME/y ${totp:alice} '$NAME' a$ ^b$"), [
      'x',
      'value/y',
      '123456',
      '$NAME',
      'a$',
      '^b$',
    ]);
    assert.throws(() => words('x $NONE'), /\$NONE is not set/);
    assert.equal(expandText('a ${NAME} b\n$NAME\n', lookUp), 'a value b\nvalue\n');
  });

  it('says what it expects', () => {
    const [line] = parseScript('\n\n[linux] [!exec:age] ! ccvault list &');
    assert.ok(line);
    assert.equal(line.number, 3);
    assert.deepEqual(line.conditions, ['linux', '!exec:age']);
    assert.equal(line.expected, 'failure');
    assert.equal(line.background, true);
    assert.equal(line.words.length, 2);
    assert.equal(parseScript('exit 4 ccvault')[0]?.expected, 4);
    assert.throws(() => parseScript('exit ccvault list'), /exit takes a code/);
    assert.equal(parseScript("'!' x")[0]?.expected, 0);
  });
});

describe('an archive', () => {
  it('is a comment and files', () => {
    const text = 'exec a\n\n-- a/b.txt --\none\n-- not -- a marker\n--  c d  --\n-- empty --\n';
    assert.deepEqual(parseTxtar(text), {
      comment: 'exec a\n\n',
      files: [
        { name: 'a/b.txt', data: 'one\n-- not -- a marker\n' },
        { name: 'c d', data: '' },
        { name: 'empty', data: '' },
      ],
    });
    assert.deepEqual(parseTxtar(''), { comment: '', files: [] });
  });

  it('loses no line', () => {
    check(
      property(array(string()), (lines) => {
        const text = lines.join('\n').replaceAll(/^-- .* --$/gm, '');
        const { comment, files } = parseTxtar(text);
        assert.deepEqual(files, []);
        assert.equal(comment, text === '' || text.endsWith('\n') ? text : `${text}\n`);
      }),
    );
  });
});

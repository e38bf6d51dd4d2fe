import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { isCliError } from '../../../src/core/errors.ts';
import { parse } from '../../../src/spec/parse.ts';
import { plainLine } from '../../../src/spec/plain-line.ts';

const read = (line: string): unknown => plainLine(line.split(' '));

describe('a plain line', () => {
  const plain: readonly (readonly [string, object])[] = [
    ['exec p -- aws s3', { command: 'exec', profile: 'p', tail: ['aws', 's3'] }],
    ['exec p aws -x --', { command: 'exec', profile: 'p', tail: ['aws', '-x', '--'] }],
    ['exec -- aws', { command: 'exec', profile: undefined, tail: ['aws'] }],
    ['exec p -- -- x', { command: 'exec', profile: 'p', tail: ['--', 'x'] }],
    [
      'exec p kubectl exec pod -- ls',
      { command: 'exec', profile: 'p', tail: 'kubectl exec pod -- ls'.split(' ') },
    ],
    ['export', { command: 'export', profile: undefined, format: undefined }],
    ['export p', { command: 'export', profile: 'p', format: undefined }],
    ['export p --format json', { command: 'export', profile: 'p', format: 'json' }],
    ['export --format fish p', { command: 'export', profile: 'p', format: 'fish' }],
    ['export --format ini', { command: 'export', profile: undefined, format: 'ini' }],
    ['credential-helper get', { command: 'credential-helper', profile: undefined, action: 'get' }],
    ['credential-helper --profile p get', { command: 'credential-helper', profile: 'p', action: 'get' }],
    ['credential-helper store', { command: 'credential-helper', profile: undefined, action: 'store' }],
    ['credential-helper erase', { command: 'credential-helper', profile: undefined, action: 'erase' }],
  ];
  for (const [line, expected] of plain) it(line, () => assert.deepEqual(read(line), expected));

  const others = [
    '',
    'exec',
    'exec p',
    'exec p --',
    'exec --',
    'exec -n p -- aws',
    'exec p -n -- aws',
    'exec p -n aws',
    'exec -j p',
    'exec --debug p -- aws',
    '--debug exec p -- aws',
    'export --fresh p',
    'export p q',
    'export --format',
    'export --format csv p',
    'export p --format',
    'export --format json --format json p',
    'export -- p',
    'credential-helper',
    'credential-helper get get',
    'credential-helper --profile get',
    'credential-helper get --profile p',
    'credential-helper capability',
    'login p',
    'whoami',
  ];
  for (const line of others) it(`is not: ${line}`, () => assert.equal(read(line), undefined));

  // The words that mean something to one of the forms, and some that do not.
  const word = fc.constantFrom(
    'get',
    'store',
    'erase',
    'p',
    'q',
    'json',
    'aws',
    '',
    '--',
    '-',
    '--format',
    '--format=json',
    '--profile',
    '--profile=p',
    '-n',
    '-d',
    '1h',
    '--debug',
    '--help',
  );
  const line = fc
    .tuple(fc.constantFrom('exec', 'export', 'credential-helper'), fc.array(word, { maxLength: 6 }))
    .chain(([command, words]) => fc.constant([command, ...words]));

  it('is read as the whole grammar reads it', () => {
    let plainOnes = 0;
    fc.assert(
      fc.property(line, (argv) => {
        const found = plainLine(argv);
        if (found === undefined) return;
        plainOnes += 1;
        const { command, ...parts } = found;
        const parsed = parse(argv);
        assert.ok(parsed.kind === 'command' && parsed.command === command, JSON.stringify(parsed));
        const nothing = parse(command === 'credential-helper' ? [command, 'get'] : [command]);
        assert.ok(nothing.kind === 'command');
        const { options, arguments: given, tail } = parsed.input;
        const expected = { ...nothing.input.options, ...pick(parts, ['format']) };
        if (found.command === 'credential-helper') Object.assign(expected, { profile: found.profile });
        assert.deepEqual(options, expected);
        assert.deepEqual(
          { ...given },
          found.command === 'credential-helper' ? { action: found.action } : { profile: found.profile },
        );
        assert.deepEqual(tail, found.command === 'exec' ? found.tail : []);
        assert.deepEqual(parsed.globals, nothing.globals);
      }),
      { numRuns: 5000 },
    );
    assert.ok(plainOnes > 100, `only ${plainOnes} of the lines were plain`);
  });

  it('is never one that the grammar refuses', () => {
    fc.assert(
      fc.property(line, (argv) => {
        try {
          parse(argv);
        } catch (error) {
          assert.ok(isCliError(error));
          assert.equal(plainLine(argv), undefined);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

function pick(from: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderError } from '../../../src/cli/render.ts';
import { CliError } from '../../../src/core/errors.ts';

function render(error: unknown, debug = false): { code: number; lines: string[] } {
  const lines: string[] = [];
  const line = (kind: string) => (message: string) => {
    lines.push(`${kind}: ${message}`);
  };
  const code = renderError(
    error,
    { error: line('error'), hint: line('hint'), debug: line('debug') },
    { debug },
  );
  return { code, lines };
}

describe('renderError', () => {
  it('says what is wrong in one line and how to mend it in another', () => {
    const error = new CliError('config', 'profile "x" is not there', { hints: ['one', 'two'] });
    assert.deepEqual(render(error), {
      code: 3,
      lines: ['error: profile "x" is not there', 'hint: one; two'],
    });
  });

  it('calls anything else a bug, and shows its stack under --debug only', () => {
    const { code, lines } = render(new TypeError('x is undefined'));
    assert.equal(code, 1);
    assert.deepEqual(lines.length, 2);
    assert.match(lines[0] ?? '', /^error: x is undefined$/);
    assert.match(lines[1] ?? '', /bug in ccvault.*--debug/);
    assert.match(render(new TypeError('x is undefined'), true).lines.join('\n'), /debug:.*render\.test\.ts/);
    assert.equal(render('thrown text').lines[0], 'error: thrown text');
  });
});

// Whatever text reaches the terminal, only characters that show do.

import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { renderError } from '../../src/cli/render.ts';
import { CliError } from '../../src/core/errors.ts';
import { createOutput } from '../../src/system/terminal/output.ts';
import { codePoint } from '../support/code-point.ts';
import { runs } from '../support/fuzz.ts';

const folder = mkdtempSync(join(tmpdir(), 'ccvault-output-'));
after(() => rmSync(folder, { recursive: true, force: true }));

// Controls, format characters, separators and halves of pairs: what moves, hides or reorders what stands beside it.
const ACTS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\u001B[2J',
        '\u001B]52;c;eA==\u0007',
        '\u009B31m',
        '\r',
        '\n',
        '\t',
        '\b',
        '\u202E',
        '\u2066',
        '\u200B',
      ),
      fc.constantFrom('\uFEFF', '\u2028', '\u0085', '\uD800', '\u{E0041}', '\u00AD', '\u061C'),
      fc.string({ unit: codePoint, maxLength: 5 }),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

test('errors with hints and causes, warnings, and debug lines act on no terminal', () => {
  fc.assert(
    fc.property(
      text,
      fc.array(text, { maxLength: 2 }),
      text,
      fc.boolean(),
      (message, hints, cause, isBug) => {
        const stderr = written((out) => {
          const error = isBug
            ? new Error(message)
            : new CliError('config', message, { hints, cause: new Error(cause) });
          renderError(error, out, { debug: true });
          for (const say of ['info', 'warning', 'hint', 'debug', 'plain', 'progress'] as const)
            out[say](message);
        });
        const lines = stderr.split('\n');
        assert.equal(lines.pop(), '');
        for (const line of lines) assert.doesNotMatch(line, ACTS);
      },
    ),
    runs(500),
  );
});

function written(say: (out: ReturnType<typeof createOutput>) => void): string {
  const path = join(folder, 'stderr');
  const descriptor = openSync(path, 'w');
  try {
    const out = createOutput({}, { stdout: descriptor, stderr: descriptor });
    out.enableDebug();
    say(out);
  } finally {
    closeSync(descriptor);
  }
  return readFileSync(path, 'utf8');
}

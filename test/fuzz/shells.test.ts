// What `export` prints, evaluated by the shells it is for: each value arrives as it is, and nothing runs.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { isCliError } from '../../src/core/errors.ts';
import { formatExport } from '../../src/core/export-formats.ts';
import type { ExportFormat } from '../../src/core/export-formats.ts';
import { Secret } from '../../src/core/secret.ts';
import { runs } from '../support/fuzz.ts';
import { findProgram, requires } from '../support/requires.ts';

const BATCH = 50;
const folder = mkdtempSync(join(tmpdir(), 'ccvault-shells-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const piece = fc.oneof(
  fc.constantFrom(...'$`\'"\\ !#&()*;<>?[]^{|}~=%@-ab0'.split('')),
  fc.constantFrom(
    '$(touch pwned)',
    '`touch pwned`',
    "';touch pwned;'",
    '";touch pwned;"',
    '\\',
    '${IFS}',
    '$((1))',
  ),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
);
/** Only what the format writes at all: a line break or another control character is refused. */
function valueOf(format: ExportFormat): fc.Arbitrary<string> {
  return fc
    .array(piece, { minLength: 1, maxLength: 12 })
    .map((pieces) => pieces.join(''))
    .filter((value) => written(format, value) !== undefined);
}

function written(format: ExportFormat, value: string): string | undefined {
  try {
    const credentials = { accessKeyId: 'AKIAMADEUP', secretAccessKey: new Secret(value) };
    return formatExport(format, { profile: 'p', region: undefined, credentials });
  } catch (error) {
    assert.ok(isCliError(error) && error.kind === 'config');
    return undefined;
  }
}

for (const [shell, format, print] of [
  ['bash', 'export', `printf '%s\\n' "$AWS_SECRET_ACCESS_KEY"`],
  ['dash', 'export', `printf '%s\\n' "$AWS_SECRET_ACCESS_KEY"`],
  ['zsh', 'export', `printf '%s\\n' "$AWS_SECRET_ACCESS_KEY"`],
  ['fish', 'fish', `printf '%s\\n' $AWS_SECRET_ACCESS_KEY`],
  ['bash', 'env', `printf '%s\\n' "$AWS_SECRET_ACCESS_KEY"`],
] as const) {
  test(`${shell} reads every value of ${format} as it is`, { skip: requires(shell) }, () => {
    const batch = fc.array(valueOf(format), { minLength: BATCH, maxLength: BATCH });
    fc.assert(
      fc.property(batch, (values) => {
        const text = values.map((value) => `${written(format, value)}${print}\n`).join('');
        const { stdout, stderr } = spawnSync(findProgram(shell) ?? '', ['-c', text], {
          cwd: folder,
          encoding: 'utf8',
          env: { PATH: '/usr/bin:/bin', HOME: folder, LC_ALL: 'C.UTF-8' },
          // Bash takes a socket for a remote shell's and reads its start-up files.
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        assert.equal(stderr, '');
        assert.deepEqual(stdout.split('\n').slice(0, -1), values);
        assert.ok(!readdirSync(folder).includes('pwned'));
      }),
      runs(10),
    );
  });
}

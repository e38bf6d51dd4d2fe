// What botocore reads from config files: one long-lived python3, asked by lines of JSON.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { requires } from './requires.ts';

// We merge sections and keys that occur twice where botocore refuses them, so it is made to merge them too.
const READER = `
import configparser, json, os, sys, tempfile
import botocore.configloader as loader
strict = configparser.RawConfigParser
def read(name, parser):
    configparser.RawConfigParser = parser
    try:
        return loader.load_config(name)
    except Exception:
        return None
handle, name = tempfile.mkstemp()
os.close(handle)
for line in sys.stdin:
    answers = []
    for text in json.loads(line):
        with open(name, 'w', encoding='utf-8', newline='') as file:
            file.write(text)
        answers.append({
            'refused': read(name, strict) is None,
            'merged': read(name, lambda: strict(strict=False)),
        })
    print(json.dumps(answers), flush=True)
os.unlink(name)
`;

type Section = Record<string, string | Record<string, string>>;

export interface Reading {
  readonly refused: boolean;
  /** Null where it is refused however lenient. */
  readonly merged: { readonly profiles: Readonly<Record<string, Section>> } | null;
}

/** What node:test's `skip` wants. */
export function noBotocore(): false | string {
  const noPython = requires('python3');
  if (noPython !== false) return noPython;
  if (spawnSync('python3', ['-c', 'import botocore.configloader']).status === 0) return false;
  if (process.env['CCVAULT_TEST_REQUIRE_ALL'] === '1') throw new Error('python3 has no botocore');
  return 'python3 has no botocore';
}

export class Botocore {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor() {
    this.#child = spawn('python3', ['-c', READER], { env: { ...process.env, PYTHONUTF8: '1' } });
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** What it reads from each text as a config file. One call at a time. */
  async read(texts: readonly string[]): Promise<Reading[]> {
    this.#child.stdin.write(`${JSON.stringify(texts)}\n`);
    const { value, done } = await this.#lines.next();
    assert.ok(done !== true, 'botocore has ended');
    return JSON.parse(value) as Reading[];
  }

  end(): void {
    this.#child.stdin.end();
  }
}

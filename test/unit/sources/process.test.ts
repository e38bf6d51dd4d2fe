import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ProcessStep } from '../../../src/core/plan/steps.ts';
import type { ProgramOptions } from '../../../src/core/ports/programs.ts';
import { fromProcess } from '../../../src/sources/process.ts';
import { createBench } from '../../support/source-system.ts';
import type { Bench } from '../../support/source-system.ts';
import { cliErrorOf } from '../../support/system-aws.ts';

const ID = 'AKIAMADEUPFORTHISTES';
const SECRET = 'made-up-secret-of-a-process';

let bench: Bench;
before(() => {
  bench = createBench({ env: { PATH: process.env['PATH'], MARK: 'inherited' } });
});
after(() => bench.dispose());

function step(command: string): ProcessStep {
  return { kind: 'process', command, profile: 'p', reason: '', cacheKey: '' };
}

/** A program with a space in its path that prints a document. */
function printing(document: string | object, code = 0): string {
  const path = join(bench.folder, `print ${Math.random()}`);
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  writeFileSync(path, `#!/bin/sh\ncat <<'EOF'\n${text}\nEOF\nexit ${code}\n`);
  chmodSync(path, 0o700);
  return `"${path}"`;
}

const ANSWER = { Version: 1, AccessKeyId: ID, SecretAccessKey: SECRET };

describe('credential_process', () => {
  it('is run without a shell and answers with or without token and expiry', async () => {
    const long = await fromProcess(step(printing(ANSWER)), bench.context);
    assert.equal(long.accessKeyId, ID);
    assert.equal(long.secretAccessKey.reveal(), SECRET);
    assert.equal(long.sessionToken, undefined);
    assert.equal(long.expiresAt, undefined);
    const Expiration = new Date(Date.now() + 60_000).toISOString();
    const short = await fromProcess(
      step(printing({ ...ANSWER, SessionToken: 't', Expiration })),
      bench.context,
    );
    assert.equal(short.sessionToken?.reveal(), 't');
    assert.equal(short.expiresAt, Date.parse(Expiration));
  });

  it('gets its arguments as they stand, the environment, and the names of the profiles that wait', async () => {
    const script = join(bench.folder, 'show');
    writeFileSync(
      script,
      `#!/bin/sh\nprintf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"%s"}' "$(echo "$1|$2|$MARK" | tr ' ' _)" "\${CCVAULT_RESOLVING#[}"\n`,
    );
    chmodSync(script, 0o700);
    const { system } = bench.context;
    const answered: ProgramOptions[] = [];
    const watched = {
      ...system,
      programs: {
        ...system.programs,
        run: (command: readonly [string, ...string[]], options: ProgramOptions) => {
          answered.push(options);
          return system.programs.run(command, {
            ...options,
            environment: { ...options.environment, CCVAULT_RESOLVING: 'x' },
          });
        },
      },
    };
    const found = await fromProcess(step(`"${script}" '$HOME *' "a;b"`), {
      ...bench.context,
      system: watched,
    });
    assert.equal(found.accessKeyId, '$HOME_*|a;b|inherited');
    assert.equal(answered[0]?.environment['CCVAULT_RESOLVING'], '["p"]');
    assert.equal(answered[0]?.terminalInput, true);
  });

  it('refuses what is no answer, without quoting it', async () => {
    const ended = new Date(Date.now() - 1000).toISOString();
    for (const [document, said] of [
      ['', /printed nothing/],
      [`{"Version": 1, "SecretAccessKey": "${SECRET}`, /did not print a JSON object/],
      ['[]', /JSON object/],
      ['null', /JSON object/],
      [{ ...ANSWER, Version: 2 }, /a Version other than 1/],
      [{ ...ANSWER, Version: '1' }, /a Version other than 1/],
      [{ Version: 1, SecretAccessKey: SECRET }, /no AccessKeyId/],
      [{ ...ANSWER, AccessKeyId: 7 }, /no AccessKeyId/],
      [{ ...ANSWER, Expiration: 'soon' }, /not a time with a zone/],
      [{ ...ANSWER, Expiration: '2099-11-27T00:47:46' }, /not a time with a zone/],
      [{ ...ANSWER, Expiration: '2099-11-27 00:47:46.123' }, /not a time with a zone/],
      [{ ...ANSWER, Expiration: '20991127T004746' }, /not a time with a zone/],
      [{ ...ANSWER, Expiration: '2099-02-30T00:47:46Z' }, /not a time with a zone/],
      [{ ...ANSWER, Expiration: 4_070_908_800 }, /not a time with a zone/],
      [
        { ...ANSWER, AccessKeyId: 'ASIAMADEUPFORTHISTES' },
        /temporary key \*+STES.* without its session token/,
      ],
      [{ ...ANSWER, AccessKeyId: `"${ID}"` }, /access key id in quotes/],
      [{ ...ANSWER, AccessKeyId: `${ID} ` }, /access key id with blanks/],
      [{ ...ANSWER, SessionToken: 'one\nhost=github.com' }, /session token with blanks/],
      [{ ...ANSWER, SessionToken: 'x'.repeat(40_000) }, /session token of more than/],
      [{ ...ANSWER, SessionToken: 7 }, /SessionToken that is not text/],
      [{ ...ANSWER, SessionToken: ['t'] }, /SessionToken that is not text/],
      [{ ...ANSWER, SessionToken: { t: 1 } }, /SessionToken that is not text/],
      [{ ...ANSWER, SessionToken: false }, /SessionToken that is not text/],
      [{ ...ANSWER, SecretAccessKey: `${SECRET}\u0000` }, /secret access key with blanks/],
      [{ ...ANSWER, Expiration: ended }, /expired at/],
    ] as const) {
      const error = await cliErrorOf(fromProcess(step(printing(document)), bench.context), SECRET);
      assert.match(error.message, said);
      assert.match(error.message, /profile p/);
    }
  });

  it('tells a program that is missing, fails or cannot be split', async () => {
    for (const [command, said] of [
      ['/nowhere/tool', /profile p: command not found/],
      [printing(ANSWER, 3), /profile p exited with code 3/],
      ['tool "open', /open quote/],
      ['   ', /no program/],
    ] as const) {
      assert.match((await cliErrorOf(fromProcess(step(command), bench.context), SECRET)).message, said);
    }
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CliError } from '../../../src/core/errors.ts';
import type { MfaCode } from '../../../src/core/ports/aws.ts';
import { createCrypto } from '../../../src/system/crypto.ts';
import { filesOf } from '../../support/files.ts';
import { spendMfaCode } from '../../../src/vault/mfa.ts';
import type { MfaRequest, MfaSystem } from '../../../src/vault/mfa.ts';
import { cliError, modeOf } from '../../support/files.ts';
import { createIndexSystem } from '../../support/index-writer.ts';
import { collect } from '../../support/resolve-bench.ts';

const SERIAL = 'arn:aws:iam::111122223333:mfa/dana';
// The beginning of a window.
const START = Date.UTC(2026, 0, 1);
const REFUSED = new CliError('aws', 'AWS refused the MFA code', { code: 'mfa-refused' });

let folder: string;
let now: number;
let said: string[];
let asked: string[];
let answers: (string | (() => string))[];
let unavailable: string | undefined;
let processAnswers: { exitCode: number; stdout: string }[];
let spent: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccvault-mfa-'));
  now = START;
  said = [];
  asked = [];
  answers = [];
  unavailable = undefined;
  processAnswers = [];
  spent = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function system(): MfaSystem {
  const refuse = (): never => {
    throw new Error('not asked for here');
  };
  return {
    ...createIndexSystem(folder),
    env: {},
    files: filesOf(folder),
    crypto: createCrypto(),
    out: collect(said),
    clock: {
      now: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
    attend: refuse,
    programs: {
      run: refuse,
      runBriefly: refuse,
      locate: refuse,
      runShell: async () => processAnswers.shift() ?? { exitCode: 0, stdout: '' },
    },
    terminal: {
      prompt: () => 'auto',
      unavailable: async () => unavailable,
      ask: async (question) => {
        asked.push(question);
        const answer = answers.shift();
        if (answer === undefined) throw new CliError('interrupted', 'interrupted');
        return typeof answer === 'string' ? answer : answer();
      },
      askHidden: refuse,
      confirm: refuse,
      choose: refuse,
    },
  };
}

function spend(
  request: Partial<MfaRequest> = {},
  call: (code: MfaCode) => Promise<string> = async () => 'credentials',
): Promise<string> {
  const whole = {
    serial: SERIAL,
    profile: 'dev',
    token: undefined,
    process: undefined,
    ...request,
  };
  return spendMfaCode(system(), whole, async (code) => {
    spent.push(code.code);
    return call(code);
  });
}

describe('a code from the prompt', () => {
  it('is asked for by the serial and spent once', async () => {
    answers = [' 123456 '];
    assert.equal(await spend(), 'credentials');
    assert.deepEqual(asked, [`MFA code for ${SERIAL}: `]);
    assert.deepEqual(spent, ['123456']);
  });

  it('may have blanks in it, as apps show it', async () => {
    answers = ['123 456', '12 34 57'];
    await spend();
    await spend();
    assert.deepEqual(spent, ['123456', '123457']);
    assert.equal(await spend({ token: '654 321' }), 'credentials');
    processAnswers = [{ exitCode: 0, stdout: '111 222\n' }];
    assert.equal(await spend({ process: 'oathtool' }), 'credentials');
    assert.deepEqual(spent.slice(-2), ['654321', '111222']);
  });

  it('that is no code is asked for again, three times', async () => {
    answers = ['', '12345', 'abcdef'];
    await assert.rejects(spend(), cliError('aws', /no MFA code was given/));
    assert.equal(asked.length, 3);
    assert.deepEqual(spent, []);
  });

  it('that AWS refuses is asked for again, three times', async () => {
    answers = ['111111', '222222', '333333', '444444'];
    await assert.rejects(
      spend({}, () => Promise.reject(REFUSED)),
      (error) => error === REFUSED,
    );
    assert.deepEqual(spent, ['111111', '222222', '333333']);
  });

  it('is not asked for again after another error', async () => {
    answers = ['111111', '222222'];
    const other = new CliError('aws', 'no way', { awsCode: 'AccessDenied' });
    await assert.rejects(
      spend({}, () => Promise.reject(other)),
      (error) => error === other,
    );
    assert.deepEqual(spent, ['111111']);
  });

  it('is impossible where nobody can be asked', async () => {
    unavailable = 'no terminal is available';
    await assert.rejects(
      spend(),
      cliError(
        'aws',
        /^profile dev requires an MFA code, but no terminal is available$/m,
        /ccvault refresh dev/,
      ),
    );
    assert.deepEqual(asked, []);
  });

  it('ends with Ctrl-C', async () => {
    await assert.rejects(spend(), cliError('interrupted'));
  });
});

describe('a code that was sent', () => {
  it('is not sent again within 90 s: the next window is waited for', async () => {
    answers = ['123456', '123456', '654321'];
    await spend();
    now += 10_000;
    await spend();
    assert.deepEqual(spent, ['123456', '654321']);
    assert.equal(now, START + 30_000);
    assert.match(said.join('\n'), /error: this MFA code was already used/);
  });

  it('is not sent again after another one', async () => {
    answers = ['111111', '222222', '111111', '333333'];
    for (let count = 0; count < 3; count++) await spend();
    assert.deepEqual(spent, ['111111', '222222', '333333']);
    await assert.rejects(spend({ token: '222222' }), cliError('aws', /already used/));
  });

  it('counts as sent although its answer was lost', async () => {
    answers = ['123456', '123456', '654321'];
    await assert.rejects(spend({}, () => Promise.reject(new CliError('aws', 'lost', { code: 'network' }))));
    await spend();
    assert.deepEqual(spent, ['123456', '654321']);
  });

  for (const age of [1, 30_000, 59_999, 60_000, 75_000, 89_999]) {
    it(`is refused from --mfa-token ${age} ms later`, async () => {
      await spend({ token: '123456' });
      now += age;
      await assert.rejects(spend({ token: '123456' }), cliError('aws'));
      assert.deepEqual(spent, ['123456']);
    });
  }

  it('may come again after 90 s, and from another device at once', async () => {
    answers = ['123456', '123456', '123456'];
    await spend();
    await spend({ serial: `${SERIAL}2` });
    now += 90_000;
    await spend();
    assert.deepEqual(spent, ['123456', '123456', '123456']);
  });

  it('does not count when the clock was set back behind it', async () => {
    answers = ['123456', '123456'];
    await spend();
    now -= 3_600_000;
    await spend();
    assert.equal(spent.length, 2);
  });

  it('is kept as a keyed hash in a private file, and nowhere readable', async () => {
    answers = ['123456'];
    await spend();
    const name = readdirSync(join(folder, 'locks')).find((one) => one.startsWith('mfa-'));
    assert.ok(name !== undefined);
    const text = readFileSync(join(folder, 'locks', name), 'utf8');
    assert.ok(!text.includes('123456'));
    assert.equal(modeOf(join(folder, 'locks', name)), '600');
    // Another time, another key: the same code cannot be recognised by its hash.
    now += 100_000;
    answers = ['123456'];
    await spend();
    assert.notEqual(readFileSync(join(folder, 'locks', name), 'utf8').slice(0, 60), text.slice(0, 60));
  });

  it('is forgotten with a damaged record', async () => {
    const damages = [
      '',
      '{',
      'null',
      '1',
      '""',
      '{}',
      '[]',
      '[null]',
      '[{}]',
      '[{"salt":5,"hash":"","sentAt":0}]',
    ];
    answers = Array.from({ length: damages.length + 1 }, () => '123456');
    await spend();
    const name = readdirSync(join(folder, 'locks')).find((one) => one.startsWith('mfa-')) ?? '';
    for (const damage of damages) {
      writeFileSync(join(folder, 'locks', name), damage);
      await spend();
    }
    assert.equal(spent.length, damages.length + 1);
  });
});

describe('--mfa-token', () => {
  it('is spent without a question, once', async () => {
    await spend({ token: '123456' });
    await assert.rejects(
      spend({ token: '123456' }),
      cliError('aws', /already used/, /wait for the next code/),
    );
    assert.deepEqual(spent, ['123456']);
    assert.deepEqual(asked, []);
  });

  it('must have six digits', async () => {
    for (const token of ['', '12345', '1234567', '12345a', '1234567 8']) {
      await assert.rejects(spend({ token }), cliError('usage', /six digits/));
    }
  });

  it('that AWS refuses is the end: nobody is asked', async () => {
    answers = ['222222'];
    await assert.rejects(
      spend({ token: '123456' }, () => Promise.reject(REFUSED)),
      (error) => error === REFUSED,
    );
    assert.deepEqual(asked, []);
  });
});

describe('mfa_process', () => {
  it('gives the code in its first line', async () => {
    processAnswers = [{ exitCode: 0, stdout: '123456\r\nand more\n' }];
    await spend({ process: 'totp' });
    assert.deepEqual(spent, ['123456']);
    assert.deepEqual(asked, []);
  });

  it('is run again in the next window when it gives a code that was sent', async () => {
    const used = { exitCode: 0, stdout: '123456\n' };
    processAnswers = [used, used, { exitCode: 0, stdout: '654321\n' }];
    await spend({ process: 'totp' });
    now += 5000;
    await spend({ process: 'totp' });
    assert.deepEqual(spent, ['123456', '654321']);
    assert.equal(now, START + 30_000);
  });

  it('that fails or prints something else names the profile and does not ask', async () => {
    processAnswers = [{ exitCode: 3, stdout: '123456\n' }];
    await assert.rejects(
      spend({ process: 'totp' }),
      cliError('aws', /mfa_process of profile dev exited with code 3/),
    );
    processAnswers = [{ exitCode: 0, stdout: 'hunter2\n' }];
    await assert.rejects(spend({ process: 'totp' }), (error) => {
      assert.ok(!(error as Error).message.includes('hunter2'));
      return cliError('aws', /did not print six digits/)(error);
    });
    assert.deepEqual(asked, []);
  });

  it('that AWS refuses is the end', async () => {
    processAnswers = [{ exitCode: 0, stdout: '123456\n' }];
    await assert.rejects(
      spend({ process: 'totp' }, () => Promise.reject(REFUSED)),
      (error) => error === REFUSED,
    );
  });
});

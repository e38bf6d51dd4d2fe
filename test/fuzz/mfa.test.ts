// Codes given in any order and at any pace, by people, flags and programs: none is sent again while AWS may remember it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { CliError, isCliError } from '../../src/core/errors.ts';
import { createCrypto } from '../../src/system/crypto.ts';
import { filesOf } from '../support/files.ts';
import { spendMfaCode } from '../../src/vault/mfa.ts';
import type { MfaRequest, MfaSystem } from '../../src/vault/mfa.ts';
import { runs } from '../support/fuzz.ts';
import { createIndexSystem } from '../support/index-writer.ts';
import { collect } from '../support/resolve-bench.ts';
import { silentTerminal } from '../support/silent-terminal.ts';

const CODES = ['111111', '222222', '333333'] as const;
// AWS accepts the code of the window before and after (RFC 6238, section 5.2).
const REMEMBERED = 90_000;

interface Use {
  readonly by: 'prompt' | 'flag' | 'process';
  /** What is typed or printed, one after the other; then the person gives up, the program fails. */
  readonly codes: readonly string[];
  readonly pause: number;
  readonly serial: string;
  readonly refused: boolean;
}

const use: fc.Arbitrary<Use> = fc.record({
  by: fc.constantFrom('prompt', 'flag', 'process'),
  codes: fc.array(fc.constantFrom(...CODES, '12345', ''), { minLength: 1, maxLength: 5 }),
  pause: fc.oneof(fc.nat(2000), fc.nat(120_000)),
  serial: fc.constantFrom('arn:aws:iam::111122223333:mfa/a', 'arn:aws:iam::111122223333:mfa/b'),
  refused: fc.boolean(),
});

test('no code is sent twice within 90 s, and each device has its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(use, { maxLength: 12 }), fc.nat(29_999), async (uses, start) => {
      const folder = mkdtempSync(join(tmpdir(), 'ccvault-mfa-'));
      try {
        const sent = await play(uses, folder, Date.UTC(2026, 0, 1) + start);
        for (const [index, { code, serial, at }] of sent.entries()) {
          const again = sent.slice(0, index).findLast((one) => one.code === code && one.serial === serial);
          assert.ok(
            again === undefined || at - again.at >= REMEMBERED,
            `${code} at ${at} and at ${again?.at}`,
          );
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    runs(100),
  );
});

interface Sent {
  readonly code: string;
  readonly serial: string;
  readonly at: number;
}

async function play(uses: readonly Use[], folder: string, start: number): Promise<Sent[]> {
  const sent: Sent[] = [];
  let now = start;
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => void (now += milliseconds),
  };
  for (const { by, codes, pause, serial, refused } of uses) {
    now += pause;
    const left = [...codes];
    const request: MfaRequest = {
      serial,
      profile: 'p',
      token: by === 'flag' ? codes[0] : undefined,
      process: by === 'process' ? 'tool' : undefined,
    };
    await spendMfaCode(systemOf(folder, clock, left), request, async ({ code }) => {
      sent.push({ code, serial, at: now });
      if (refused) throw new CliError('aws', 'refused', { code: 'mfa-refused' });
    }).catch((error: unknown) => assert.ok(isCliError(error), String(error)));
  }
  return sent;
}

function systemOf(folder: string, clock: MfaSystem['clock'], codes: string[]): MfaSystem {
  const next = (): string => {
    const code = codes.shift();
    if (code === undefined) throw new CliError('interrupted', 'interrupted');
    return code;
  };
  const refuse = (): never => {
    throw new Error('not asked for here');
  };
  return {
    ...createIndexSystem(folder),
    env: {},
    attend: refuse,
    files: filesOf(folder),
    crypto: createCrypto(),
    out: collect([]),
    clock,
    programs: {
      run: refuse,
      runBriefly: refuse,
      locate: refuse,
      runShell: async () => ({ exitCode: 0, stdout: next() }),
    },
    terminal: { ...silentTerminal(), unavailable: async () => undefined, ask: async () => next() },
  };
}

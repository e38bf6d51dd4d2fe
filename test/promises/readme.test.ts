// README.md's examples, word for word, in the hands of somebody at a terminal.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startAws, type Aws } from '../aws/server.ts';
import type { UserHandle } from '../aws/world.ts';
import { findBuild } from '../support/builds.ts';
import { createLightVault } from '../support/light-vault.ts';
import { Pty } from '../support/pty.ts';
import { requires } from '../support/requires.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/** The first code block below a heading. */
function blockBelow(heading: string, language: string): string {
  const section = README.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const block = section.split(`\n\`\`\`${language}\n`)[1]?.split('\n```')[0];
  assert.ok(block, `no ${language} block below ${heading}`);
  return block;
}

type Answers = readonly (readonly [RegExp, string])[];

const skip = 'bun' in process.versions ? 'the AWS stand-in runs under Node' : requires('script');

describe('README', { skip }, () => {
  let aws: Aws;
  let dana: UserHandle;
  let home: string;
  let env: Record<string, string>;

  before(async () => {
    aws = await startAws();
    dana = aws.world.addUser({ account: '111122223333', name: 'dana', mfa: true });
    aws.world.addRole({
      account: '444455556666',
      name: 'deploy',
      trust: { principals: [dana.arn], mfa: true },
    });
    home = mkdtempSync(join(tmpdir(), 'ccvault-readme-'));
    mkdirSync(join(home, 'bin'));
    symlinkSync(findBuild('standalone').program, join(home, 'bin/ccvault'));
    const passphrase = 'made up for this test';
    env = {
      PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      CCVAULT_HOME: join(home, 'vault'),
      CCVAULT_PASSPHRASE: passphrase,
      CCVAULT_UNLOCK_TTL: '5m',
      SHELL: '/bin/sh',
      TERM: 'xterm-256color',
      LC_ALL: 'C.UTF-8',
      ...aws.env,
    };
    await createLightVault(env['CCVAULT_HOME'] ?? '', passphrase);
  });
  after(async () => {
    await aws.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** Runs a line as it stands and gives what the terminal showed; every prompt must be answered and none be left. */
  async function type(line: string, answers: Answers = []): Promise<string> {
    const terminal = Pty.spawn('/bin/sh', ['-c', line], { env, cwd: home });
    try {
      for (const [prompt, answer] of answers) {
        await terminal.expect(prompt);
        await terminal.answer(answer);
      }
      assert.equal(await terminal.wait(), 0, `${line}\n${terminal.text}`);
      return terminal.text;
    } finally {
      await terminal.hangUp();
    }
  }

  it('First use: each line does what it says', async () => {
    const [add, list, explain, exec, again, whoami, doctor, ...more] = blockBelow('First use', 'sh').split(
      '\n',
    );
    assert.ok(add && list && explain && exec && again && whoami && doctor);
    assert.deepEqual(more, []);

    const added = await type(add, [
      [/Access key id:/, dana.accessKeyId],
      [/Secret access key:/, dana.secretAccessKey],
    ]);
    assert.match(added, /stored the key .* for profile work/);
    assert.ok(!added.includes(dana.secretAccessKey));
    assert.match(
      readFileSync(join(home, '.aws/config'), 'utf8'),
      new RegExp(`mfa_serial = ${dana.mfaSerial}`),
    );

    const calls = aws.calls.log.length;
    assert.match(await type(list), /^work .*111122223333/m);
    assert.match(await type(explain), /^2\. GetSessionToken$/m);
    assert.equal(aws.calls.log.length, calls);

    const first = await type(exec, [[/MFA code for \S+:/, dana.totp()]]);
    assert.match(first, /^AWS_ACCESS_KEY_ID=ASIA/m);
    assert.match(first, /^AWS_CREDENTIAL_EXPIRATION=/m);
    const afterFirst = aws.calls.log.length;
    const keyOf = (text: string): string | undefined => /^AWS_ACCESS_KEY_ID=(\w+)$/m.exec(text)?.[1];
    const second = await type(again);
    assert.equal(keyOf(second), keyOf(first));
    assert.equal(aws.calls.log.length, afterFirst);
    assert.match(await type(whoami), /^arn\s+arn:aws:iam::111122223333:user\/dana$/m);
    // What is wrong depends on the machine; none of it is a bug.
    const found = await type(`(${doctor.split('#', 1)[0] ?? ''}) || [ $? = 1 ]`);
    assert.match(found, /\S/);
    assert.doesNotMatch(found, /a bug in ccvault/);
  });

  it('A role in another account: one code, and none for the next twelve hours', async () => {
    writeFileSync(join(home, '.aws/config'), `${blockBelow('A role in another account, with MFA', 'ini')}\n`);
    await type('ccvault clear');
    aws.calls.clear();
    const [, tool = ''] = /^`ccvault exec prod -- (\w+) plan` asks for one code\./m.exec(README) ?? [];
    writeFileSync(join(home, 'bin', tool), '#!/bin/sh\necho "$1 in $AWS_REGION as $AWS_VAULT"\n', {
      mode: 0o755,
    });
    const line = `ccvault exec prod -- ${tool} plan`;
    const shown = await type(line, [[/MFA code for \S+:/, dana.totp(1)]]);
    assert.match(shown, /^plan in eu-west-1 as prod$/m);
    assert.match(await type(line), /^plan in eu-west-1 as prod$/m);
    assert.match(
      await type('ccvault exec prod --fresh -- true; ccvault explain prod'),
      /cached until .*\(11h/,
    );
    assert.deepEqual(aws.calls.counts(), { GetSessionToken: 1, AssumeRole: 2 });
    assert.match(await type('ccvault export work --format json'), /"Version": 1/);
  });
});

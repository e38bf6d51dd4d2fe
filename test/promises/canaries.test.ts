// Every command with secrets that would be recognised anywhere: none shows where it must not.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { filesBelow, Home } from '../support/home.ts';
import type { Ended, RunOptions } from '../support/home.ts';
import { quote } from '../support/pty.ts';
import { requires } from '../support/requires.ts';
import { readCalls, straced } from '../support/strace.ts';

const GET = 'protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/demo\n\n';

for (const build of BUILDS) {
  describe(`${build}: a secret`, { skip: requires('strace', 'script') }, () => {
    let home: Home;
    let trace: string;
    const codes: string[] = [];
    const ended: { readonly name: string; readonly result: Ended; readonly mayPrint: boolean }[] = [];
    const argv: string[] = [];
    let screen = '';

    /** What mfa_process prints next: a code is good once, so time passes at AWS in between. */
    function newCode(): void {
      if (codes.length > 0) home.aws.advance(60_000);
      const next = home.user.totp();
      codes.push(next);
      writeFileSync(codeFile(), `${next}\n`);
    }

    /** With all that can be told about it: --debug on, and every program it starts on record. */
    async function run(
      args: readonly string[],
      options: RunOptions & { mayPrint?: boolean } = {},
    ): Promise<Ended> {
      const result = await home.run(['--debug', ...args], { ...options, under: straced(trace, 'execve') });
      argv.push(...readCalls(trace).map((call) => call.args));
      ended.push({ name: args.join(' '), result, mayPrint: options.mayPrint ?? false });
      return result;
    }

    before(async () => {
      home = await Home.create({ build });
      trace = join(home.root, 'trace');
      const keys = {
        AWS_ACCESS_KEY_ID: home.user.accessKeyId,
        AWS_SECRET_ACCESS_KEY: home.user.secretAccessKey,
      };

      const good: Ended[] = [];
      const must = async (...given: Parameters<typeof run>): Promise<void> => {
        const result = await run(...given);
        assert.equal(result.code, 0, `${given[0].join(' ')}: ${result.stderr}`);
        good.push(result);
      };

      await must(['add', 'dev', '--stdin'], { input: home.keyJson() });
      await must(['add', 'dev', '--env', '--no-config'], { env: keys });
      home.configure('', `mfa_process = cat ${quote(codeFile())}`);
      await must(['list']);
      await must(['list', '--json']);
      await must(['explain', 'prod', '--json']);
      newCode();
      await must([
        'exec',
        'prod',
        '--',
        'sh',
        '-c',
        'test -n "$AWS_SECRET_ACCESS_KEY" && test -z "$CCVAULT_PASSPHRASE"',
      ]);
      await must(['exec', 'dev', '-n', '--', 'true']);
      await must(['exec', 'prod', '--fresh', '--', 'true']);
      const formats = build === 'standalone' ? ['env', 'json', 'ini', 'fish', 'powershell'] : ['json'];
      for (const format of formats) {
        await must(['export', 'prod', '--format', format], { mayPrint: true });
      }
      await must(['whoami', 'prod']);
      newCode();
      await must(['refresh', 'prod']);
      await must(['credential-helper', '--profile', 'prod', 'get'], { input: GET, mayPrint: true });
      await must(['git', 'setup', '--global', '--profile', 'prod']);
      await must(['git', 'url', 'codecommit::eu-west-1://prod@demo']);
      await must(['completion', 'bash']);
      await must(['__complete', 'profiles']);
      await must(['login', 'prod', '--stdout'], { mayPrint: true });
      newCode();
      await must(['rotate', 'dev']);
      await must(['lock']);

      newCode();
      await must(['exec', 'prod', '--', 'true']);

      // What goes wrong talks most.
      await run(['exec', 'prod', '--mfa-token', codes[0] ?? '', '--', 'true'], {
        env: { AWS_REGION: 'eu-west-2' },
      });
      await run(['refresh', 'prod', '--mfa-token', codes[0] ?? '']);
      await run(['export', 'prod'], {
        env: { CCVAULT_PASSPHRASE: `${home.passphrase}x`, CCVAULT_UNLOCK_TTL: '0' },
      });
      home.aws.proxy.mode = { kind: 'captive', status: 200 };
      await run(['whoami', 'prod']);
      home.aws.proxy.mode = { kind: 'drop' };
      await run(['exec', 'prod', '--fresh', '--', 'true']);
      home.aws.proxy.mode = { kind: 'pass' };
      home.aws.faults.add({ operation: 'AssumeRole', kind: 'html', times: 3 });
      await run(['exec', 'prod', '--fresh', '--', 'true']);
      await run(['exec', 'prod', '--', '/nowhere/at/all']);
      await run(['add', 'bad', '--stdin'], { input: home.keyJson().slice(0, -2) });
      await run(['add', 'bad', '--stdin'], {
        input: home.keyJson({ accessKeyId: home.user.accessKeyId, secretAccessKey: 'w'.repeat(40) }),
      });

      const terminal = home.terminal(['passphrase'], { CCVAULT_PASSPHRASE: undefined });
      await terminal.expect(/Passphrase for/);
      await terminal.answer(home.passphrase);
      await terminal.expect(/New passphrase for/);
      await terminal.answer('canary-of-a-new-passphrase');
      await terminal.expect(/Repeat the passphrase/);
      await terminal.answer('canary-of-a-new-passphrase');
      assert.equal(await terminal.wait(), 0, terminal.text);
      screen = terminal.text;

      await must(['clear']);
      await must(['remove', 'dev', '-f'], { env: { CCVAULT_PASSPHRASE: 'canary-of-a-new-passphrase' } });
    });

    after(() => home.end());

    const codeFile = (): string => join(home.root, 'next-code');

    function secrets(): readonly (readonly [string, string])[] {
      const { users, sessions } = home.aws.world;
      return [
        ['the passphrase', home.passphrase],
        ['the new passphrase', 'canary-of-a-new-passphrase'],
        ...users.flatMap(({ keys }) => keys).map(({ secret }) => ['a long-lived secret', secret] as const),
        ...users
          .flatMap(({ devices }) => devices)
          .map(({ secret }) => ['the seed of the MFA device', secret] as const),
        // Its own keys are gone from AWS by now.
        ['the first secret', home.user.secretAccessKey],
        ...sessions.flatMap(({ secretAccessKey, sessionToken }) => [
          ['a session secret', secretAccessKey] as const,
          ['a session token', sessionToken] as const,
        ]),
      ];
    }

    function foundIn(text: string): string[] {
      const forms = (secret: string): string[] => [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
        Buffer.from(secret).toString('hex'),
      ];
      return secrets()
        .filter(([, secret]) => forms(secret).some((form) => text.includes(form)))
        .map(([what]) => what);
    }

    const codeIn = (text: string): string | undefined =>
      codes.find((one) => new RegExp(`(?<![0-9A-Fa-f])${one}(?![0-9A-Fa-f])`).test(text));

    it('is one of many that were at stake', () => {
      assert.ok(home.aws.world.sessions.length >= 4);
      assert.ok(codes.length >= 2);
      assert.ok(argv.length >= ended.length);
    });

    it('is in no argument of any program', () => {
      for (const args of argv) {
        // What the person types is the person's own affair.
        const ours = args.replace(/"--mfa-token", "\d{6}"/, '');
        assert.deepEqual(foundIn(ours), [], ours.slice(0, 300));
        assert.equal(codeIn(ours), undefined, ours.slice(0, 300));
      }
    });

    it('is not on standard error, with --debug and in failures neither', () => {
      for (const { name, result } of ended) {
        assert.deepEqual(foundIn(result.stderr), [], name);
        assert.equal(codeIn(result.stderr), undefined, `${name}: ${result.stderr}`);
      }
      assert.deepEqual(foundIn(screen), []);
    });

    it('is on the standard output of those who were asked for it, and of no other', () => {
      for (const { name, result, mayPrint } of ended) {
        if (!mayPrint) assert.deepEqual(foundIn(result.stdout), [], name);
        // Which shows as well that secrets are found where they are.
        else if (name.startsWith('export')) assert.ok(foundIn(result.stdout).length >= 2, name);
      }
    });

    it('is in no file', () => {
      const own = new Set([trace, codeFile()]);
      for (const file of filesBelow(home.root)) {
        if (own.has(file)) continue;
        const text = readFileSync(file, 'latin1');
        assert.deepEqual(foundIn(text), [], file);
        assert.equal(codeIn(text), undefined, file);
      }
    });
  });
}

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
    /** The execve of every program that a run starts, arguments and environment, the person's own command left out. */
    const started: { readonly text: string; readonly isOurs: boolean }[] = [];
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
      const result = await home.run(['--debug', ...args], { ...options, under: traced() });
      collectStarted(args);
      ended.push({ name: args.join(' '), result, mayPrint: options.mayPrint ?? false });
      return result;
    }

    const traced = (): readonly string[] => straced(trace, 'execve', '-v', '-s', '65536');
    function collectStarted(args: readonly string[]): void {
      const [command = ''] = args.includes('--') ? args.slice(args.indexOf('--') + 1) : [];
      for (const { args: text, pid } of readCalls(trace)) {
        // The build itself, and what `#!/usr/bin/env node` makes of it.
        if (pid === readCalls(trace)[0]?.pid && /^"[^"]*\/(?:ccvault|env|node)"/.test(text)) continue;
        // In the npm build a shell comes before the command.
        const [, argv = ''] = /^"[^"]*", \[(.*?)\], \[/.exec(text) ?? [];
        started.push({ text, isOurs: command === '' || !argv.split(', ').includes(`"${command}"`) });
      }
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
      await must(['explain', 'prod']);
      await must(['doctor', 'prod']);
      await must(['doctor', '--json']);
      await must(['shell-init', 'bash']);
      newCode();
      const shell = { ...keys, AWS_CREDENTIAL_EXPIRATION: '2099-01-01T00:00:00Z', CCVAULT_PROFILE: 'prod' };
      await must(['status', '--json'], { env: shell });
      await must(['ccuse', '--shell', 'bash', 'prod'], { mayPrint: true });
      await must(['sdk', 'dev', '--dry-run']);
      await must(['sdk', 'dev']);
      await must(['sdk', '--undo', '--all']);
      await must(['import', '--dry-run']);
      await must(['exec', '--server', 'prod', '--', 'true']);

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

      await run(['rotate', 'dev'], { env: { AWS_ENDPOINT_URL_IAM: 'https://127.0.0.1:1' } });
      // A window asks for the passphrase, and somebody types a wrong one.
      const asking = { CCVAULT_PASSPHRASE: undefined, CCVAULT_PROMPT: 'askpass', CCVAULT_UNLOCK_TTL: '0' };
      for (const answer of [home.passphrase, 'canary-of-a-wrong-passphrase']) {
        writeFileSync(answerFile(), `#!/bin/sh\necho ${answer}\n`, { mode: 0o755 });
        const mayPrint = answer === home.passphrase;
        await run(['export', 'prod'], { env: { ...asking, SSH_ASKPASS: answerFile() }, mayPrint });
      }

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
    const answerFile = (): string => join(home.root, 'askpass');

    function secrets(): readonly (readonly [string, string])[] {
      const { users, sessions } = home.aws.world;
      return [
        ['the passphrase', home.passphrase],
        ['the new passphrase', 'canary-of-a-new-passphrase'],
        ['a wrong passphrase', 'canary-of-a-wrong-passphrase'],
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
      assert.ok(started.filter(({ isOurs }) => isOurs).length >= 5);
    });

    it('is in no argument and no environment of a program that is started', () => {
      for (const { text, isOurs } of started) {
        const found = foundIn(text);
        // The command that the person runs with them has them.
        const may = isOurs ? [] : ['a session secret', 'a session token'];
        const raw = /"true"\], \[/.test(text) ? ['a long-lived secret', 'the first secret'] : [];
        const wrong = found.filter((what) => !may.includes(what) && !raw.includes(what));
        assert.deepEqual(wrong, [], text.slice(0, 300));
        if (isOurs) assert.equal(codeIn(text), undefined, text.slice(0, 300));
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
      const own = new Set([trace, codeFile(), answerFile()]);
      for (const file of filesBelow(home.root)) {
        if (own.has(file)) continue;
        const text = readFileSync(file, 'latin1');
        assert.deepEqual(foundIn(text), [], file);
        assert.equal(codeIn(text), undefined, file);
      }
    });
  });
}

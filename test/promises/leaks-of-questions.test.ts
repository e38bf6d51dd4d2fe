// Secrets that are typed into a window or come from a YubiKey, of sign-ins ahead of use, of narrowed sessions and of the
// clipboard: where they must not be. canaries.test.ts and leaks.test.ts have the rest.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import type { Ended, RunOptions } from '../support/home.ts';
import { quote } from '../support/pty.ts';
import { requires } from '../support/requires.ts';
import { Witness } from '../support/witness.ts';
import type { Seen } from '../support/witness.ts';

const START_URL = 'https://example.awsapps.com/start';
const RUN_TRUE = ['--', '/bin/true'] as const;

for (const build of BUILDS) {
  describe(`${build}: a secret`, { skip: requires('strace', 'script') }, () => {
    let home: Home;
    let witness: Witness;
    /** By what it is; sign-out makes the stand-in forget, so they are collected on the way. */
    const secrets = new Map<string, string>();
    const codes: string[] = [];
    /** Standard output of those who were asked for credentials. */
    const handedOut = new Set<string>();
    let signInToken = '';

    const helperFile = (name: string): string => join(home.root, name);
    const helpers = (): readonly string[] =>
      ['next-code', 'passphrase', 'bin/zenity', 'bin/ykman', 'opened'].map(helperFile);

    function newCode(): void {
      home.aws.advance(60_000);
      const next = home.user.totp();
      codes.push(next);
      writeFileSync(helperFile('next-code'), `${next}\n`);
    }

    function collectSecrets(): void {
      const { users, sessions, sso } = home.aws.world;
      const add = (what: string, all: Iterable<string>): void => {
        for (const secret of all) secrets.set(secret, what);
      };
      add('the passphrase', [home.passphrase]);
      add(
        'a long-lived secret',
        users.flatMap(({ keys }) => keys.map(({ secret }) => secret)),
      );
      add(
        'the seed of a device',
        users.flatMap(({ devices }) => devices.map(({ secret }) => secret)),
      );
      add(
        'of a session',
        sessions.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]),
      );
      add('of a sign-in', [
        ...sso.accessTokens.keys(),
        ...sso.refreshTokens.keys(),
        ...sso.codes.keys(),
        ...sso.devices.keys(),
        ...[...sso.clients.values()].map(({ secret }) => secret),
      ]);
    }

    async function must(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
      const ended = await witness.run(args, options);
      assert.equal(ended.code, 0, `${args.join(' ')}: ${ended.stderr}`);
      collectSecrets();
      return ended;
    }

    before(async () => {
      home = await Home.withKey({ build });
      witness = new Witness(home);
      home.aws.world.sso.addInstance({
        startUrl: START_URL,
        region: 'eu-west-1',
        assignments: [{ account: '111122223333', role: 'Admin' }],
      });
      home.configure(
        `[profile admin]\nsso_session = work\nsso_account_id = 111122223333\nsso_role_name = Admin\nregion = eu-west-1
[sso-session work]\nsso_start_url = ${START_URL}\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n`,
      );
      writeFileSync(helperFile('passphrase'), home.passphrase);
      const showCode = `cat ${quote(helperFile('next-code'))}`;
      const program = (name: string, script: string): void =>
        writeFileSync(join(home.root, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      program(
        'zenity',
        `case "$*" in *'MFA code'*) ${showCode};; *) cat ${quote(helperFile('passphrase'))}; echo;; esac`,
      );
      program('ykman', showCode);
      program('opener', `printf %s "$1" >${quote(helperFile('opened'))}`);

      // A window that asks for the passphrase and for a code; then the YubiKey.
      const asked = { CCVAULT_PASSPHRASE: undefined, CCVAULT_UNLOCK_TTL: '0' };
      newCode();
      await must(['--prompt', 'zenity', 'exec', 'prod', ...RUN_TRUE], { env: asked });
      newCode();
      await must(['--prompt', 'ykman', 'refresh', 'prod']);

      // The picker, which offers what was used last.
      const picked = await witness.runAtTerminal(['exec', ...RUN_TRUE], async (terminal) => {
        await terminal.expect(/Profile/);
        terminal.send('\r');
      });
      assert.equal(picked.code, 0, picked.output);

      // Sign-ins ahead of use, by a browser and by a code.
      for (const args of [
        ['sso', 'login', 'work'],
        ['sso', 'login', 'work', '--no-browser'],
      ]) {
        // A person who confirms the code somewhere else.
        if (args.includes('--no-browser')) home.aws.world.sso.browser = 'elsewhere';
        const { code, output } = await witness.runAtTerminal(args, async () => {}, home.browser());
        assert.equal(code, 0, output);
        collectSecrets();
        await must(['exec', 'admin', ...RUN_TRUE]);
        await must(['sso', 'list', 'work']);
        await must(['sso', 'logout', 'work']);
      }

      // Narrowed sessions: handed on as any others.
      const policy = helperFile('policy.json');
      writeFileSync(
        policy,
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
      );
      await must(['exec', '--read-only', 'prod', ...RUN_TRUE]);
      await must(['exec', '--policy-file', policy, 'prod', ...RUN_TRUE]);
      await must(['exec', '--server', '--read-only', 'prod', ...RUN_TRUE]);
      await must(['explain', '--read-only', 'prod']);
      await must(['whoami', '--read-only', 'prod']);
      handedOut.add((await must(['export', '--read-only', 'prod', '--format', 'json'])).stdout);

      // The console's address goes to the browser and the terminal's clipboard.
      const { code: ended, output } = await witness.runAtTerminal(
        ['login', 'prod', '--copy'],
        async () => {},
        {
          BROWSER: 'opener',
        },
      );
      assert.equal(ended, 0, output);
      collectSecrets();
      const [, copied = ''] = /\]52;c;([A-Za-z0-9+/=]+)/.exec(output) ?? [];
      signInToken = new URL(Buffer.from(copied, 'base64').toString()).searchParams.get('SigninToken') ?? '';
      assert.ok(signInToken.length > 20, output);
    });

    after(() => home.end());

    function foundIn({ text }: Seen): readonly string[] {
      const found = [...secrets]
        .filter(([secret]) =>
          [
            secret,
            encodeURIComponent(secret),
            btoa(secret).replace(/=+$/, ''),
            Buffer.from(secret).toString('hex'),
          ].some((form) => text.includes(form)),
        )
        .map(([, what]) => what);
      if (text.includes(signInToken)) found.push('the token of the console');
      if (codes.some((code) => new RegExp(`(?<![0-9A-Fa-f])${code}(?![0-9A-Fa-f])`).test(text)))
        found.push('a code');
      return found;
    }

    it('that is asked for or handed on is one of many that were at stake', () => {
      const kinds = new Set(secrets.values());
      assert.deepEqual(kinds.size, 5, [...kinds].join());
      for (const program of ['zenity', 'ykman', 'browser', 'opener'])
        assert.ok(
          witness.started.some(({ text }) => text.includes(`/bin/${program}"`)),
          `${program} was not started`,
        );
      for (const text of handedOut) assert.ok(foundIn({ where: '', text }).length > 0);
    });

    it('that is asked for or handed on is in no argument and no environment of a program', () => {
      for (const seen of witness.started) {
        assert.ok(!seen.text.includes('/* '), 'environments are whole');
        const may = /^"[^"]*\/opener"|"\/bin\/sh", \["\/bin\/sh", "[^"]*\/opener"/.test(seen.text)
          ? 'the token of the console'
          : '';
        const wrong = foundIn(seen).filter((what) => what !== may);
        // The command that the person runs has its session, and nothing else.
        const isCommand = seen.text.includes('"/bin/true"]');
        assert.deepEqual(
          isCommand ? wrong.filter((what) => what !== 'of a session') : wrong,
          [],
          seen.text.slice(0, 300),
        );
      }
    });

    it('that is asked for or handed on is on no output that was not asked for it', () => {
      for (const seen of witness.said) assert.deepEqual(foundIn(seen), [], seen.where);
      for (const seen of witness.printed)
        if (!handedOut.has(seen.text)) assert.deepEqual(foundIn(seen), [], seen.where);
    });

    it('that is asked for or handed on is in no file', () => {
      for (const seen of witness.files(helpers())) assert.deepEqual(foundIn(seen), [], seen.where);
    });
  });
}

// Ctrl-Z at whatever stands on the terminal, in real shells with job control: the shell comes back, `fg` shows the
// question again, and the terminal is as the shell had it.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UserHandle } from '../../../aws/world.ts';
import { repositoryUrl, startPlayground, type Playground } from '../../../git/playground.ts';
import { BUILDS, findBuild } from '../../../support/builds.ts';
import { requires } from '../../../support/requires.ts';
import { Tmux } from '../../../support/tmux.ts';

const ACCOUNT = '111122223333';
const WINDOW_MS = 30_000;
const SHELLS = ['bash', 'zsh', 'fish'] as const;
const START_URL = 'https://made-up.awsapps.com/start';
const CONFIG = `
[profile reader]
sso_start_url = ${START_URL}
sso_region = eu-west-1
sso_account_id = ${ACCOUNT}
sso_role_name = reader
region = eu-west-1
`;

interface Prompt {
  readonly name: string;
  readonly line: string;
  readonly question: RegExp;
  readonly echo: boolean;
}

const PROMPTS: readonly Prompt[] = [
  { name: 'a question', line: 'ccvault add fresh', question: /Access key id:/, echo: true },
  { name: 'an MFA code', line: 'ccvault refresh work', question: /MFA code for \S+:/, echo: true },
  {
    name: 'a passphrase',
    line: 'env -u CCVAULT_PASSPHRASE ccvault passphrase',
    question: /Passphrase for .+:/,
    echo: false,
  },
  { name: 'a yes or no', line: 'ccvault remove work', question: /Remove .*\(y\/N\)/, echo: true },
  { name: 'the picker', line: 'ccvault exec', question: /Profile:[\s\S]*work/, echo: true },
  {
    name: 'a choice by number',
    line: 'env TERM=dumb ccvault exec',
    question: /1\) [\s\S]*Profile: \(1-/,
    echo: true,
  },
];

for (const build of BUILDS) {
  for (const shell of SHELLS) {
    describe(`Ctrl-Z in ${shell} (${build})`, { skip: requires('tmux', shell, 'git') }, () => {
      let place: Playground;
      let tmux: Tmux;
      let work: UserHandle;

      before(async () => {
        place = await startPlayground(findBuild(build));
        place.write('.aws/config', CONFIG);
        work = place.aws.world.addUser({ account: ACCOUNT, name: 'work', mfa: true });
        await place.add('work', work, '--region eu-west-1');
      });
      after(() => place.stop());
      beforeEach(async () => {
        tmux = await Tmux.start(shell, { ...place.env, TERM: 'screen' }, { cwd: place.home });
      });
      afterEach(() => tmux.stop());

      /** Stops what asks and takes the shell; then lets it go on and waits for the question. */
      async function suspendAndResume(question: RegExp): Promise<void> {
        await tmux.expect(question);
        tmux.key('C-z');
        await tmux.ready();
        assert.doesNotMatch(tmux.screen(), question);
        tmux.line('fg');
        await tmux.expect(question);
      }

      /** The shell has the terminal, with echo, whole lines and signals. */
      async function assertSane(): Promise<void> {
        await tmux.ready();
        tmux.line('stty -a');
        await tmux.expect(/[^-]isig[\s\S]* icanon[\s\S]* echo /);
      }

      for (const { name, line, question, echo } of PROMPTS) {
        it(`at ${name} stops, and fg asks again`, async () => {
          tmux.line(line);
          for (let times = 0; times < 2; times++) await suspendAndResume(question);
          tmux.type('typed');
          if (echo) await tmux.expect(/typed/);
          else {
            await sleep(200);
            assert.doesNotMatch(tmux.screen(), /typed/);
          }
          tmux.key('C-c');
          await assertSane();
        });
      }

      it('keeps what was typed in the open', async () => {
        tmux.line('ccvault refresh work');
        await tmux.expect(/MFA code for \S+:/);
        const code = work.totp();
        tmux.type(code.slice(0, 3));
        await tmux.expect(new RegExp(code.slice(0, 3)));
        await suspendAndResume(new RegExp(`MFA code for \\S+: ${code.slice(0, 3)}`));
        tmux.line(` ${code.slice(3)}`);
        await tmux.expect(/good until/);
        await assertSane();
      });

      it('stops the wait for the next code, and the wait for a sign-in', async () => {
        place.aws.world.sso.addInstance({
          startUrl: START_URL,
          region: 'eu-west-1',
          assignments: [{ account: ACCOUNT, role: 'reader' }],
        });
        place.aws.world.sso.browser = 'nothing';
        const user = place.aws.world.addUser({ account: ACCOUNT, name: `waiting-${shell}`, mfa: true });
        await place.add('waiting', user, '--region eu-west-1');
        // Of the 30 s that a code is shown, enough are to be left to wait for.
        const left = WINDOW_MS - (Date.now() % WINDOW_MS);
        if (left < WINDOW_MS / 2) await sleep(left);
        const code = user.totp();
        await place.ok(`ccvault refresh waiting -t ${code}`);
        tmux.line('ccvault refresh waiting');
        await tmux.expect(/MFA code for \S+:/);
        tmux.line(code);
        await suspendAndResume(/waiting \d+ s for the next MFA code/);
        tmux.key('C-c');
        await assertSane();
        tmux.line('ccvault refresh reader');
        await suspendAndResume(/Sign in to \S+ for profile reader/);
        tmux.key('C-c');
        await assertSane();
      });

      it('stops git with the helper that asks inside it, and fg goes on', async () => {
        const { world } = place.aws;
        const user = world.addUser({ account: ACCOUNT, name: `git-${shell}`, mfa: true });
        world.addRepository({ account: ACCOUNT, region: 'eu-west-1', name: 'demo', files: { a: 'a' } });
        await place.add('git', user, '--region eu-west-1');
        await place.ok('ccvault git setup --global --profile git');
        const question = /MFA code for \S+:/;
        tmux.line(`git ls-remote ${repositoryUrl('demo')}`);
        await suspendAndResume(question);
        tmux.key('C-c');
        await assertSane();
        assert.doesNotMatch(tmux.screen(), /EIO|\bat .*:\d+/);
        tmux.line(`git ls-remote ${repositoryUrl('demo')}`);
        await suspendAndResume(question);
        tmux.line(user.totp());
        await tmux.expect(/refs\/heads\/main/);
        await assertSane();
      });

      it('a command in the background waits for the foreground before it asks', async () => {
        tmux.line('ccvault refresh work &');
        await sleep(1000);
        await tmux.ready();
        assert.doesNotMatch(tmux.screen(), /MFA code/);
        tmux.line('fg');
        await tmux.expect(/MFA code for \S+:/);
        tmux.key('C-c');
        await assertSane();
      });

      // In a group that nobody continues the kernel gives EIO in place of stopping it.
      it('a terminal that cannot be read is an error like any other', async () => {
        tmux.line(
          `bash -c '(set -m; ccvault refresh work >said 2>&1 &); until [ -s said ]; do sleep 0.1; done'`,
        );
        await tmux.ready();
        assert.equal(place.read('said'), 'ccvault: error: cannot use the terminal: input/output error\n');
      });

      it('Ctrl-Z is no key where the parent ignores it', { skip: build === 'npm' }, async () => {
        tmux.line(`bash -c 'trap "" TSTP; ccvault refresh work; echo ended'`);
        await tmux.expect(/MFA code for \S+:/);
        tmux.type('12');
        tmux.key('C-z');
        tmux.type('3');
        await tmux.expect(/MFA code for \S+: 123/);
        tmux.key('C-c');
        await tmux.expect(/^ended/m);
        await assertSane();
      });

      it('is stopped by others, with and without warning, and asks again', async () => {
        for (const signal of ['SIGTSTP', 'SIGSTOP'] as const) {
          tmux.line(`sh -c 'echo $$ >pid; exec ccvault add fresh'`);
          await tmux.expect(/Access key id:/);
          tmux.type('AKIA');
          await tmux.expect(/Access key id: AKIA/);
          process.kill(Number(place.read('pid')), signal);
          await tmux.expect(/stopped|suspended/i);
          await tmux.ready();
          tmux.line('fg');
          await tmux.expect(/Access key id: AKIA/);
          tmux.type('X');
          await tmux.expect(/Access key id: AKIAX/);
          tmux.key('C-c');
          await assertSane();
        }
      });

      it('Ctrl-\\ ends it and gives the terminal back', async () => {
        for (const { line, question } of PROMPTS) {
          tmux.line(line);
          await tmux.expect(question);
          tmux.key('C-\\');
          await assertSane();
        }
      });
    });
  }
}

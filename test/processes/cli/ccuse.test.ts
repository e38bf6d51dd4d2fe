// `ccuse` as a person has it: interactive shells, prompts, keys; and what its hook costs at each prompt.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { UserHandle } from '../../aws/world.ts';
import { startPlayground, type Playground } from '../../git/playground.ts';
import { BUILDS, findBuild } from '../../support/builds.ts';
import { requires } from '../../support/requires.ts';
import { readCalls, straced } from '../../support/strace.ts';
import { Tmux } from '../../support/tmux.ts';

const ACCOUNT = '111122223333';
const SHELLS = ['bash', 'zsh', 'fish'] as const;
const DEFINED = {
  bash: 'eval "$(ccvault shell-init bash)"',
  zsh: 'autoload -Uz compinit; compinit -u -D; eval "$(ccvault shell-init zsh)"',
  fish: 'ccvault shell-init fish | source',
} as const;
const REPEATED = {
  bash: (times: number) => `for ((i = 0; i < ${times}; i++)); do _ccvault_notice; done`,
  zsh: (times: number) => `repeat ${times} _ccvault_notice`,
  fish: (times: number) => `set i 0; while test $i -lt ${times}; _ccvault_notice; set i (math $i + 1); end`,
} as const;
const ALONE = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] } as const;

for (const build of BUILDS) {
  for (const shell of SHELLS) {
    describe(`ccuse in ${shell} (${build})`, { skip: requires('tmux', shell, 'git') }, () => {
      let place: Playground;
      let tmux: Tmux;
      let work: UserHandle;

      before(async () => {
        place = await startPlayground(findBuild(build));
        const { world } = place.aws;
        work = world.addUser({ account: ACCOUNT, name: 'work', mfa: true });
        await place.add('work', work, '--region eu-west-1');
        await place.add('robot', world.addUser({ account: ACCOUNT, name: 'robot' }), '--region eu-west-1');
      });
      after(() => place.stop());
      beforeEach(async () => {
        tmux = await Tmux.start(shell, { ...place.env, TERM: 'screen' }, { cwd: place.home });
        tmux.line(DEFINED[shell]);
        await tmux.ready();
      });
      afterEach(() => tmux.stop());

      it('asks for an MFA code', async () => {
        tmux.line('ccuse work');
        await tmux.expect(/MFA code for \S+:/);
        tmux.line(work.totp());
        tmux.line('ccvault status --short');
        await tmux.expect(/^work \d+h\d+m$/m);
      });

      it('leaves the variables as they are after Ctrl-C', async () => {
        await place.ok('ccvault clear');
        tmux.line('ccuse robot');
        await tmux.ready();
        tmux.line('ccuse work');
        // The passphrase went with the variables that a command of exec does not get.
        await tmux.expect(/(?:MFA code|Passphrase) for \S+:/);
        tmux.key('C-c');
        await tmux.ready();
        tmux.line('ccvault status --short');
        await tmux.expect(/^robot \d+m$/m);
      });

      it('opens the picker without a name', async () => {
        tmux.line('ccuse');
        await tmux.expect(/Profile:/);
        tmux.type('rob');
        await tmux.expect(/rob/);
        tmux.key('Enter');
        await tmux.ready();
        tmux.line('ccvault status --short');
        await tmux.expect(/^robot \d+m$/m);
      });

      it('completes profiles', async () => {
        tmux.type('ccuse rob');
        tmux.key('Tab');
        await tmux.expect(/ccuse robot/);
      });
    });
  }
}

describe('the notice at the prompt', { skip: requires('strace') }, () => {
  for (const shell of SHELLS) {
    it(`starts no process in ${shell}`, { skip: requires(shell) }, async () => {
      const place = await startPlayground(findBuild('standalone'));
      try {
        const env = {
          ...place.env,
          CCVAULT_PROFILE: 'work',
          AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, 'Z'),
        };
        const started = (times: number): number => {
          const trace = join(place.home, `trace-${times}`);
          const [program = '', ...rest] = [
            ...straced(trace, 'execve,clone,clone3,fork,vfork'),
            shell,
            ...ALONE[shell],
            '-c',
            `${DEFINED[shell]}\n${REPEATED[shell](times)}`,
          ];
          execFileSync(program, rest, { env });
          return readCalls(trace).filter(({ args }) => !args.includes('CLONE_THREAD')).length;
        };
        assert.equal(started(20), started(0));
      } finally {
        await place.stop();
      }
    });
  }
});

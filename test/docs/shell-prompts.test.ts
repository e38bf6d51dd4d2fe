// The lines of docs/shell.md for prompts, in the shells and the tmux that they are for.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startPlayground, type Playground } from '../git/playground.ts';
import { findBuild } from '../support/builds.ts';
import { requires } from '../support/requires.ts';
import { Tmux, type Shell } from '../support/tmux.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/shell.md'), 'utf8');
const HOSTILE = 'a%F{red}%n$(touch pwned)`touch pwned`#(touch pwned)';

/** The code of the page that has this in it. */
function codeWith(text: string): string {
  const blocks = [...PAGE.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, code = '']) => code);
  const [code, ...others] = blocks.filter((one) => one.includes(text));
  assert.ok(code !== undefined && others.length === 0, text);
  return code;
}

describe('the prompts of docs/shell.md', { skip: requires('tmux', 'bash', 'zsh', 'fish', 'git') }, () => {
  let place: Playground;
  let env: Record<string, string>;
  before(async () => {
    place = await startPlayground(findBuild('standalone'));
    const end = new Date(Date.now() + 3_595_000).toISOString().replace(/\.\d+Z$/, 'Z');
    env = { ...place.env, TERM: 'screen', CCVAULT_PROFILE: HOSTILE, AWS_CREDENTIAL_EXPIRATION: end };
  });
  after(() => place.stop());

  const shown = `${RegExp.escape(HOSTILE)} 59m`;
  const rows: readonly [shell: Shell, code: string, prompt: RegExp][] = [
    ['bash', codeWith('PS1='), new RegExp(`^\\(${shown}\\) bash`, 'm')],
    ['zsh', codeWith("PROMPT='"), new RegExp(`^\\(${shown}\\) \\S+[%#]`, 'm')],
    ['fish', codeWith('fish_right_prompt'), new RegExp(`${shown}$`, 'm')],
  ];
  for (const [shell, code, prompt] of rows) {
    it(`show profile and time left in ${shell}, whatever its name`, async () => {
      place.write('snippet', code);
      const tmux = await Tmux.start(shell, env, { cwd: place.home });
      try {
        tmux.line('source ./snippet');
        await tmux.expect(prompt);
        tmux.line(shell === 'fish' ? 'set -e CCVAULT_PROFILE' : 'unset CCVAULT_PROFILE');
        tmux.line('clear');
        await tmux.expect(/^(?!.*59m)/s);
        assert.ok(!existsSync(join(place.home, 'pwned')));
      } finally {
        tmux.stop();
      }
    });
  }

  it('tell tmux, which runs nothing of it', async () => {
    place.write('snippet', codeWith('PROMPT_COMMAND'));
    place.write('tmux.conf', codeWith('status-right'));
    const tmux = await Tmux.start('bash', env, { cwd: place.home });
    try {
      // The shell was given nothing of tmux's own: its parent is the server, whose arguments name the socket.
      tmux.line(
        `export TMUX_PANE=%0 TMUX="$(tr '\\0' '\\n' </proc/$PPID/cmdline | sed -n '/^-S$/{n;p}'),$PPID,0"`,
      );
      tmux.line('source ./snippet; tmux source-file tmux.conf');
      await tmux.ready();
      tmux.line('tmux display -p "#{T:status-right}"');
      await tmux.expect(new RegExp(`^${shown} \\d\\d:\\d\\d$`, 'm'));
      assert.ok(!existsSync(join(place.home, 'pwned')));
    } finally {
      tmux.stop();
    }
  });
});

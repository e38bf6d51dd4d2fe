import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findBuild } from '../../../support/builds.ts';
import { completionFiles } from '../../../support/completion-files.ts';
import { requires } from '../../../support/requires.ts';

const run = promisify(execFile);
const FOLDER = new URL('../../../../completions/', import.meta.url);
const SCRIPTS = fileURLToPath(FOLDER);
const HOSTILE = ['$(touch pwned)', '`touch pwned`', 'two words', "it's", 'a;touch pwned', 'x"y', '*'];
const PROFILES = ['dev', 'prod', 'team:prod', 'team:dev', ...HOSTILE];

let home = '';
let environment: NodeJS.ProcessEnv = {};
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'ccvault-complete-'));
  await mkdir(join(home, 'bin'));
  await mkdir(join(home, 'work', 'folder'), { recursive: true });
  await writeFile(
    join(home, 'config'),
    PROFILES.map((name) => `[profile ${name.includes('"') ? `'${name}'` : `"${name}"`}]\n`).join(''),
  );
  await symlink(findBuild('standalone').program, join(home, 'bin', 'ccvault'));
  environment = {
    PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH']}`,
    HOME: home,
    TERM: 'dumb',
    AWS_CONFIG_FILE: join(home, 'config'),
  };
});
after(() => rm(home, { recursive: true }));

/** What the bash script offers at the end of a line that bash has split into these words. */
async function bash(words: readonly string[], prelude = ''): Promise<string[]> {
  const code = `
    source '${join(SCRIPTS, 'ccvault.bash')}'
    ${prelude}
    COMP_WORDS=("$@") COMP_CWORD=$(( $# - 1 )) COMP_LINE="$*" COMP_POINT=\${#COMP_LINE}
    _ccvault
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '-c', code, 'bash', ...words], {
    env: environment,
    cwd: join(home, 'work'),
  });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What fish offers for a line. */
async function fish(line: string, prelude = ''): Promise<string[]> {
  const code = `source '${SCRIPTS}ccvault.fish'; ${prelude}; complete -C '${line}'`;
  const { stdout } = await run('fish', ['--no-config', '-c', code], {
    env: environment,
    cwd: join(home, 'work'),
  });
  return stdout
    .split('\n')
    .map((row) => row.split('\t')[0] ?? '')
    .filter((row) => row !== '');
}

const CAPTURE = String.raw`
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; stty -echo; autoload -Uz compinit; compinit -u -D; source $1; source $2"
zpty -n -w z "$3"$'\t'
for (( i = 0; i < 400; i++ )); do zpty -r -m z said '*READ*' && break; done
zpty -d z
`;
const HOOK = String.raw`
compadd() {
  local -a hits
  if [[ ${'$'}{@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    builtin compadd -A hits "$@"
    print -rl -- $hits >> "$HOME/offered"
  fi
  builtin compadd "$@"
}
complete-and-say() { zle complete-word; zle -I; print RE''AD }
zle -N complete-and-say
bindkey '^I' complete-and-say
`;

/** What zsh, with its completion system, offers for a line that is typed into it. */
async function zsh(line: string, prelude = ''): Promise<string[]> {
  const offered = join(home, 'offered');
  await rm(offered, { force: true });
  await writeFile(join(home, 'hook'), HOOK + prelude);
  await run('zsh', ['-fc', CAPTURE, 'zsh', `${SCRIPTS}_ccvault`, join(home, 'hook'), line], {
    env: environment,
    cwd: join(home, 'work'),
  });
  if (!existsSync(offered)) return [];
  return [...new Set(readFileSync(offered, 'utf8').split('\n'))].filter((value) => value !== '').sort();
}

describe('completions/', () => {
  const files = completionFiles();
  for (const [name, content] of files) {
    it(`has ${name} as the spec makes it (test/support/write-completions.ts rewrites it)`, () => {
      assert.equal(readFileSync(new URL(name, FOLDER), 'utf8'), content);
    });
  }

  it('has nothing else', () => {
    const there = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
    assert.deepEqual(there.filter((name) => name !== 'man').sort(), [...files.keys()].sort());
  });
});

describe('the man pages', () => {
  const pages = [...completionFiles().keys()].filter((name) => name.endsWith('.1'));
  it('are roff without a fault', { skip: requires('groff') }, async () => {
    const { stderr } = await run('groff', [
      '-man',
      '-ww',
      '-Tutf8',
      ...pages.map((page) => join(SCRIPTS, page)),
    ]);
    assert.equal(stderr, '');
  });

  it('are clean for mandoc -Tlint', { skip: requires('mandoc') }, async () => {
    // It ends with 1 and more where it finds something, a matter of style included.
    const { stdout } = await run('mandoc', ['-Tlint', ...pages.map((page) => join(SCRIPTS, page))]);
    assert.equal(stdout, '');
  });

  it('each have every part', () => {
    for (const [name, text] of completionFiles()) {
      if (!name.endsWith('.1')) continue;
      const parts = new Set([...text.matchAll(/^\.SH (.*)$/gm)].map(([, part]) => part));
      for (const part of ['EXIT STATUS', 'ENVIRONMENT', 'FILES', 'EXAMPLES', 'SEE ALSO'])
        assert.ok(parts.has(part), `${name}: ${part}`);
    }
  });

  it('are each named in a page', () => {
    const texts = [...completionFiles().values()].join('\n');
    for (const page of pages)
      assert.ok(texts.includes(`.BR ${page.slice(4, -2).replaceAll('-', '\\-')} (1)`), page);
  });
});

describe('bash', { skip: requires('bash') }, () => {
  const rows: readonly [words: string[], offered: string[]][] = [
    [
      ['ccvault', 'ex'],
      ['export', 'exec', 'explain'],
    ],
    [['ccvault', '--backend', 'file', 'wh'], ['whoami']],
    [['ccvault', '--vers'], ['--version']],
    [
      ['ccvault', 'git', ''],
      ['clone', 'setup', 'unset', 'url'],
    ],
    [['ccvault', 'help', 'ro'], ['rotate']],
    [['ccvault', 'exec', '--du'], ['--duration']],
    [['ccvault', 'exec', 'p'], ['prod']],
    [['ccvault', 'rm', 'd'], []],
    [['ccvault', 'explain', 'd'], ['dev']],
    [
      ['ccvault', 'exec', '--region', 'eu-west-'],
      ['eu-west-1', 'eu-west-2', 'eu-west-3'],
    ],
    [['ccvault', 'login', '--service', '=', 'codecom'], ['codecommit']],
    [['ccvault', 'login', '--browser', 'firefox-c'], ['firefox-container']],
    [['ccvault', 'exec', '--duration', '1h', 'p'], ['prod']],
    [['ccvault', 'exec', '-nd', '1h', 'p'], ['prod']],
    [['ccvault', 'exec', '--duration=1h', 'p'], ['prod']],
    [['ccvault', 'exec', '--duration', '=', '1h', 'p'], ['prod']],
    [['ccvault', 'exec', '--duration', ''], []],
    [
      ['ccvault', 'export', '--format', ''],
      ['env', 'export', 'fish', 'powershell', 'cmd', 'json', 'ini'],
    ],
    [['ccvault', 'export', '--format', '=', 'js'], ['json']],
    [
      ['ccvault', 'export', '--format', '='],
      ['env', 'export', 'fish', 'powershell', 'cmd', 'json', 'ini'],
    ],
    [['ccvault', 'export', '--format=js'], ['--format=json']],
    [['ccvault', 'export', 'dev', '--back'], ['--backend']],
    [['ccvault', 'git', 'setup', '--profile', 'd'], ['dev']],
    [['ccvault', 'git', 'clone', 'url', 'f'], ['folder']],
    [['ccvault', 'import', 'dev', 'p'], ['prod']],
    [['ccvault', 'export', 'dev', 'p'], []],
    [['ccvault', 'completion', 'f'], ['fish']],
    [['ccvault', 'credential-helper', 'c'], ['capability']],
    [['ccvault', 'exec', 'team', ':', 'p'], ['prod']],
    [
      ['ccvault', 'exec', 'team', ':'],
      ['prod', 'dev'],
    ],
    [['ccvault', 'git', 'setup', '--profile', 'team', ':', 'p'], ['prod']],
    [['ccvault', 'git', 'setup', '--profile', '=', 'team', ':', 'p'], ['prod']],
    [['ccvault', 'nonsense', ''], []],
  ];
  for (const [words, offered] of rows) {
    it(`${words.join(' ')}<TAB>`, async () => {
      assert.deepEqual((await bash(words)).sort(), [...offered].sort());
    });
  }

  it('offers only what is not hidden', async () => {
    const offered = await bash(['ccvault', '']);
    assert.ok(offered.includes('exec') && !offered.includes('__complete'));
    assert.ok(!(await bash(['ccvault', 'exec', '--'])).includes('--json'));
  });

  it('quotes names so that the command line says exactly them, and runs nothing', async () => {
    const offered = await bash(['ccvault', 'exec', '']);
    assert.equal(offered.length, PROFILES.length);
    const typed: string[] = [];
    for (const word of offered) {
      const { stdout } = await run('bash', ['--norc', '-c', `printf %s ${word}`], {
        env: environment,
        cwd: home,
      });
      typed.push(stdout);
    }
    assert.deepEqual(typed, PROFILES);
    for (const quote of ['"', "'"]) {
      for (const word of await bash(['ccvault', 'exec', quote])) {
        const line = `printf %s ${quote}${word}${quote}`;
        const { stdout } = await run('bash', ['--norc', '-c', line], { env: environment, cwd: home });
        assert.ok(PROFILES.includes(stdout), line);
      }
    }
    assert.ok(!existsSync(join(home, 'pwned')) && !existsSync(join(home, 'work', 'pwned')));
  });

  it('completes an alias that is told to', async () => {
    assert.deepEqual(await bash(['av', 'exec', 'pr'], 'complete -F _ccvault av'), ['prod']);
  });

  const stub = '_command_offset() { COMPREPLY=("from word $1"); }';
  const wrapped: readonly [words: string[], offered: string[]][] = [
    [['ccvault', 'exec', 'dev', '--', 'gi'], ['from word 4']],
    [['ccvault', 'exec', '--', 'git', 'ch'], ['from word 3']],
    [['ccvault', 'exec', 'dev', 'git', '--ver'], ['from word 3']],
    [['ccvault', 'exec', 'dev', 'gi'], ['from word 3']],
    [['ccvault', 'exec', '-n', 'dev', '--', 'git', ''], ['from word 5']],
    [['ccvault', 'exec', 'dev', '--fr'], ['--fresh']],
  ];
  for (const [words, offered] of wrapped) {
    it(`${words.join(' ')}<TAB> is the wrapped command's affair`, async () => {
      assert.deepEqual(await bash(words, stub), offered);
    });
  }

  it('offers commands and files for a wrapped command where bash-completion is missing', async () => {
    assert.ok((await bash(['ccvault', 'exec', 'dev', '--', 'printen'])).includes('printenv'));
    assert.deepEqual(await bash(['ccvault', 'exec', 'dev', '--', 'ls', 'fo']), ['folder']);
  });
});

describe('zsh', { skip: requires('zsh') }, () => {
  const rows: readonly (readonly [line: string, offered: readonly string[]])[] = [
    ['ccvault ex', ['exec', 'explain', 'export']],
    ['ccvault git ', ['clone', 'setup', 'unset', 'url']],
    ['ccvault exec --du', ['--duration']],
    ['ccvault export --format j', ['json']],
    ['ccvault export --format=j', ['--format=json']],
    ['ccvault exec -nd 1h pr', ['prod']],
    ['ccvault exec team', ['team:dev', 'team:prod']],
    ['ccvault git clone url f', ['folder']],
    ['ccvault exec dev -- printen', ['printenv']],
    ['ccvault exec dev printen', ['printenv']],
  ];
  for (const [line, offered] of rows) {
    it(`${line}<TAB>`, async () => assert.deepEqual(await zsh(line), offered));
  }

  it('completes an alias', async () => {
    assert.deepEqual(await zsh('av exec pr', 'alias av=ccvault'), ['prod']);
  });

  it('quotes names and runs nothing', async () => {
    const offered = await zsh('ccvault exec ');
    assert.equal(offered.length, PROFILES.length);
    for (const word of offered) {
      const { stdout } = await run('zsh', ['-fc', `printf %s ${word}`], { env: environment, cwd: home });
      assert.ok(PROFILES.includes(stdout), word);
    }
    assert.ok(!existsSync(join(home, 'pwned')) && !existsSync(join(home, 'work', 'pwned')));
  });
});

describe('fish', { skip: requires('fish') }, () => {
  it('offers commands, options, choices and profiles', async () => {
    assert.deepEqual((await fish('ccvault ex')).sort(), ['exec', 'explain', 'export']);
    assert.deepEqual(await fish('ccvault exec --du'), ['--duration']);
    assert.deepEqual(await fish('ccvault export --format js'), ['json']);
    assert.deepEqual(await fish('ccvault exec pr'), ['prod']);
    assert.deepEqual(await fish('ccvault git cl'), ['clone']);
  });

  it('offers names as they are and runs nothing', async () => {
    assert.deepEqual((await fish('ccvault exec ')).sort(), [...PROFILES].sort());
    assert.ok(!existsSync(join(home, 'pwned')) && !existsSync(join(home, 'work', 'pwned')));
  });

  it('completes an alias, a value behind an equals sign and files', async () => {
    assert.deepEqual(await fish('av exec pr', 'alias av=ccvault'), ['prod']);
    assert.deepEqual(await fish('ccvault export --format=js'), ['--format=json']);
    assert.deepEqual(await fish('ccvault git clone url f'), ['folder/']);
  });

  it('leaves a wrapped command to its own completion', async () => {
    assert.ok((await fish('ccvault exec dev -- printen')).includes('printenv'));
  });
});

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { executableOf, VERSION } from '../release.ts';
import { findTarget } from '../targets.ts';
import type { Check } from './check.ts';
import { debianRoot } from './debian-root.ts';
import { capture, newFolder } from './machine.ts';
import { CREATED_KEY, PRINTED_KEY, verboseVersion } from './use.ts';

const TARGET = findTarget('windows-x64');
const PROGRAM = String.raw`C:\bin\ccvault.exe`;
const EXEC = [PROGRAM, 'exec', '-n', 'work', '--'] as const;

/** Prints its arguments and ends with 3. */
const BATCH = String.raw`C:\bin für Skripte\show.cmd`;
const CONFIG = [
  '',
  '[profile batch]',
  String.raw`credential_process = "C:\bin für Skripte\keys.cmd" plain "a b" "x\" & echo injected" "100%PATH%"`,
  '',
];

/** A command line in Wine, and what is expected of it. */
interface Step {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Lines typed on a console, two seconds apart, in place of standard input. */
  readonly typed?: readonly string[];
  readonly exitCode: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

const KEYRING = { CCVAULT_HOME: String.raw`C:\Ablage für Schlüssel` };
const FILE = { CCVAULT_HOME: String.raw`C:\file vault` };
const PASSPHRASE = { ...FILE, CCVAULT_PASSPHRASE: 'correct horse battery' };

const STEPS: readonly Step[] = [
  { command: [PROGRAM, '--version'], exitCode: 0, stdout: new RegExp(`^ccvault ${VERSION}\r?\n$`) },
  {
    command: [PROGRAM, '--version', '--verbose'],
    exitCode: 0,
    stdout: verboseVersion('standalone'),
  },
  {
    command: [PROGRAM, 'add', 'work', '--stdin', '--no-verify', '--region', 'eu-west-1'],
    env: KEYRING,
    stdin: CREATED_KEY,
    exitCode: 0,
    stderr: /keys are kept in the system keyring[^]* to C:\/users\/root\/\.aws\/config/,
  },
  { command: [PROGRAM, 'list'], env: KEYRING, exitCode: 0, stdout: /^work\t/m },
  {
    command: [PROGRAM, 'export', '-n', 'work', '--format', 'json'],
    env: KEYRING,
    exitCode: 0,
    stdout: /AKIAIOSFODNN7EXAMPLE/,
  },
  { command: [...EXEC, 'cmd', '/c', 'exit 5'], env: KEYRING, exitCode: 5 },
  {
    command: [...EXEC, PROGRAM, '--version'],
    env: KEYRING,
    exitCode: 0,
    stdout: new RegExp(`^ccvault ${VERSION}`),
  },
  { command: [...EXEC, String.raw`C:\bin\seven.cmd`], env: KEYRING, exitCode: 7 },
  {
    command: [...EXEC, BATCH, 'plain', 'a b', 'x" & echo injected', '100%PATH%', '^|'],
    env: KEYRING,
    exitCode: 3,
    stdout: /^plain "a b" "x"" & echo injected" "100%PATH%" "\^\|"\s*$/,
  },
  {
    command: [PROGRAM, 'export', '-n', 'batch', '--format', 'json'],
    env: KEYRING,
    exitCode: 0,
    stdout: /AKIAIOSFODNN7EXAMPLE/,
    stderr: /^plain "a b" "x"" & echo injected" "100%PATH%"\s*$/m,
  },
  {
    command: [...EXEC, 'no-such-program'],
    env: KEYRING,
    exitCode: 127,
    stderr: /command not found: no-such-program/,
  },
  {
    command: [PROGRAM, 'add', 'other', '--stdin', '--no-verify', '--backend', 'file'],
    env: PASSPHRASE,
    stdin: CREATED_KEY,
    exitCode: 0,
  },
  {
    command: [PROGRAM, 'export', '-n', 'other', '--format', 'powershell'],
    env: PASSPHRASE,
    exitCode: 0,
    stdout: /\$Env:AWS_ACCESS_KEY_ID = 'AKIAIOSFODNN7EXAMPLE'/,
  },
  { command: [PROGRAM, 'export', '-n', 'other'], env: FILE, exitCode: 5, stderr: /no terminal is available/ },
  {
    command: [PROGRAM, 'add', 'asked', '--no-verify', '--region', 'eu-west-1'],
    env: KEYRING,
    typed: ['AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', ''],
    exitCode: 0,
    // What is secret is not shown.
    stdout: /Secret access key:(?![^]*wJalr)[^]*stored the key \*\*\*\*MPLE for profile asked/,
  },
  {
    command: [String.raw`C:\bin\git-credential-ccvault.exe`, 'get'],
    stdin: 'protocol=https\nhost=git.example\n\n',
    exitCode: 0,
    stdout: /^$/,
  },
  {
    command: [String.raw`C:\bin\git-remote-codecommit.exe`],
    exitCode: 2,
    stderr: /git runs git-remote-codecommit by itself/,
  },
  { command: [PROGRAM, 'no-such-command'], exitCode: 2, stderr: /there is no command/ },
];

export const WINDOWS: readonly Check[] = [
  {
    subject: 'windows-x64',
    target: TARGET,
    does:
      'under Wine (Debian 13) in a folder with blanks and umlauts: a key in the Credential Manager and one in the file ' +
      'backend, list, export, exec of an .exe and a .cmd with their exit codes, a .cmd with blanks and umlauts in its ' +
      'path for exec and as credential_process, its arguments as they were given, 127 for what is nowhere, ' +
      'git-credential-ccvault.exe and git-remote-codecommit.exe, questions on a console, no terminal to ask on (5), ' +
      'wrong usage (2)',
    needs: { bwrap: 'bubblewrap', mmdebstrap: 'mmdebstrap' },
    asRoot: true,
    run: async () => {
      const work = await inWine(STEPS);
      for (const [index, step] of STEPS.entries()) {
        const read = (suffix: string): string => readFileSync(join(work, `${index}.${suffix}`), 'utf8');
        const said = `${step.command.join(' ')}: ${read('err')}`;
        assert.equal(Number(read('code')), step.exitCode, said);
        if (step.stdout !== undefined) assert.match(read('out'), step.stdout, said);
        if (step.stderr !== undefined) assert.match(read('err'), step.stderr, said);
      }
    },
  },
];

/** Runs the steps in one session of Wine, and gives the folder with what each of them left. */
async function inWine(steps: readonly Step[]): Promise<string> {
  const work = newFolder('wine');
  for (const [index, { stdin = '' }] of steps.entries()) writeFileSync(join(work, `${index}.in`), stdin);
  writeFileSync(join(work, 'steps.sh'), script(steps));
  const folder = dirname(executableOf(TARGET));
  const root = [
    '--unshare-pid',
    '--bind',
    await debianRoot(),
    '/',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--tmpfs',
    '/tmp',
  ];
  const binds = ['--bind', work, '/check', '--ro-bind', folder, '/executable'];
  const { exitCode, stderr } = await capture(
    ['bwrap', ...root, ...binds, '--', '/bin/sh', '/check/steps.sh'],
    {
      env: {
        PATH: '/usr/bin:/bin',
        HOME: '/root',
        USER: 'root',
        LANG: 'C.UTF-8',
        WINEPREFIX: '/tmp/prefix',
        WINEDEBUG: '-all',
      },
    },
  );
  assert.equal(exitCode, 0, stderr);
  return work;
}

/**
 * Output goes to files, since a program in Wine may not be able to write to a pipe. The server is waited for, or the
 * registry is lost with it.
 */
function script(steps: readonly Step[]): string {
  const lines = steps.map(({ command, env = {}, typed }, index) => {
    const variables = Object.entries(env).map(([name, value]) => quote(`${name}=${value}`));
    const words = ['env', ...variables, 'wine', ...command.map(quote)].join(' ');
    if (typed !== undefined) return onConsole(words, typed, index);
    return `${words} <${index}.in >${index}.out 2>${index}.err; echo $? >${index}.code`;
  });
  return [
    'cd /check',
    'wine wineboot --init >/dev/null 2>&1 || exit 1',
    'mkdir /tmp/prefix/drive_c/bin',
    'cp /executable/ccvault.exe /tmp/prefix/drive_c/bin/',
    'for name in git-credential-ccvault git-remote-codecommit; do',
    '  ln /tmp/prefix/drive_c/bin/ccvault.exe /tmp/prefix/drive_c/bin/$name.exe',
    'done',
    String.raw`printf '@echo off\r\nexit /b 7\r\n' >/tmp/prefix/drive_c/bin/seven.cmd`,
    "scripts='/tmp/prefix/drive_c/bin für Skripte'",
    'mkdir "$scripts"',
    String.raw`printf '@echo off\r\necho %%*\r\nexit /b 3\r\n' >"$scripts/show.cmd"`,
    String.raw`printf '@echo off\r\necho %%* >&2\r\ntype C:\\bin\\keys.json\r\n' >"$scripts/keys.cmd"`,
    `printf %s ${quote(PRINTED_KEY)} >/tmp/prefix/drive_c/bin/keys.json`,
    'mkdir -p /tmp/prefix/drive_c/users/root/.aws',
    `printf %s ${quote(CONFIG.join('\n'))} >/tmp/prefix/drive_c/users/root/.aws/config`,
    ...lines,
    'wineserver --wait',
    '',
  ].join('\n');
}

/** On a terminal of its own, which Wine shows the program as a console. */
function onConsole(words: string, typed: readonly string[], index: number): string {
  const keys = typed.map((line) => `sleep 2; printf '%s\\r' ${quote(line)}`).join('; ');
  return `(sleep 5; ${keys}; sleep 5) | script -qefc ${quote(words)} ${index}.out >/dev/null 2>${index}.err; echo $? >${index}.code`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

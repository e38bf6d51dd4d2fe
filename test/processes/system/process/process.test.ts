import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quote } from '../../../support/pty.ts';
import { requires } from '../../../support/requires.ts';
import { compileDriver, NODE_DRIVER } from '../../../support/system-builds.ts';

// What a process can see of how it was started. The shell's own reads only: a child would change the answer.
const LOOK = `
while IFS= read -r line; do case $line in Sig[BI]*|Umask*|Threads*|NoNew*|Seccomp*|THP*|Cpus_allowed:*)
  echo "$line";; esac; done < /proc/$$/status
while IFS= read -r line; do echo "$line"; done < /proc/$$/limits
for fd in /proc/$$/fd/*; do
  echo "fd \${fd##*/} $(readlink "$fd") $(grep flags "/proc/$$/fdinfo/\${fd##*/}")"
done
tr '\\0' '\\n' < /proc/$$/cmdline | tail -n +4
tr '\\0' '\\n' < /proc/$$/environ | LC_ALL=C sort
cat /proc/$$/coredump_filter
cut -d' ' -f5-8 /proc/$$/stat
pwd
`;

const folder = mkdtempSync(join(tmpdir(), 'ccvault-process-'));
// The words that start the driver, a line each: becoming the command, running it, and running it in the npm build.
const prefix = { become: '', run: '', node: [...NODE_DRIVER, 'run'].join('\n') };
const builds = ['become', 'run', 'node'] as const;

before(() => {
  const driver = compileDriver(folder);
  prefix.become = `${driver}\nbecome`;
  prefix.run = `${driver}\nrun`;
  writeFileSync(join(folder, 'look.sh'), LOOK);
});

after(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a bash script whose `$run` is the driver, or nothing; `$look` is the shell that reports. */
function bash(run: string, script: string): Answer {
  // The trailing command keeps bash from becoming the last one itself, which would hide its limits.
  const look = `look() { $run sh -c "$(cat ${quote(join(folder, 'look.sh'))})" sh "$@"; }`;
  const full = `IFS=$'\\n'; run=${quote(run)}; ${look}\n${script}\nexit $?`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', full], {
    cwd: folder,
    encoding: 'latin1',
    env: { PATH: process.env['PATH'], HOME: folder, 'BASH_FUNC_odd%%': '() { :; }' },
  });
  return { code: status, stdout, stderr };
}

/** The ignored signals of a report, real-time ones left out: whoever runs the tests may ignore some of those. */
function ignored(report: string): number {
  const [, mask = ''] = /^SigIgn:\s+([0-9a-f]+)$/m.exec(report) ?? [];
  return Number(BigInt(`0x${mask}`) & 0x7fff_ffffn);
}

const skip = process.platform === 'linux' ? requires('bash') : 'the report reads /proc';

describe('what the command sees', { skip }, () => {
  const situations: Readonly<Record<string, string>> = {
    'a plain start': `look 'a b' '' '-x' '--' 'x\\n' "$(printf 'l1\\nl2')" < /dev/null`,
    'inherited descriptors':
      'exec 8< <(true); look 3</etc/passwd 5>/dev/null 7<&8 9<>/dev/zero 70</dev/null < /dev/null',
    'a lower soft limit': 'ulimit -Sn 256; look < /dev/null',
    'a limit of its own, hard and soft': 'ulimit -n 300; look < /dev/null',
    'another umask and folder': 'umask 027; cd /; look < /dev/null',
  };
  for (const build of builds) {
    for (const [situation, script] of Object.entries(situations)) {
      it(`${situation}: ${build}`, () => {
        const own = bash('', script);
        const through = bash(prefix[build], script);
        assert.equal(through.stderr, '');
        assert.equal(comparable(through.stdout), comparable(own.stdout));
      });
    }
  }

  it('ignored signals stay ignored, but for SIGPIPE and SIGXFSZ', () => {
    const script = `trap '' HUP INT USR2 PIPE XFSZ; look < /dev/null | grep SigIgn`;
    for (const build of ['become', 'run'] as const) {
      assert.equal(ignored(bash(prefix[build], script).stdout), 0x803, build);
    }
  });

  it('closed standard streams stay closed', () => {
    for (const [fd, closing] of ['<&-', '>&-'].entries()) {
      const script = `$run sh -c '[ -e /proc/$$/fd/${fd} ] && echo open >&2 || echo closed >&2' ${closing}`;
      assert.equal(bash('', script).stderr, 'closed\n');
      assert.equal(bash(prefix.become, script).stderr, 'closed\n', `descriptor ${fd}`);
    }
  });

  it('nothing stays behind: the same pid, one thread', () => {
    const { stdout } = bash(
      prefix.become,
      `$run sh -c 'echo $$ $PPID; grep Threads /proc/$$/status' & echo $! $$; wait`,
    );
    const [first, second] = stdout.split('\n').filter((line) => /^\d+ \d+$/.test(line));
    assert.equal(first, second);
    assert.match(stdout, /Threads:\s+1\n/);
  });

  it('a variable that is not UTF-8 keeps its bytes, or is warned of', () => {
    const script = `export ODD=$(printf 'caf\\xe9'); $run sh -c 'printf %s "$ODD"'`;
    assert.deepEqual(bash(prefix.become, script), { code: 0, stdout: 'caf\xe9', stderr: '' });
    for (const build of ['run', 'node'] as const) {
      assert.match(bash(prefix[build], script).stderr, /^warning: the variable ODD is not UTF-8/, build);
    }
  });
});

/** A report without what differs from one start to the next: numbers of pipes and sessions, bash's `_`. */
function comparable(report: string): string {
  return report
    .replaceAll(/(pipe|socket):\[\d+\]/g, '$1')
    .replaceAll(/^(-?\d+) (-?\d+) (-?\d+) (-?\d+)$/gm, '')
    .replaceAll(/^_=.*\n/gm, '');
}

for (const build of builds) {
  describe(`the command's fate: ${build}`, { skip }, () => {
    const cases: readonly (readonly [string, string, number, string])[] = [
      ['its code', `$run sh -c 'exit 7'`, 7, ''],
      ['success', '$run true', 0, ''],
      ['a name with a slash', '$run /bin/echo yes', 0, 'yes\n'],
      ['a script without #!', '$run ./plain a', 0, 'plain a\n'],
      ['an empty PATH entry', 'PATH=:$PATH; $run plain b', 0, 'plain b\n'],
      ['the first that may be run', 'PATH=$PWD/denied:$PWD/allowed:$PATH; $run tool', 0, 'allowed\n'],
      ['SIGPIPE', 'set -o pipefail; $run yes | head -1', 141, 'y\n'],
      ['process substitution', '$run diff <(echo a) <(echo b)', 1, '1c1\n< a\n---\n> b\n'],
      ['10 MB of stdin', 'head -c 10000000 /dev/zero | $run wc -c', 0, '10000000\n'],
      ['stdin is left alone', '{ $run true; cat; } < plain', 0, 'echo plain $1\n'],
      ['300 KB of arguments', "a=$(printf %0100000d 0); $run sh -c 'echo ${#1}' sh $a $a $a", 0, '100000\n'],
    ];
    for (const [name, script, code, stdout] of cases) {
      it(name, () => {
        assert.deepEqual(bash(prefix[build], script), { code, stdout, stderr: '' });
      });
    }

    it('a signal', () => {
      assert.equal(bash(prefix[build], `$run sh -c 'kill -9 $$'`).code, 137);
    });

    const refusals: readonly (readonly [string, string, number, RegExp])[] = [
      ['not there', '$run no-such-program', 127, /^command not found: no-such-program\n$/],
      ['no such path', '$run ./no-such-program', 127, /^command not found: \.\/no-such-program\n$/],
      ['an empty name', `$run ''`, 127, /^command not found: \n$/],
      ['not executable', '$run ./data', 126, /^not executable: \.\/data\n$/],
      ['denied wherever it is', 'PATH=$PWD/denied:$PATH; $run tool', 126, /^not executable: tool\n$/],
      ['a folder', '$run ./denied', 126, /^not executable: \.\/denied\n$/],
      [
        'no interpreter',
        '$run ./orphan',
        126,
        /^cannot run \.\/orphan: the interpreter it names is missing\n$/,
      ],
      ['not UTF-8', `$run echo ok $(printf 'caf\\xe9')`, 2, /^argument 2 of the command is not UTF-8/],
    ];
    for (const [name, script, code, message] of refusals) {
      it(name, () => {
        const answer = bash(prefix[build], script);
        assert.match(answer.stderr, message);
        assert.deepEqual([answer.code, answer.stdout], [code, '']);
      });
    }

    it('nohup holds', { skip: requires('nohup') }, () => {
      const { stdout } = bash(prefix[build], `nohup $run grep SigIgn /proc/self/status < /dev/null`);
      assert.equal(ignored(stdout), 0x1);
    });

    it('a replacement character that was typed passes', () => {
      assert.equal(bash(prefix[build], `$run printf %s '\xef\xbf\xbd'`).code, 0);
    });
  });
}

describe('too much for the system', { skip }, () => {
  it('is an error that says so', () => {
    for (const driver of [prefix.become, prefix.node.replace(/\nrun$/, '\nbecome')]) {
      const { code, stderr } = bash(`${driver}-too-long`, '$run true');
      assert.deepEqual(
        [code, stderr],
        [126, 'arguments and environment are too long for the system: true\n'],
      );
    }
  });
});

before(() => {
  const programs: Readonly<Record<string, readonly [string, number]>> = {
    plain: ['echo plain $1\n', 0o755],
    data: ['echo data\n', 0o644],
    orphan: ['#!/no/such/interpreter\n', 0o755],
    'denied/tool': ['#!/bin/sh\necho denied\n', 0o644],
    'allowed/tool': ['#!/bin/sh\necho allowed\n', 0o755],
  };
  for (const [name, [text, mode]] of Object.entries(programs)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
  }
});

describe('signals sent to ccvault while the command runs', { skip }, () => {
  for (const build of ['run', 'node'] as const) {
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const) {
      it(`${signal} reaches it once: ${build}`, async () => {
        // The command counts until it is told to end through its stdin.
        const script = `trap 'echo ${signal}' ${signal.slice(3)}; echo ready; while ! read line; do :; done`;
        const [file = '', ...rest] = prefix[build].split('\n');
        const child = spawn(file, [...rest, 'sh', '-c', script], {
          detached: true,
          stdio: ['pipe', 'pipe', 'pipe'],
        });
        let stdout = '';
        let stderr = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        for await (const chunk of child.stdout.setEncoding('utf8')) {
          stdout += String(chunk);
          if (stdout === 'ready\n') child.kill(signal);
          else if (stdout.endsWith(`${signal}\n`)) child.stdin.end('end\n');
        }
        assert.equal(stdout, `ready\n${signal}\n`);
        assert.equal(stderr, '');
      });
    }
  }
});

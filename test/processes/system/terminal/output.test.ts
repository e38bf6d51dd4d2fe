import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createOutput } from '../../../../src/system/terminal/output.ts';
import { cliError } from '../../../support/files.ts';
import { requires } from '../../../support/requires.ts';

const MODULE = new URL('../../../../src/system/terminal/output.ts', import.meta.url).href;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccvault-output-'));
});
after(() => rm(folder, { recursive: true }));

/** What `work` wrote to standard output and standard error, as files. */
function written(work: (output: ReturnType<typeof createOutput>) => void): {
  stdout: string;
  stderr: string;
} {
  const paths = { stdout: join(folder, 'stdout'), stderr: join(folder, 'stderr') };
  const descriptors = { stdout: openSync(paths.stdout, 'w'), stderr: openSync(paths.stderr, 'w') };
  try {
    work(createOutput({ TERM: 'xterm' }, descriptors));
  } finally {
    closeSync(descriptors.stdout);
    closeSync(descriptors.stderr);
  }
  return { stdout: readFileSync(paths.stdout, 'utf8'), stderr: readFileSync(paths.stderr, 'utf8') };
}

/** A Node process that runs this code with `out` as its output. */
function child(code: string, stdio: ('ignore' | 'pipe' | number)[]): ChildProcess {
  const program = `import { createOutput } from '${MODULE}'; const out = createOutput(process.env); ${code}`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio });
}

describe('messages', () => {
  it('are one prefixed line each on standard error', () => {
    const { stdout, stderr } = written((out) => {
      out.info('starting a shell');
      out.warning('careful');
      out.error('it failed');
      out.hint('try again');
    });
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      'ccvault: starting a shell\nccvault: warning: careful\nccvault: error: it failed\nccvault: hint: try again\n',
    );
  });

  it('stay one line and reach no terminal, whatever is in them', () => {
    const { stderr } = written((out) => out.error('a\nccvault: hint: run this\u001B[2J\u202E'));
    assert.equal(stderr.split('\n').length, 2);
    assert.match(stderr, /^ccvault: error: a[ -~]*\n$/);
  });

  it('stand alone where they are help', () => {
    assert.equal(written((out) => out.plain('Usage:\u001B[2J\n')).stderr.split('\u001B').length, 1);
    assert.equal(written((out) => out.plain('  exec  Run')).stderr, '  exec  Run\n');
  });

  it('for debugging are shown when asked for', () => {
    const { stderr } = written((out) => {
      out.debug('unseen');
      out.enableDebug();
      out.debug('seen');
    });
    assert.match(stderr, /^ccvault: debug: \d+ ms: seen\n$/);
  });

  it('draw no progress where there is no terminal', () => {
    const { stderr } = written((out) => {
      out.progress('waiting');
      out.clearProgress();
    });
    assert.equal(stderr, '');
  });

  it('that cannot be written are no failure', () => {
    const readOnly = openSync('/dev/null', 'r');
    try {
      createOutput({}, { stdout: readOnly, stderr: readOnly }).error('lost');
    } finally {
      closeSync(readOnly);
    }
  });

  it('are in colour and progress is drawn on a terminal', { skip: requires('script') }, async () => {
    const program = `import { createOutput } from '${MODULE}'; const out = createOutput(process.env);
      out.progress('waiting'); out.progress('waiting on'); out.error('failed'); out.hint('again'); out.info(String(out.stdoutIsTerminal));`;
    const run = async (env: NodeJS.ProcessEnv): Promise<string> => {
      const command = `'${process.execPath}' --input-type=module -e "$PROGRAM"`;
      const shell = spawn('script', ['-qec', command, '/dev/null'], {
        env: { ...process.env, PROGRAM: program, TERM: 'xterm', ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const chunks: Buffer[] = [];
      shell.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(shell, 'close');
      return Buffer.concat(chunks).toString().replaceAll('\r\n', '\n');
    };
    const coloured = await run({ NO_COLOR: '' });
    assert.ok(coloured.includes('ccvault: \u001B[1;31merror:\u001B[0m failed\n'), JSON.stringify(coloured));
    assert.ok(coloured.includes('ccvault: \u001B[1;36mhint:\u001B[0m again\n'));
    assert.ok(coloured.includes('ccvault: true\n'));
    assert.match(coloured.replaceAll('\u001B', '<ESC>'), /ccvault: waiting on[^\n]*\r<ESC>\[K/);
    const plain = await run({ NO_COLOR: '1' });
    assert.ok(plain.includes('ccvault: error: failed\n'), JSON.stringify(plain));
    for (const TERM of ['dumb', '', undefined]) {
      assert.equal(
        await run({ TERM }),
        'ccvault: waiting\nccvault: error: failed\nccvault: hint: again\nccvault: true\n',
      );
    }
  });
});

describe('data', () => {
  it('is written as it is', () => {
    const bytes = Uint8Array.from([0, 255, 10, 13]);
    const { stdout } = written((out) => {
      out.data('tëxt\u001B\n');
      assert.equal(out.stdoutIsTerminal, false);
    });
    assert.equal(stdout, 'tëxt\u001B\n');
    written((out) => out.data(bytes));
    assert.deepEqual(new Uint8Array(readFileSync(join(folder, 'stdout'))), bytes);
  });

  const failing: readonly [what: string, path: string, flags: string, words: RegExp][] = [
    ['on a full disk', '/dev/full', 'w', /cannot write to standard output: no space left on device/],
    [
      'to what is open for reading only',
      '/dev/null',
      'r',
      /cannot write to standard output: it is not open for writing/,
    ],
  ];
  for (const [what, path, flags, expected] of failing) {
    it(`${what} is an error`, () => {
      const descriptor = openSync(path, flags);
      try {
        const out = createOutput({}, { stdout: descriptor, stderr: 2 });
        assert.throws(() => out.data('x'), cliError('failure', expected));
      } finally {
        closeSync(descriptor);
      }
    });
  }

  it('that nobody reads is an error', async () => {
    const program = child(
      `process.stdin.once('data', () => {
         try { out.data('x'.repeat(1 << 20)); } catch (error) { out.error(error.message); process.exitCode = 1; }
         process.stdin.destroy();
       });`,
      ['pipe', 'pipe', 'pipe'],
    );
    let stderr = '';
    program.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    program.stdout?.destroy();
    program.stdin?.write('go');
    const [code] = await once(program, 'close');
    assert.equal(code, 1);
    assert.equal(stderr, 'ccvault: error: cannot write to standard output: its reader has gone\n');
  });

  it('arrives whole in a pipe that is slow and does not block', { skip: requires('python3') }, async () => {
    const size = 1_000_000;
    // The reader makes the pipe non-blocking for both ends, as ssh and some shells do, and takes its time.
    const reader = `
import os, subprocess, sys, time
r, w = os.pipe()
os.set_blocking(w, False)
child = subprocess.Popen(sys.argv[1:], stdout=w)
os.close(w)
total = 0
while True:
    time.sleep(0.002)
    chunk = os.read(r, 65536)
    if not chunk: break
    total += len(chunk)
print(total, child.wait())`;
    const program = `import { createOutput } from '${MODULE}'; createOutput({}).data('x'.repeat(${size}));`;
    const python = spawn('python3', ['-c', reader, process.execPath, '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    python.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(python, 'close');
    assert.equal(text, `${size} 0\n`);
  });
});

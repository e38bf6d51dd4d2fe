// Runs tests as a bare machine would, with the programs of a minimal Debian, git, make and Node on the PATH and no
// other, so that the absence of each optional program is tried: `bare.ts`, or `bare.ts FILE...` for some files. TMPDIR
// has a blank in its name, LANG is unset and the umask is 077, as on the machines of careful people.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './requires.ts';

// From Debian's essential packages. util-linux is one of them; unshare is left out, since containers often forbid it.
const ESSENTIAL = `
  [ awk base64 basename bash cat chgrp chmod chown cmp cp cut date dd df diff dirname echo egrep env expr false fgrep find flock
  getent getopt grep groups gunzip gzip head hostname iconv id install kill ln ls mkdir mkfifo mknod mktemp mv nice nohup
  od paste perl printenv printf pwd readlink realpath rm rmdir script sed seq setsid sh sleep sort stat stty sync tail tar
  tee test timeout touch tr true truncate tty umount uname uniq wc which whoami xargs yes
`;
const INSTALLED = 'git make npm';

// What has to be shown is that nothing needs more than is there, not again that all of it holds: one build, since both
// start the same programs, few inputs to a property, and none of the tests that interrupt the same program over and over.
const FILES = 'test/{docs,git,processes,promises,script,servers,unit}/**/*.test.ts';
const LESS = { BUILD: 'standalone', FUZZ_TIMES: '0.05', READY_SEQUENCES: '10' };

const OPTIONS = [
  '--test',
  '--test-concurrency=2',
  '--test-timeout=600000',
  '--test-reporter=spec',
  `--import=${import.meta.resolve('./fuzz.ts')}`,
];

const folder = mkdtempSync(join(tmpdir(), 'ccvault bare '));
const bin = join(folder, 'bin');
const temporary = join(folder, 'tmp');
for (const path of [bin, temporary]) mkdirSync(path);
for (const name of `${ESSENTIAL} ${INSTALLED}`.split(/\s+/).filter((word) => word !== '')) {
  const program = findProgram(name);
  if (program !== undefined) symlinkSync(program, join(bin, name));
}
symlinkSync(process.execPath, join(bin, 'node'));

const { LANG: _lang, LC_ALL: _locale, CCVAULT_TEST_REQUIRE_ALL: _all, ...env } = process.env;
const given = process.argv.slice(2);
process.umask(0o077);
const { status } = spawnSync(process.execPath, [...OPTIONS, ...(given.length === 0 ? [FILES] : given)], {
  env: { ...LESS, ...env, PATH: bin, TMPDIR: temporary },
  stdio: 'inherit',
});
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;

// Runs tests as a bare machine would: `bare.ts FILE...` starts node's test runner with the programs of a minimal Debian,
// git, make and Node on its PATH and no other, so that each optional program's absence is tried. TMPDIR has a blank in
// its name, LANG is unset and the umask is 077, as on machines of careful people.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './requires.ts';

// From Debian's essential packages. util-linux is one of them; unshare is left out, since containers often forbid it.
const ESSENTIAL = `
  [ awk basename bash cat chgrp chmod chown cmp cp cut date dd df diff dirname echo egrep env expr false fgrep find flock
  getent getopt grep groups gunzip gzip head hostname iconv id install kill ln ls mkdir mkfifo mknod mktemp mv nice nohup
  od paste perl printenv printf pwd readlink realpath rm rmdir script sed seq setsid sh sleep sort stat stty sync tail tar
  tee test timeout touch tr true truncate tty umount uname uniq wc which whoami xargs yes
`;

const INSTALLED = 'git make npm';

const folder = mkdtempSync(join(tmpdir(), 'ccvault bare '));
const bin = join(folder, 'bin');
const temporary = join(folder, 'tmp');
for (const path of [bin, temporary]) mkdirSync(path);
for (const name of `${ESSENTIAL} ${INSTALLED}`.split(/\s+/).filter((word) => word !== '')) {
  const program = findProgram(name);
  if (program !== undefined) symlinkSync(program, join(bin, name));
}
symlinkSync(process.execPath, join(bin, 'node'));

const { LANG: _lang, CCVAULT_TEST_REQUIRE_ALL: _all, ...env } = process.env;
process.umask(0o077);
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-concurrency=2',
    '--test-timeout=600000',
    '--test-reporter=spec',
    ...process.argv.slice(2),
  ],
  { env: { ...env, PATH: bin, TMPDIR: temporary }, stdio: 'inherit' },
);
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;

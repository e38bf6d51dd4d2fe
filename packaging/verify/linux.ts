import assert from 'node:assert/strict';
import { executableOf } from '../release.ts';
import { findTarget } from '../targets.ts';
import type { Check } from './check.ts';
import { debianFiles, muslLibraries } from './libraries.ts';
import { capture, newFolder, sandbox } from './machine.ts';
import type { Machine } from './machine.ts';
import { use, USE } from './use.ts';

const BUBBLEWRAP = { bwrap: 'bubblewrap' };
const QEMU = { 'qemu-aarch64-static': 'qemu-user-static' };
const LIBRARIES = ['libc.so.6', 'libpthread.so.0', 'libdl.so.2', 'libm.so.6'];

const GLIBC_FILES = {
  '/bin/ccvault': executableOf(findTarget('linux-x64')),
  '/bin/sh': '/bin/sh',
  '/lib64/ld-linux-x86-64.so.2': '/lib64/ld-linux-x86-64.so.2',
  ...Object.fromEntries(
    LIBRARIES.map((name) => [`/lib/x86_64-linux-gnu/${name}`, `/lib/x86_64-linux-gnu/${name}`]),
  ),
};

const glibc: Check = {
  subject: 'linux-x64',
  target: findTarget('linux-x64'),
  does: `in a root file system with the C library, /bin/sh, /proc and /dev alone: ${USE}`,
  needs: BUBBLEWRAP,
  run: () => use(sandbox({ program: '/bin/ccvault', files: GLIBC_FILES })),
};

const withoutProc: Check = {
  subject: 'linux-x64',
  target: findTarget('linux-x64'),
  does: 'the same without /proc: refused in a line (1, 125 for exec), with none of the arguments printed',
  needs: BUBBLEWRAP,
  run: async () => {
    const machine = sandbox({ program: '/bin/ccvault', files: GLIBC_FILES, kernel: false });
    for (const [command, code] of [
      ['whoami', 1],
      ['exec', 125],
    ] as const) {
      const result = await machine.run(['/bin/ccvault', command, '--mfa-token', '123456']);
      assert.equal(result.exitCode, code, result.stderr);
      assert.match(
        result.stderr,
        /^ccvault: error: \/proc\/self\/maps cannot be read, .*\nccvault: hint: .*$/,
      );
    }
  },
};

const musl: Check = {
  subject: 'linux-x64-musl',
  target: findTarget('linux-x64-musl'),
  does: `in a root file system with musl, libstdc++, libgcc_s and a static busybox, without /proc and /dev: ${USE}`,
  needs: { ...BUBBLEWRAP, 'apt-get': 'apt', 'dpkg-deb': 'dpkg', pip: 'python3-pip' },
  run: async () =>
    use(
      sandbox({
        program: '/bin/ccvault',
        kernel: false,
        files: {
          '/bin/ccvault': executableOf(findTarget('linux-x64-musl')),
          '/bin/sh': await staticShell(),
          ...(await muslLibraries('x64')),
        },
      }),
    ),
};

const arm64: Check = {
  subject: 'linux-arm64',
  target: findTarget('linux-arm64'),
  does: `under qemu-user with Debian's C library for arm64: ${USE}`,
  needs: { ...QEMU, 'apt-get': 'apt', 'dpkg-deb': 'dpkg' },
  run: async () => use(emulated('linux-arm64', await debianFiles('trixie', 'arm64', 'libc6'))),
};

const arm64Musl: Check = {
  subject: 'linux-arm64-musl',
  target: findTarget('linux-arm64-musl'),
  does: `under qemu-user with musl, libstdc++ and libgcc_s: ${USE}`,
  needs: { ...QEMU, 'apt-get': 'apt', 'dpkg-deb': 'dpkg', pip: 'python3-pip' },
  run: async () => {
    const root = newFolder('musl-arm64');
    for (const [inside, outside] of Object.entries(await muslLibraries('arm64'))) {
      await capture(['install', '-D', outside, `${root}${inside}`], { env: { PATH: '/usr/bin:/bin' } });
    }
    await use(emulated('linux-arm64-musl', root));
  },
};

export const LINUX: readonly Check[] = [glibc, withoutProc, musl, arm64, arm64Musl];

/** This machine, with the program's processor emulated and its libraries taken from `root`; a command is the machine's. */
function emulated(id: string, root: string): Machine {
  const home = newFolder('home');
  return {
    program: executableOf(findTarget(id)),
    home,
    run: ([program, ...args], { env = {}, stdin = '' } = {}) =>
      capture(['qemu-aarch64-static', '-L', root, program, ...args], {
        env: { PATH: '/usr/bin:/bin', ...env },
        stdin,
      }),
  };
}

async function staticShell(): Promise<string> {
  return `${await debianFiles('trixie', 'amd64', 'busybox-static')}/usr/bin/busybox`;
}

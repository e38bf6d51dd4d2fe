'use strict';

const { existsSync } = require('node:fs');

/**
 * The path of the executable that npm installed for this platform, or undefined. Where a package manager installed both
 * of Linux, the loader on the disk tells which one runs.
 */
exports.findExecutable = () => {
  const { platform, arch } = process;
  const name = { linux: `linux-${arch}`, darwin: `macos-${arch}`, win32: `windows-${arch}` }[platform];
  const loader = { x64: '/lib/ld-musl-x86_64.so.1', arm64: '/lib/ld-musl-aarch64.so.1' }[arch];
  const names = platform === 'linux' ? [name, `${name}-musl`] : [name];
  if (loader !== undefined && existsSync(loader)) names.reverse();
  for (const each of names) {
    try {
      return require.resolve(`@ccvault/${each}/ccvault${platform === 'win32' ? '.exe' : ''}`);
    } catch {
      // Not for this platform, or left out with --omit=optional.
    }
  }
  return undefined;
};

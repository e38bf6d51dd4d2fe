'use strict';

// What runs under the package's three names until install.cjs has put the executable there: with --ignore-scripts, on
// Windows, and where there is no executable for the platform.

const { spawnSync } = require('node:child_process');
const { findExecutable } = require('./executable.cjs');

const executable = findExecutable();
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runsBundle = major > 24 || (major === 24 && minor >= 7);
const [, name, ...args] = process.argv;

if (executable !== undefined && process.execve !== undefined && process.platform !== 'win32') {
  process.execve(executable, [name, ...args], process.env);
} else if (executable === undefined || runsBundle) {
  // It says so itself when this Node is too old for it.
  void import('./bundle/ccvault.mjs');
} else {
  const { status, error } = spawnSync(executable, args, {
    argv0: name,
    stdio: 'inherit',
    windowsHide: false,
  });
  if (error !== undefined) throw error;
  process.exitCode = status ?? 1;
}

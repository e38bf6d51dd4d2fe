'use strict';

// Puts the executable in the place of the launchers, so that no Node starts in front of it. Not on Windows, where npm
// made its own launchers, which run node, before this; nor for other package managers, whose launchers do the same.

const { execFileSync } = require('node:child_process');
const { copyFileSync, linkSync, renameSync, rmSync, symlinkSync } = require('node:fs');
const { join } = require('node:path');
const { findExecutable } = require('./executable.cjs');

const NAMES = ['git-credential-ccvault', 'git-remote-codecommit'];

const executable = findExecutable();
if (executable === undefined) {
  console.error(
    `ccvault: no executable for ${process.platform}-${process.arch}: Node 24.7 or newer runs the bundle`,
  );
} else if (process.platform !== 'win32' && process.env.npm_config_user_agent?.startsWith('npm/')) {
  try {
    execFileSync(executable, ['--version'], { stdio: 'ignore' });
    replace('ccvault', (path) => linkOrCopy(executable, path));
    for (const name of NAMES) replace(name, (path) => symlinkSync('ccvault', path));
  } catch (error) {
    console.error(
      `ccvault: the launchers stay, since ${executable} cannot be put in their place: ${error.message}`,
    );
  }
}

/** Never leaves a name without a program: the new one is made beside it and moved there. */
function replace(name, make) {
  const path = join(__dirname, 'bin', name);
  rmSync(`${path}.new`, { force: true });
  make(`${path}.new`);
  renameSync(`${path}.new`, path);
}

function linkOrCopy(from, to) {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

import type * as Fs from 'node:fs';
import type * as Os from 'node:os';
import type * as Path from 'node:path';

// Bun's `require`, resolved when the standalone build is bundled; Node never runs it.
declare const require: (name: 'node:fs') => typeof Fs;

// Imported at the top of a file, each of these takes Bun 0.3 to 0.8 ms at every start, and few runs use them.
export const path = (): typeof Path => process.getBuiltinModule('node:path');
export const os = (): typeof Os => process.getBuiltinModule('node:os');

/** Used by nearly every run without a ready answer; loaded with `require`, the fastest way in Bun. */
export const fs = (): typeof Fs =>
  process.versions.bun === undefined ? process.getBuiltinModule('node:fs') : require('node:fs');

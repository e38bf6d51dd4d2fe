import type * as Fs from 'node:fs';
import type * as Os from 'node:os';
import type * as Path from 'node:path';

// Bun's own, resolved when it is bundled; nothing else ever runs it.
declare const require: (name: 'node:fs') => typeof Fs;

// Imported at the top of a file, each of these takes Bun 0.3 to 0.8 ms at the start of every run; few runs use them.
export const path = (): typeof Path => process.getBuiltinModule('node:path');
export const os = (): typeof Os => process.getBuiltinModule('node:os');

/** Needed by nearly every run without a ready answer; loaded with `require`, which costs Bun the least. */
export const fs = (): typeof Fs =>
  process.versions.bun === undefined ? process.getBuiltinModule('node:fs') : require('node:fs');

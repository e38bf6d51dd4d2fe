// Writes completions/ anew from the spec: run it after a change of a command or an option.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { completionFiles } from './completion-files.ts';

const FOLDER = new URL('../../completions/', import.meta.url);

rmSync(FOLDER, { recursive: true });
mkdirSync(new URL('man', FOLDER), { recursive: true });
for (const [name, content] of completionFiles()) {
  writeFileSync(new URL(name, FOLDER), content);
}

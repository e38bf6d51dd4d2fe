// Writes completions/ anew from the spec: run it after a change of a command or an option.
import { writeFileSync } from 'node:fs';
import { completionFiles } from './completion-files.ts';

for (const [name, content] of completionFiles()) {
  writeFileSync(new URL(`../../completions/${name}`, import.meta.url), content);
}

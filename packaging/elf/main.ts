// Has an executable for Linux look for /proc before its runtime does: `make build`.

import { needProc } from './need-proc.ts';

for (const path of process.argv.slice(2)) needProc(path);

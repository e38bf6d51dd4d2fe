// Prints the section of CHANGELOG.md that the present version has: the notes of its release.

import { readFileSync } from 'node:fs';
import { VERSION } from '../src/version.ts';

const sections = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8').split(/^(?=## \[)/m);
const section = sections.find((text) => text.startsWith(`## [${VERSION}] - `));
if (section === undefined) throw new Error(`CHANGELOG.md has no section ## [${VERSION}] - DATE`);
console.log(
  section
    .slice(section.indexOf('\n'))
    .replaceAll(/^\[.*\]: .*$/gm, '')
    .trim(),
);

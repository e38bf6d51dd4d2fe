// The hints for codecommit:// URLs that are wrong: what they say to write is what was meant.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { assert as holds, constantFrom, option, property, stringMatching, tuple } from 'fast-check';
import { isCliError } from '../../../src/core/errors.ts';
import { hostOfRegion } from '../../../src/git/hosts.ts';
import { parseCodecommitUrl } from '../../../src/git/malformed-url.ts';
import { readCodecommitUrl } from '../../../src/git/url.ts';
import { runs } from '../../support/fuzz.ts';

function hintFor(url: string): string {
  try {
    parseCodecommitUrl(url);
  } catch (error) {
    if (isCliError(error) && error.hints[0] !== undefined) return error.hints[0];
  }
  throw new Error(`${url} is not malformed`);
}

const FORMS = 'write codecommit://PROFILE@REPOSITORY or codecommit::REGION://PROFILE@REPOSITORY';
const HOST = 'git-codecommit.eu-west-1.amazonaws.com';
const VPCE = 'vpce-1a-2b.git-codecommit.eu-west-1.vpce.amazonaws.com';

for (const [url, hint] of [
  [`codecommit://${HOST}/v1/repos/R`, 'write codecommit::eu-west-1://R'],
  [`codecommit://p@${HOST}/v1/repos/R/`, 'write codecommit::eu-west-1://p@R'],
  [`codecommit::eu-west-1://p@${HOST}/v1/repos/R`, 'write codecommit::eu-west-1://p@R'],
  [`codecommit::https://${HOST}/v1/repos/R`, 'write codecommit::eu-west-1://R'],
  [`https://${HOST}/v1/repos/R`, 'write codecommit::eu-west-1://R'],
  [`codecommit://https://${HOST}:443/v1/repos/R`, 'write codecommit::eu-west-1://R'],
  [`codecommit::https://${VPCE}/v1/repos/R`, `write https://${VPCE}/v1/repos/R`],
  [
    `codecommit::https://a b@${VPCE}/v1/repos/R`,
    `write https://${VPCE}/v1/repos/R, and in the clone run: ccvault git setup '--profile=a b'`,
  ],
  ['codecommit::us-east-1://R/', 'nothing may follow the repository: write codecommit::us-east-1://R'],
  ['codecommit://p@R/sub', 'nothing may follow the repository: write codecommit://p@R'],
  ['codecommit://R:8443', 'nothing may follow the repository: write codecommit://R'],
  ['codecommit://my.repo/', 'nothing may follow the repository: write codecommit://my.repo'],
  ['codecommit://us-east-1://p@R', 'write codecommit::us-east-1://p@R'],
  ['codecommit:us-east-1://R', 'write codecommit::us-east-1://R'],
  ['codecommit::us-east-1:p@R', 'write codecommit::us-east-1://p@R'],
  ['codecommit::us-east-1/R', 'write codecommit::us-east-1://R'],
  ['codecommit://codecommit://p@R', 'write codecommit://p@R'],
  ['codecommit:R', 'write codecommit://R'],
  [
    'codecommit::us-east-1://x;touch${IFS}pwned;@R/',
    "nothing may follow the repository: write 'codecommit::us-east-1://x;touch${IFS}pwned;@R'",
  ],
  // Not to be told what was meant.
  [`codecommit::us-east-1://${HOST}/v1/repos/R`, FORMS],
  [`codecommit://${HOST}`, FORMS],
  [`codecommit://${HOST}/`, FORMS],
  [`codecommit://${HOST}/R`, FORMS],
  [`codecommit::us-east-1://${HOST}`, FORMS],
  ['codecommit://github.com/team/tool', FORMS],
  ['codecommit://github.com/', FORMS],
  ['codecommit::https://github.com/team/tool', FORMS],
  ['codecommit://localhost:8443/v1/repos/R', FORMS],
  ['codecommit://us-east-1://us-west-2://R', FORMS],
  ['github://x', FORMS],
  ['codecommit://', FORMS],
  ['codecommit://user:hunter2@R/', FORMS],
] as const) {
  test(`${url}: ${hint}`, () => assert.equal(hintFor(url), hint));
}

const region = constantFrom('us-east-1', 'eu-west-3', 'us-gov-west-1', 'cn-north-1', 'ap-southeast-12');
// What a shell or a URL gives a meaning to, and blanks; `:` may begin a password, which is not repeated.
const profile = stringMatching(/^[a-zA-Z0-9;$`'"(){}<>|&*?! #~=%\\ü.-]{1,12}$/);
const repository = stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9_-]{0,20}$/);
const wrong = constantFrom(
  (where: string, place: string) => `codecommit::${where}://${place}/`,
  (where: string, place: string) => `codecommit::${where}://${place}//`,
  (where: string, place: string) => `codecommit://${where}://${place}`,
  (where: string, place: string) => `codecommit:${where}:${place}`,
  (where: string, place: string) => `codecommit::${where}/${place}`,
  (where: string, place: string) => `codecommit::codecommit::${where}://${place}`,
  (where: string, place: string) => `codecommit::${where}://${place}:443`,
  (where: string, place: string) => `codecommit::${where}://${place}?ref=main`,
);

test('whatever is suggested says the region, profile and repository that were meant, in a shell too', () => {
  holds(
    property(tuple(region, option(profile, { nil: undefined }), repository, wrong), (given) => {
      const [where, who, what, write] = given;
      const hint = hintFor(write(where, `${who === undefined ? '' : `${who}@`}${what}`));
      const word = /write (.*)$/.exec(hint)?.[1] ?? '';
      const shown = execFileSync('/bin/sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' });
      assert.deepEqual(readCodecommitUrl(shown), { profile: who, region: where, repository: what });
    }),
    runs(150),
  );
});

test('https URLs behind codecommit keep region and repository', () => {
  const before = constantFrom('codecommit::https://', 'codecommit://https://', 'codecommit://', 'https://');
  holds(
    property(tuple(before, region, repository), ([start, where, what]) => {
      const hint = hintFor(`${start}${hostOfRegion(where)}/v1/repos/${what}`);
      assert.equal(hint, `write codecommit::${where}://${what}`);
    }),
  );
});

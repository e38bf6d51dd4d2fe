import { REGION_NAMES } from '../core/aws/region-names.ts';

const DIRECTIONS = /north|south|east|west|central/g;
/** Areas with a common one-letter form. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['us', 'u'],
  ['eu', 'e'],
]);

/** The short names of a region, the shortest first: `ue1` and `use1` for us-east-1, `apne1` for ap-northeast-1. */
export function shortNamesOf(region: string): readonly string[] {
  const [area = '', ...rest] = region.split('-');
  const tail = rest.map((part) => part.replaceAll(DIRECTIONS, ([first = '']) => first)).join('');
  const letter = LETTERS.get(area);
  return [...(letter === undefined ? [] : [letter + tail]), area + tail];
}

/** The region of a short name, in any case; returns any other text unchanged. */
export function regionOfShortName(text: string): string {
  const lower = text.toLowerCase();
  return REGION_NAMES.find((region) => shortNamesOf(region).includes(lower)) ?? text;
}

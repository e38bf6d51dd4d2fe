import { isObject, parseObject } from '../../core/json.ts';

/** The contents of the vault: item names and their texts. */
export type VaultItems = ReadonlyMap<string, string>;

const VERSION = 1;

/**
 * The vault as JSON, readable for those who decrypt it by hand: an item whose text is a JSON object is written as
 * that object, any other as a string.
 */
export function formatVault(items: VaultItems): string {
  const entries = [...items].sort(([one], [other]) => (one < other ? -1 : 1));
  const content = {
    version: VERSION,
    items: Object.fromEntries(entries.map(([item, text]) => [item, nest(text)])),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** The items of a vault; undefined if the text is not a vault of this version. */
export function parseVault(text: string): VaultItems | undefined {
  const content = parseObject(text);
  if (content?.['version'] !== VERSION || !isObject(content['items'])) return undefined;
  const items = Object.entries(content['items']);
  return new Map(
    items.map(([item, value]) => [item, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** The text as an object, if that object is written as exactly this text; else the text. */
function nest(text: string): unknown {
  const value = parseObject(text);
  return value !== undefined && JSON.stringify(value) === text ? value : text;
}

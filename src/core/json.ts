export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses a JSON object; undefined for any other text. Never throws: the runtimes' messages quote invalid JSON, and
 * the text may hold a secret.
 */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** True for a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string field; undefined if it is missing, empty or of another type. */
export function stringField(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number field; undefined if it is missing or of another type. */
export function numberField(object: JsonObject | undefined, name: string): number | undefined {
  const value = object?.[name];
  return typeof value === 'number' ? value : undefined;
}

const MASK = '****';

/**
 * A string that must not be shown: printing, interpolating, serializing or inspecting it yields `****`. Only `reveal()`
 * returns the value, so a search for that word finds every place that could leak one.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  // util.inspect and console.log call this, in Node and Bun.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}

const MASK = '****';

/**
 * A string that must not be seen: printing, interpolating, serialising or inspecting it gives `****`. Only
 * `reveal()` gives the value, so every place that can leak one is found by searching for that word.
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

  // What util.inspect and console.log ask for, in Node and Bun.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}

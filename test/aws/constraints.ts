// Parameter checks of STS, with the texts of its validation errors.

import { AwsError } from './exchange.ts';

export type Constraint = {
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** As the message shows it. */
  readonly pattern?: string;
};

/** Session names, source identities and federated users' names. */
export const NAME_PATTERN = String.raw`[\w+=,.@-]*`;

/**
 * Collects violations over all parameters of a call, since AWS reports them together.
 * Parameters are named as AWS's members are, with a small letter first.
 */
export class Validation {
  readonly #violations: string[] = [];
  readonly #parameters: URLSearchParams;

  constructor(parameters: URLSearchParams) {
    this.#parameters = parameters;
  }

  /** Checks length and pattern; returns the value or null. */
  text(name: string, constraint: Constraint): string | null {
    const value = this.#parameters.get(name);
    if (value === null) {
      if (constraint.required === true) this.#violate('null', name, 'Member must not be null');
      return null;
    }
    const { min = 0, max = Infinity, pattern } = constraint;
    if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
      this.#violate(`'${value}'`, name, `Member must satisfy regular expression pattern: ${pattern}`);
    }
    if (value.length < min) {
      this.#violate(`'${value}'`, name, `Member must have length greater than or equal to ${min}`);
    }
    if (value.length > max) {
      this.#violate(`'${value}'`, name, `Member must have length less than or equal to ${max}`);
    }
    return value;
  }

  /** Seconds, checked against a range. */
  seconds(name: string, fallback: number, min: number, max: number): number {
    const text = this.#parameters.get(name);
    if (text === null) return fallback;
    if (!/^-?\d+$/.test(text)) throw new AwsError('MalformedInput', 'Invalid input', 400);
    const value = Number(text);
    if (value < min) {
      this.#violate(`'${value}'`, name, `Member must have value greater than or equal to ${min}`);
    }
    if (value > max) {
      this.#violate(`'${value}'`, name, `Member must have value less than or equal to ${max}`);
    }
    return value;
  }

  /** @throws AwsError ValidationError naming every violation found so far */
  finish(): void {
    const count = this.#violations.length;
    if (count === 0) return;
    const head = `${count} validation error${count === 1 ? '' : 's'} detected`;
    throw validationError(`${head}: ${this.#violations.join('; ')}`);
  }

  #violate(value: string, name: string, rule: string): void {
    const member = name.charAt(0).toLowerCase() + name.slice(1);
    this.#violations.push(`Value ${value} at '${member}' failed to satisfy constraint: ${rule}`);
  }
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message, 400);
}

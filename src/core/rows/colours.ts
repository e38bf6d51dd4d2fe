/** How urgently a value needs attention. */
export type Urgency = 'soon' | 'now';

const SEQUENCES: Readonly<Record<Urgency, string>> = { soon: '\u001B[33m', now: '\u001B[31m' };

/** The escape sequence of an urgency: yellow for `soon`, red for `now`. */
export function byUrgency(urgency: Urgency | undefined): string | undefined {
  return urgency === undefined ? undefined : SEQUENCES[urgency];
}

// Two kinds of time: what the stand-in's wall clock shows, and how old things have become.

/**
 * `wall` is AWS's clock as a client sees it: the machine's plus a skew. Signature dates, `Date` headers and every
 * date in an answer are in it. `age` runs along with it and can be moved ahead alone, which lets sessions end
 * and codes turn while the clients' signatures stay fresh. All in ms since 1970.
 */
export type Clock = {
  wall(): number;
  age(): number;
  /** An `age` moment as the wall clock would have shown it. */
  shown(ageMs: number): Date;
  /** Lets this much time pass for all that was issued; the wall clock stays. */
  advance(ms: number): void;
  /** Sets how far the wall clock (and the age with it) is off the machine's. */
  skew(ms: number): void;
};

export function createClock(): Clock {
  let ahead = 0;
  let off = 0;
  const wall = (): number => Date.now() + off;
  return {
    wall,
    age: () => wall() + ahead,
    shown: (ageMs) => new Date(ageMs - ahead),
    advance: (ms) => {
      ahead += ms;
    },
    skew: (ms) => {
      off = ms;
    },
  };
}

/** Environment variables. Never modified: a child gets a new object. */
export type Environment = Readonly<Record<string, string | undefined>>;

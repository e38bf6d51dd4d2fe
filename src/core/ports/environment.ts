/** The environment as ccvault got it. Never written to: a child gets a new one. */
export type Environment = Readonly<Record<string, string | undefined>>;

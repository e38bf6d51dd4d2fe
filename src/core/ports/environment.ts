/** The environment as ccvault got it. Never written to: a child's is computed anew. */
export type Environment = Readonly<Record<string, string | undefined>>;

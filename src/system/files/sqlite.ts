import type * as Sqlite from 'node:sqlite';

let loaded: typeof Sqlite | undefined;

/**
 * The runtime's SQLite, loaded on first use. Node before 24.15 warns that it is experimental; that warning is
 * suppressed, because the user can do nothing about it.
 */
export function loadSqlite(): typeof Sqlite {
  // `getBuiltinModule`, not `import()`: being synchronous, it suppresses no warning of other code.
  loaded ??= withoutExperimentalWarning(() => process.getBuiltinModule('node:sqlite'));
  return loaded;
}

/** Runs `work`, which must be synchronous, without the runtime's ExperimentalWarning; other warnings appear. */
export function withoutExperimentalWarning<T>(work: () => T): T {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it was
  const emitWarning = process.emitWarning;
  process.emitWarning = (...warning: unknown[]): void => {
    if (warning[1] !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, warning);
  };
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}

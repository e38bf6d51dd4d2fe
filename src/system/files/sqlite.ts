import type * as Sqlite from 'node:sqlite';

let loaded: typeof Sqlite | undefined;

/**
 * SQLite of the runtime, loaded when first asked for. Node before 24.15 announces it as experimental, which is
 * no news to the user; every other warning goes its way.
 */
export function loadSqlite(): typeof Sqlite {
  // getBuiltinModule and not import(): nothing else runs while the warning is held back.
  loaded ??= withoutExperimentalWarning(() => process.getBuiltinModule('node:sqlite'));
  return loaded;
}

/** Runs `work` (synchronous) with the runtime's ExperimentalWarning held back. */
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

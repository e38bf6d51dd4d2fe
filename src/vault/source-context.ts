import type { System } from '../core/ports/system.ts';
import type { SourceContext } from '../sources/source.ts';
import type { SessionStore } from './sessions/session-store.ts';
import { tokenRecords } from './sessions/token-records.ts';
import { singleFlight } from './single-flight.ts';

/** What the credential sources need of the vault, which they do not import. */
export function sourceContext(system: System, sessions: SessionStore, noBrowser = false): SourceContext {
  return {
    system,
    tokens: tokenRecords(system, sessions),
    singleFlight: (flight) => singleFlight(system.locks, flight),
    noBrowser,
  };
}

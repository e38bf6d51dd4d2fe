import { constants } from 'node:os';
import { signalsToIgnore } from './inheritance.ts';

const kept = new Set<string>();

/**
 * Adds a listener that does nothing to each ignored signal. Without it, a listener that another module adds and
 * removes leaves the signal at its default, which ends the process. The runtimes ignore SIGXFSZ, so that a write
 * beyond the file size limit is an error (setrlimit(2)); nohup(1) ignores SIGHUP. SIGCHLD is left to the runtime.
 */
export function keepIgnoredSignals(): void {
  if (process.platform === 'win32') return;
  const numbers = signalsToIgnore();
  for (const [name, number] of Object.entries(constants.signals)) {
    if (kept.has(name) || name === 'SIGCHLD' || !numbers.includes(number)) continue;
    kept.add(name);
    process.on(name, () => {});
  }
}

import { constants } from 'node:os';
import { signalsToIgnore } from './inheritance.ts';

const kept = new Set<string>();

/**
 * Keeps the signals that are ignored without effect, whoever listens to them for a while: a listener, once removed,
 * leaves its signal at the default, which ends the process. The runtimes ignore SIGXFSZ, so that a write beyond the limit
 * of file sizes is an error (setrlimit(2)); nohup(1) ignores SIGHUP. SIGCHLD is left to the runtime.
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

import { readFileSync } from 'node:fs';
import type { Output } from '../../core/ports/terminal.ts';
import type { LockNote } from './lock-note.ts';

/** Prints which process holds a lock after a long wait, and the command that continues or ends it. */
export function tellOfHolder(note: LockNote | undefined, out: Pick<Output, 'info' | 'hint'>): void {
  if (note === undefined) {
    out.info('another ccvault still holds the lock that this command needs; its pid is not known');
    return;
  }
  const { pid, command } = note;
  const stopped = isStopped(pid);
  out.info(
    `pid ${pid} still holds the lock that this command needs${stopped ? ', and is stopped' : ''}: ${command}`,
  );
  out.hint(stopped ? `continue it with: kill -CONT ${pid}` : `if it is stuck, end it with: kill ${pid}`);
}

/** Whether a process is stopped; false where there is no /proc. */
function isStopped(pid: number): boolean {
  try {
    // proc_pid_stat(5): pid, command in parentheses, state (T stopped, t traced).
    return /^\s*[Tt]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1').split(')').at(-1) ?? '');
  } catch {
    return false;
  }
}

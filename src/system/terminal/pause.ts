const PAUSE_MILLISECONDS = 5;

/** Blocks for 5 ms, to wait for the other end of a non-blocking pipe (EAGAIN) without a busy loop. */
export function pauseForPipe(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MILLISECONDS);
}

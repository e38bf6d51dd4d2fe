// The program imports this first, so that nothing else runs before it.

const DEBUGGER_SIGNAL = 'SIGUSR1';

/**
 * Ends the process on SIGUSR1, as in any other program, unless another listener uses the signal (`exec` relays it).
 * Without a listener, Node opens its debugger on port 9229, and any user of the machine can connect to it and read
 * every secret of the process.
 */
function endOnDebuggerSignal(): void {
  if (process.listenerCount(DEBUGGER_SIGNAL) > 1) return;
  process.off(DEBUGGER_SIGNAL, endOnDebuggerSignal);
  process.kill(process.pid, DEBUGGER_SIGNAL);
}

if (process.versions.bun === undefined && process.platform !== 'win32') {
  process.on(DEBUGGER_SIGNAL, endOnDebuggerSignal);
}

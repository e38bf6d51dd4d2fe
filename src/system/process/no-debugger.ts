// The first import of the program, so that nothing of it runs before this.

const DEBUGGER_SIGNAL = 'SIGUSR1';

/**
 * Node opens its debugger on port 9229 when it is sent SIGUSR1 and nothing listens for the signal: any process that can connect to
 * the port, any user of the machine, then reads every secret of the process. With this listener the signal means
 * what it means to any other program, the end, unless another listener (`exec` relays it) has a use for it.
 */
function endOnDebuggerSignal(): void {
  if (process.listenerCount(DEBUGGER_SIGNAL) > 1) return;
  process.off(DEBUGGER_SIGNAL, endOnDebuggerSignal);
  process.kill(process.pid, DEBUGGER_SIGNAL);
}

if (process.versions.bun === undefined && process.platform !== 'win32') {
  process.on(DEBUGGER_SIGNAL, endOnDebuggerSignal);
}

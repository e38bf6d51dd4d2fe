// Loaded before the program: nothing that it awaits keeps it alive, as in a process to which the system tells no end of
// a child. Programs that it starts go on beside it.

import { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';

type Listener = Parameters<EventEmitter['on']>[1];

for (const name of ['on', 'once', 'addListener'] as const) {
  ChildProcess.prototype[name] = function listen(this: ChildProcess, event: string, listener: Listener) {
    setImmediate(() => {
      this.unref();
      // Pipes are sockets in one runtime and not in the other.
      for (const pipe of this.stdio as readonly ({ unref?: () => void } | undefined)[]) pipe?.unref?.();
    });
    EventEmitter.prototype[name].call(this, event, listener);
    return this;
  };
}

const start = globalThis.setTimeout;
globalThis.setTimeout = ((...given: Parameters<typeof start>) => start(...given).unref()) as typeof start;

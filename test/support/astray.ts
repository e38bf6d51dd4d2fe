// Loaded before the program: as soon as it has started another one, something fails that nobody waits for, thrown or
// rejected, as the variable ASTRAY has it.

import { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';

type Listener = Parameters<EventEmitter['on']>[1];

let failed = false;

for (const name of ['on', 'once', 'addListener'] as const) {
  ChildProcess.prototype[name] = function listen(this: ChildProcess, event: string, listener: Listener) {
    if (!failed) setImmediate(fail);
    failed = true;
    EventEmitter.prototype[name].call(this, event, listener);
    return this;
  };
}

function fail(): void {
  const error = new Error('nobody waits for this');
  if (process.env['ASTRAY'] === 'thrown') throw error;
  void Promise.reject(error);
}

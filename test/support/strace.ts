// What a program asked of the kernel, as strace(1) saw it.

import { readFileSync } from 'node:fs';

export interface SystemCall {
  readonly pid: number;
  readonly name: string;
  /** Everything between the parentheses, whole also where another thread's call came in between. */
  readonly args: string;
  /** What stands behind `=`. */
  readonly result: string;
}

/** strace and its options, to put before a command: `trace` as in `-e trace=`. */
export function straced(output: string, trace: string, ...more: readonly string[]): readonly string[] {
  return ['strace', '-f', '-qq', '-s', '4096', '-o', output, '-e', `trace=${trace}`, ...more];
}

/** The calls of an output file, in order of their end. */
export function readCalls(output: string): SystemCall[] {
  const begun = new Map<string, string>();
  const calls: SystemCall[] = [];
  for (const line of readFileSync(output, 'latin1').split('\n')) {
    const [, pid = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(text);
    if (unfinished !== null) {
      begun.set(pid, unfinished[1] ?? '');
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    const whole = resumed === null ? text : `${begun.get(pid) ?? ''}${resumed[1] ?? ''}`;
    const [, name, args = '', result = ''] = /^(\w+)\((.*)\)\s+= (.*)$/.exec(whole) ?? [];
    if (name !== undefined) calls.push({ pid: Number(pid), name, args, result });
  }
  return calls;
}

/** The strings in a call's arguments, paths among them. */
export function stringsIn(call: SystemCall): string[] {
  return [...call.args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
}

import { linkInProc, namesInProc, readProc } from '../files/proc.ts';

/** A descriptor above 2 that the parent left open for us. */
export interface InheritedDescriptor {
  readonly number: number;
  /** What it is open on, as /proc shows it: tells a number that was closed and used again. */
  readonly target: string;
}

/** What a child would have got from our parent and the runtime has changed or would not pass on. */
export interface Inheritance {
  readonly parent: number;
  readonly descriptors: readonly InheritedDescriptor[];
  /** Signals ignored when we were started, SIGPIPE and SIGXFSZ left out: a child gets those at their default. */
  readonly ignoredSignals: readonly number[];
}

export interface OpenFilesLimit {
  readonly soft: number;
  readonly hard: number;
}

// The kinds that the runtimes' own event loops open.
const EVENT_LOOP_KINDS = new Set(
  ['eventpoll', 'eventfd', 'timerfd', 'io_uring'].map((kind) => `anon_inode:[${kind}]`),
);

// signal(7): the same on every system and architecture that the runtimes have builds for.
const SIGHUP = 1;
const SIGTSTP = 20;
export const SIGPIPE = 13;
export const SIGXFSZ = 25;

// Both runtimes raise the soft limit to the hard one, at most to this.
const RAISED_AT_MOST = 2 ** 20;

/**
 * Takes stock of what the parent left us. Right only while nothing but the runtime has opened files or changed
 * signals, so it belongs at the start of a command that starts another (0.3 ms). Linux only: elsewhere the result is "nothing",
 * which on macOS costs the child no descriptor (Bun leaves close-on-exec alone there) but leaves the raised
 * limit on open files, the parent's being out of reach.
 */
export function takeInheritance(): Inheritance {
  const parent = process.ppid;
  const nothing = { parent, descriptors: [], ignoredSignals: [] };
  if (process.platform !== 'linux') {
    return nothing;
  }
  try {
    return {
      parent,
      descriptors: inheritedDescriptors(),
      ignoredSignals: ignoredByParent(),
    };
  } catch {
    // No /proc: there is nothing to go by.
    return nothing;
  }
}

function inheritedDescriptors(): InheritedDescriptor[] {
  const all: InheritedDescriptor[] = [];
  for (const name of namesInProc('/proc/self/fd')) {
    const target = descriptorTarget('self', name);
    // The one that listed the folder is closed by now.
    if (target !== undefined) {
      all.push({ number: Number(name), target });
    }
  }
  const ownPipes = process.versions.bun === undefined ? pipesOfNode(all) : new Set<string>();
  return all.filter(
    ({ number, target }) => number > 2 && !EVENT_LOOP_KINDS.has(target) && !ownPipes.has(target),
  );
}

function descriptorTarget(pid: number | 'self', descriptor: number | string): string | undefined {
  try {
    return linkInProc(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}

/**
 * Node's event loop talks to its threads and signal handlers through pipes of its own. What sets them apart
 * from inherited ones (process substitution, make's job server): we hold both ends, and the parent holds none.
 */
function pipesOfNode(descriptors: readonly InheritedDescriptor[]): Set<string> {
  const pipes = new Map<string, InheritedDescriptor[]>();
  for (const descriptor of descriptors) {
    if (descriptor.target.startsWith('pipe:')) {
      pipes.set(descriptor.target, [...(pipes.get(descriptor.target) ?? []), descriptor]);
    }
  }
  let ofParent: Set<string | undefined> | undefined;
  const own = new Set<string>();
  for (const [target, ends] of pipes) {
    if (ends.length === 2 && ends.every((end) => end.number > 2) && accessModes(ends).size === 2) {
      ofParent ??= targetsOf(process.ppid);
      if (!ofParent.has(target)) {
        own.add(target);
      }
    }
  }
  return own;
}

function accessModes(descriptors: readonly InheritedDescriptor[]): Set<number> {
  const O_ACCMODE = 3;
  return new Set(
    descriptors.map(({ number }) => {
      const [flags = '0'] = fieldsOf(readProc(`/proc/self/fdinfo/${number}`), 'flags:');
      return Number.parseInt(flags, 8) & O_ACCMODE;
    }),
  );
}

function targetsOf(pid: number): Set<string | undefined> {
  try {
    return new Set(namesInProc(`/proc/${pid}/fd`).map((name) => descriptorTarget(pid, name)));
  } catch {
    // The parent is another user's, or gone.
    return new Set();
  }
}

function ignoredByParent(): number[] {
  return process.versions.bun === undefined ? ignoredBeforeNode() : ignoredSignals('self');
}

/** The numbers of the signals that are to have no effect on us: those that the parent or the runtime ignores. */
export function signalsToIgnore(): readonly number[] {
  try {
    return process.platform === 'linux' ? [SIGXFSZ, ...ignoredByParent()] : [SIGXFSZ];
  } catch {
    return [SIGXFSZ];
  }
}

/** True where the parent left SIGTSTP ignored: nothing would continue us. Node resets that before we can read it. */
export function ignoresSuspension(): boolean {
  try {
    return process.platform === 'linux' && ignoredSignals('self').includes(SIGTSTP);
  } catch {
    return false;
  }
}

function ignoredSignals(pid: number | 'self'): number[] {
  const [mask = '0'] = fieldsOf(readProc(`/proc/${pid}/status`), 'SigIgn:');
  const ignored: number[] = [];
  for (const [half, digits] of [mask.slice(-8), mask.slice(0, -8)].entries()) {
    // In halves, as numbers: 64 big integers would cost 0.1 ms.
    const bits = Number.parseInt(digits || '0', 16);
    for (let bit = 0; bit < 32; bit += 1) {
      if ((bits >>> bit) & 1) ignored.push(32 * half + bit + 1);
    }
  }
  return ignored.filter((signal) => signal !== SIGPIPE && signal !== SIGXFSZ);
}

/**
 * Node puts every signal to its default before any JavaScript runs, so only traces of a `nohup` are left: a
 * parent that ignores SIGHUP itself, nohup(1) as the last command of the shell (`_`), and the stdin that GNU's
 * nohup gives on a terminal, /dev/null for writing. Other signals a parent ignores say nothing: interactive
 * shells ignore several for themselves alone.
 */
function ignoredBeforeNode(): number[] {
  const hangup = SIGHUP;
  const nohup =
    /(?:^|\/)nohup$/.test(process.env['_'] ?? '') ||
    ignoredSignals(process.ppid).includes(hangup) ||
    (descriptorTarget('self', 0) === '/dev/null' && accessModes([{ number: 0, target: '' }]).has(1));
  return nohup ? [hangup] : [];
}

/** The inherited descriptors that are still open on what they were. */
export function openDescriptors(inheritance: Inheritance): readonly InheritedDescriptor[] {
  return inheritance.descriptors.filter(({ number, target }) => descriptorTarget('self', number) === target);
}

/**
 * The limit on open files that has to be put back, because the runtime has raised the soft one. The kernel
 * keeps no trace of what it was, so the parent's stands for it; where the parent is gone or has another hard
 * limit (a `ulimit -n` or a service manager between it and us) it does not, and the result is undefined.
 */
export function limitToPutBack(inheritance: Inheritance): OpenFilesLimit | undefined {
  if (process.platform !== 'linux' || process.ppid !== inheritance.parent) {
    return undefined;
  }
  const own = openFilesLimit('self');
  const parents = openFilesLimit(inheritance.parent);
  if (own === undefined || parents === undefined || process.ppid !== inheritance.parent) {
    return undefined;
  }
  const raised = own.soft === Math.min(own.hard, RAISED_AT_MOST);
  return raised && parents.hard === own.hard && parents.soft < own.soft ? parents : undefined;
}

function openFilesLimit(pid: number | 'self'): OpenFilesLimit | undefined {
  try {
    const [soft, hard] = fieldsOf(readProc(`/proc/${pid}/limits`), 'Max open files');
    return soft === undefined || hard === undefined
      ? undefined
      : { soft: limitOf(soft), hard: limitOf(hard) };
  } catch {
    return undefined;
  }
}

function limitOf(text: string): number {
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
}

/**
 * The words after `label` on its line of a file in /proc. Without patterns and array methods: the first use of
 * each in a process costs as much as reading the file.
 */
function fieldsOf(text: string, label: string): string[] {
  const fields: string[] = [];
  const start = text.indexOf(label);
  if (start >= 0) {
    const line = text.slice(start + label.length, text.indexOf('\n', start));
    for (const field of line.replaceAll('\t', ' ').split(' ')) {
      if (field !== '') {
        fields.push(field);
      }
    }
  }
  return fields;
}

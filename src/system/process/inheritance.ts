import { linkInProc, namesInProc, readProc } from '../files/proc.ts';

/** A descriptor above 2 that this process inherited. */
export interface InheritedDescriptor {
  readonly number: number;
  /** What it is open on, as /proc shows it; reveals a number that was closed and reused. */
  readonly target: string;
}

/** What the parent left for a child and the runtime has changed or would not pass on. */
export interface Inheritance {
  readonly parent: number;
  readonly descriptors: readonly InheritedDescriptor[];
  /**
   * The numbers of the signals ignored at start, without SIGPIPE and SIGXFSZ: a child gets those at their default.
   */
  readonly ignoredSignals: readonly number[];
}

/** The limit on open files, RLIMIT_NOFILE; infinity where there is none. */
export interface OpenFilesLimit {
  readonly soft: number;
  readonly hard: number;
}

// The kinds of descriptors that the runtimes open for their event loops.
const EVENT_LOOP_KINDS = new Set(
  ['eventpoll', 'eventfd', 'timerfd', 'io_uring'].map((kind) => `anon_inode:[${kind}]`),
);

// signal(7): the same numbers on every architecture of the builds. SIGTSTP, read on Linux alone, is another one on
// macOS.
const SIGHUP = 1;
const SIGTSTP = 20;
export const SIGPIPE = 13;
export const SIGXFSZ = 25;

// Both runtimes raise the soft limit to the hard one, but not above this.
const RAISED_AT_MOST = 2 ** 20;

/**
 * Records what the parent left for a child; takes 0.3 ms. Correct only before files are opened and signals changed by
 * anything but the runtime, so call it at the start of a command that starts another. Linux only: elsewhere the
 * result is empty. On macOS a child then still gets its descriptors (Bun leaves close-on-exec alone there), but also
 * the raised limit on open files, because the parent's cannot be read.
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
    // There is no /proc.
    return nothing;
  }
}

function inheritedDescriptors(): InheritedDescriptor[] {
  const all: InheritedDescriptor[] = [];
  for (const name of namesInProc('/proc/self/fd')) {
    const target = descriptorTarget('self', name);
    // The descriptor that listed the folder is closed by now.
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
 * The pipes that Node's event loop opens for its threads and signal handlers. Unlike an inherited pipe (process
 * substitution, make's job server), this process holds both ends and the parent none.
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
    // The parent has ended or belongs to another user.
    return new Set();
  }
}

function ignoredByParent(): number[] {
  return process.versions.bun === undefined ? ignoredBeforeNode() : ignoredSignals('self');
}

/** The numbers of the signals that must not affect this process: those that the parent or the runtime ignores. */
export function signalsToIgnore(): readonly number[] {
  try {
    return process.platform === 'linux' ? [SIGXFSZ, ...ignoredByParent()] : [SIGXFSZ];
  } catch {
    return [SIGXFSZ];
  }
}

/**
 * Whether the parent ignores SIGTSTP: nothing would continue a stopped process. Linux only; always false on Node,
 * which resets it.
 */
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
    // In two halves, as numbers: 64 BigInts would take 0.1 ms.
    const bits = Number.parseInt(digits || '0', 16);
    for (let bit = 0; bit < 32; bit += 1) {
      if ((bits >>> bit) & 1) ignored.push(32 * half + bit + 1);
    }
  }
  return ignored.filter((signal) => signal !== SIGPIPE && signal !== SIGXFSZ);
}

/**
 * Node resets every signal before any JavaScript runs, so only the traces of a `nohup` are left: a parent that
 * ignores SIGHUP itself, nohup(1) as the last command of the shell (`_`), or /dev/null open for writing as standard
 * input, as GNU nohup leaves it on a terminal. Other signals that the parent ignores prove nothing: interactive
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

/** The inherited descriptors that are still open on the same file. */
export function openDescriptors(inheritance: Inheritance): readonly InheritedDescriptor[] {
  return inheritance.descriptors.filter(({ number, target }) => descriptorTarget('self', number) === target);
}

/**
 * The limit on open files to restore for a child, because the runtime has raised the soft one. The kernel does not
 * keep the former limit, so the parent's is used. Undefined where the runtime raised nothing, or where the parent has
 * ended or has another hard limit (`ulimit -n` or a service manager set ours).
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
 * The words after `label` on its line of a file in /proc. Uses no regular expressions and no array methods: the first
 * use of each in a process takes as long as reading the file.
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

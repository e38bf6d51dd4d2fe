// Runs scripts: commands first, then the files they find in their folder, as in Go's testscript. The verbs are in README.md.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { PROGRAM_NAMES, type Build } from '../support/builds.ts';
import { findProgram, requires } from '../support/requires.ts';
import { SECRET_SERVICE_PROGRAMS, startSecretService } from '../support/secret-service.ts';
import { runAwsVerb } from './aws-verbs.ts';
import { mends } from './doctor-verb.ts';
import { expandWord, parseScript, type ScriptLine } from './line.ts';
import { run, runInBackground, runOnTerminal } from './run-command.ts';
import { checkFolder, checkPrinted } from './secrets.ts';
import { lookUp, NOTHING, pathOf, ScriptSkipped, type Background, type ScriptState } from './state.ts';
import { parseTxtar } from './txtar.ts';
import { VERBS } from './verbs.ts';

const PROGRAMS: ReadonlySet<string> = new Set(['exec', ...PROGRAM_NAMES]);

/** Runs one script against one build; throws an error that shows where it failed. The reason where it was skipped. */
export async function runScript(text: string, build: Build): Promise<string | undefined> {
  const { comment, files } = parseTxtar(text);
  const lines = parseScript(comment);
  const state = createState(build);
  let current: ScriptLine | undefined;
  try {
    for (const { name, data } of files) {
      const path = pathOf(state, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, data);
    }
    for (const line of lines) {
      current = line;
      if (line.conditions.every((condition) => holds(state, condition))) await runLine(state, line);
    }
    if (state.backgrounds.length > 0) await wait(state);
    checkFolder(state, state.env.get('CCVAULT_HOME') ?? '');
  } catch (error) {
    if (error instanceof ScriptSkipped) return error.message;
    throw new Error(report(comment, current, state, error), { cause: error });
  } finally {
    await cleanUp(state);
  }
  return undefined;
}

function createState(build: Build): ScriptState {
  const root = mkdtempSync(join(tmpdir(), 'ccvault-script-'));
  const work = join(root, 'work');
  const bin = join(root, 'bin');
  for (const folder of [work, bin, join(work, 'home'), join(work, 'tmp')]) mkdirSync(folder);
  for (const name of PROGRAM_NAMES) symlinkSync(build.program, join(bin, name));
  if (build.node !== undefined) symlinkSync(build.node, join(bin, 'node'));
  const passphrase = randomBytes(12).toString('hex');
  const env = {
    PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
    HOME: join(work, 'home'),
    TMPDIR: join(work, 'tmp'),
    CCVAULT_HOME: join(work, 'vault'),
    CCVAULT_BACKEND: 'file',
    CCVAULT_PASSPHRASE: passphrase,
    // What a script leaves in the kernel's keyring must not stay there for half a day.
    CCVAULT_UNLOCK_TTL: '5m',
    SHELL: '/bin/sh',
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
  };
  return {
    build,
    work,
    bin,
    cwd: work,
    env: new Map(Object.entries(env)),
    variables: new Map([['WORK', work]]),
    computed: new Map(),
    secrets: new Map([['the passphrase', passphrase]]),
    secretSources: [],
    last: NOTHING,
    stdin: undefined,
    answers: [],
    backgrounds: [],
    terminal: undefined,
    secretsAllowed: false,
    cleanups: [() => removeTree(root)],
  };
}

function removeTree(root: string): void {
  // Scripts take rights from folders, and only root can then still look inside.
  for (const folder of ['work', 'work/home', 'work/vault']) {
    try {
      chmodSync(join(root, folder), 0o700);
    } catch {
      // A script may have removed it.
    }
  }
  rmSync(root, { recursive: true, force: true });
}

function holds(state: ScriptState, condition: string): boolean {
  if (condition.startsWith('!')) return !holds(state, condition.slice(1));
  if (condition.startsWith('exec:')) return requires(condition.slice(5)) === false;
  // For what no package of Debian brings: never a failure.
  if (condition.startsWith('optional:')) return findProgram(condition.slice(9)) !== undefined;
  if (condition === 'root') return process.geteuid?.() === 0;
  if (['linux', 'darwin', 'win32'].includes(condition)) return process.platform === condition;
  if (['standalone', 'npm'].includes(condition)) return state.build.name === condition;
  throw new Error(`no such condition: ${condition}`);
}

async function runLine(state: ScriptState, line: ScriptLine): Promise<void> {
  const [first, ...rest] = line.words;
  const verb = first === undefined ? '' : expandWord(first, (name) => lookUp(state, name));
  if (verb === 'tty-in' || verb === 'tty-keys') {
    // `tty-in PROMPT => ANSWER`: the answer is expanded when it is typed, since codes have their time.
    const [prompt, , answer] = rest;
    assert.ok(prompt !== undefined && answer !== undefined && rest.length === 3, `${verb} PROMPT => ANSWER`);
    const pattern = new RegExp(expandWord(prompt, (name) => lookUp(state, name)));
    state.answers.push({ prompt: pattern, text: answer, enter: verb === 'tty-in' });
    return;
  }
  const args = rest.map((word) => expandWord(word, (name) => lookUp(state, name)));
  if (PROGRAMS.has(verb) || verb === 'tty' || verb === 'tty-only') return runProgram(state, line, verb, args);
  if (verb === 'wait') return wait(state);
  if (verb === 'aws') return runAwsVerb(state, args);
  if (verb === 'backend') return chooseBackend(state, args);
  if (verb === 'mends') return mends(state, args);
  if (verb === 'kill') {
    for (const one of state.backgrounds) one.kill(signalOf(args[0] ?? 'TERM'));
    return;
  }
  if (verb === 'background-out') return backgroundOutput(state, args[0] ?? '');
  const known = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (known === undefined) throw new Error(`no such verb: ${verb}`);
  assert.ok(typeof line.expected === 'string' || line.expected === 0, 'exit is for commands');
  await known(state, args, line.expected === 'failure');
}

async function runProgram(
  state: ScriptState,
  line: ScriptLine,
  verb: string,
  args: readonly string[],
): Promise<void> {
  const mayShow = state.secretsAllowed;
  state.secretsAllowed = false;
  const terminal = verb === 'tty' || verb === 'tty-only';
  const command = verb === 'exec' || terminal ? args : [verb, ...args];
  if (line.background) return runInBackground(state, command, line.expected);
  const code = terminal
    ? await runOnTerminal(state, command, verb === 'tty-only')
    : await run(state, command);
  checkPrinted(state, state.last, mayShow);
  checkCode(code, line.expected);
}

async function wait(state: ScriptState): Promise<void> {
  const ended: Background[] = state.backgrounds.splice(0);
  const outputs: Background[] = [];
  for (const one of ended) {
    const code = await one.ended;
    outputs.push(one);
    state.last = {
      stdout: outputs.map((each) => each.output().stdout).join(''),
      stderr: outputs.map((each) => each.output().stderr).join(''),
      terminal: '',
    };
    checkPrinted(state, { ...one.output(), stdout: '' }, true);
    checkCode(code, one.expected);
  }
}

async function backgroundOutput(state: ScriptState, pattern: string): Promise<void> {
  const wanted = new RegExp(pattern, 'm');
  const one = state.backgrounds.at(-1);
  assert.ok(one, 'nothing runs in the background');
  const over = one.ended.then(() => 'over' as const);
  for (let seen = false; !seen;) {
    const { stdout, stderr } = one.output();
    state.last = { stdout, stderr, terminal: '' };
    seen = wanted.test(stdout) || wanted.test(stderr);
    if (!seen && (await Promise.race([one.changed(), over])) === 'over') {
      const { stdout: all, stderr: rest } = one.output();
      assert.ok(wanted.test(all) || wanted.test(rest), `ended without ${pattern}`);
    }
  }
}

function checkCode(code: number, expected: ScriptLine['expected']): void {
  if (expected === 'failure') assert.notEqual(code, 0, 'did not fail');
  else assert.equal(code, expected, `exit code ${code}, not ${expected}`);
}

/** `backend keyring` gives the script a message bus with an unlocked keyring, `backend file` takes it away. */
async function chooseBackend(
  state: ScriptState,
  [name = '', keyring = 'unlocked']: readonly string[],
): Promise<void> {
  state.env.set('CCVAULT_BACKEND', name);
  if (name !== 'keyring') return;
  const missing = requires(...SECRET_SERVICE_PROGRAMS);
  if (missing !== false) throw new ScriptSkipped(missing);
  assert.ok(keyring === 'unlocked' || keyring === 'empty' || keyring === 'none', `no keyring ${keyring}`);
  const session = await startSecretService({ keyring });
  state.cleanups.push(() => session.end());
  for (const variable of ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR']) {
    state.env.set(variable, session.environment[variable] ?? '');
  }
  state.variables.set('KEYRING_DATA', session.environment['XDG_DATA_HOME'] ?? '');
  state.env.delete('CCVAULT_PASSPHRASE');
}

function signalOf(name: string): NodeJS.Signals {
  const signal = (['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL', 'SIGUSR1'] as const).find(
    (one) => one === `SIG${name}`,
  );
  if (signal === undefined) throw new Error(`no signal ${name}`);
  return signal;
}

async function cleanUp(state: ScriptState): Promise<void> {
  for (const one of state.backgrounds) one.kill('SIGKILL');
  await state.terminal?.hangUp();
  for (const cleanup of state.cleanups.toReversed()) await cleanup();
}

/** The script with the failing line marked, then what the last command printed. */
function report(script: string, failed: ScriptLine | undefined, state: ScriptState, error: unknown): string {
  const lines = script
    .split('\n')
    .map((line, index) => `${index + 1 === failed?.number ? '>>' : '  '} ${line}`);
  const printed = Object.entries(state.last)
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `--- ${name}\n${text}`);
  const message = error instanceof Error ? error.message : String(error);
  return [message, '--- script', lines.join('\n').trimEnd(), ...printed].join('\n');
}

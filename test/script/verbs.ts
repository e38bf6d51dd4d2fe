// The verbs of a script that look at and change files, variables and what was printed.

import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { settled, shownPattern } from '../docs/compare.ts';
import { createLightVault } from '../support/light-vault.ts';
import { expandText } from './line.ts';
import { lookUp, pathOf, ScriptSkipped, type ScriptState } from './state.ts';

/** A verb that runs nothing. `negated`: the line began with `!`. */
export type Verb = (state: ScriptState, args: readonly string[], negated: boolean) => void | Promise<void>;

export const VERBS: Readonly<Record<string, Verb>> = {
  env: (state, args) => setAll(state.env, args),
  set: (state, args) => setAll(state.variables, args),
  unset(state, args) {
    for (const name of args) state.env.delete(name);
  },
  cd(state, [path = '']) {
    state.cwd = pathOf(state, path);
    assert.ok(statSync(state.cwd).isDirectory(), `${path} is no folder`);
  },
  mkdir(state, args) {
    for (const path of args) mkdirSync(pathOf(state, path), { recursive: true });
  },
  cp(state, [from = '', to = '']) {
    if (from === 'stdout' || from === 'stderr') writeFileSync(pathOf(state, to), state.last[from]);
    else cpSync(pathOf(state, from), pathOf(state, to), { recursive: true });
  },
  rm(state, args) {
    for (const path of args) rmSync(pathOf(state, path), { recursive: true, force: true });
  },
  chmod(state, [mode = '', ...paths]) {
    for (const path of paths) chmodSync(pathOf(state, path), Number.parseInt(mode, 8));
  },
  symlink(state, [path = '', , target = '']) {
    symlinkSync(target, pathOf(state, path));
  },
  append(state, [path = '', ...words]) {
    mkdirSync(dirname(pathOf(state, path)), { recursive: true });
    appendFileSync(pathOf(state, path), `${words.join(' ')}\n`);
  },
  /** Replaces variables in files. */
  expand(state, args) {
    for (const path of args) {
      const file = pathOf(state, path);
      writeFileSync(
        file,
        expandText(readFileSync(file, 'utf8'), (name) => lookUp(state, name)),
      );
    }
  },
  stdin(state, [source = '']) {
    state.stdin = textOf(state, source);
  },
  stdout: (state, [pattern = ''], negated) => matches(state.last.stdout, pattern, negated, 'stdout'),
  stderr: (state, [pattern = ''], negated) => matches(state.last.stderr, pattern, negated, 'stderr'),
  'tty-out': (state, [pattern = ''], negated) =>
    matches(state.last.terminal, pattern, negated, 'the terminal'),
  /** The last command said what is wrong and at most how to mend it, in two lines, and nothing else. */
  complains(state, [error = '', hint]) {
    const { stdout, stderr } = state.last;
    assert.equal(stdout, '', 'standard output has something');
    const lines = /^ccvault: error: (.+)\n(?:ccvault: hint: (.+)\n)?$/.exec(stderr);
    assert.ok(lines, 'standard error is not one error and at most one hint');
    matches(lines[1] ?? '', error, false, 'the error');
    if (hint !== undefined) matches(lines[2] ?? '', hint, false, 'the hint');
  },
  /** What the last command printed, on a terminal or not, is what a page of the documentation shows. */
  shows(state, [path = '']) {
    const { stdout, stderr, terminal } = state.last;
    const shown = readFileSync(pathOf(state, path), 'utf8');
    // A reader's folders have no blank in their path, for which it would stand in quotes.
    const printed = (terminal || stdout + stderr)
      .replaceAll(state.work, '/a/work')
      .replaceAll(/'(\/a\/work[\w./-]*)'/g, '$1');
    assert.match(`${settled(printed)}\n`, shownPattern(shown));
  },
  grep(state, [pattern = '', path = ''], negated) {
    matches(readFileSync(pathOf(state, path), 'utf8'), pattern, negated, path);
  },
  'stdout-is': (state, [path = ''], negated) => same(state.last.stdout, textOf(state, path), negated),
  'stderr-is': (state, [path = ''], negated) => same(state.last.stderr, textOf(state, path), negated),
  cmp: (state, [left = '', right = ''], negated) => same(textOf(state, left), textOf(state, right), negated),
  cmpenv(state, [left = '', right = ''], negated) {
    const expanded = expandText(textOf(state, right), (name) => lookUp(state, name));
    same(textOf(state, left), expanded, negated);
  },
  exists(state, args, negated) {
    for (const path of args) {
      assert.equal(
        existsSync(pathOf(state, path)),
        !negated,
        `${path} ${negated ? 'is there' : 'is not there'}`,
      );
    }
  },
  mode(state, [mode = '', ...paths]) {
    for (const path of paths) {
      const found = (lstatSync(pathOf(state, path)).mode & 0o7777).toString(8).padStart(4, '0');
      assert.equal(found, mode.padStart(4, '0'), `mode of ${path}`);
    }
  },
  /** An empty vault that opens without the wait. */
  'light-vault': (state) =>
    createLightVault(lookUp(state, 'CCVAULT_HOME'), lookUp(state, 'CCVAULT_PASSPHRASE')),
  skip(_, words) {
    throw new ScriptSkipped(words.join(' '));
  },
  /** The next command may print secrets. */
  'secrets-ok'(state) {
    state.secretsAllowed = true;
  },
};

function setAll(variables: Map<string, string>, args: readonly string[]): void {
  for (const arg of args) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(arg) ?? [];
    assert.ok(name !== undefined && value !== undefined, `not NAME=VALUE: ${arg}`);
    variables.set(name, value);
  }
}

function textOf(state: ScriptState, source: string): string {
  if (source === 'stdout' || source === 'stderr') return state.last[source];
  return readFileSync(pathOf(state, source), 'utf8');
}

function matches(text: string, pattern: string, negated: boolean, where: string): void {
  const found = new RegExp(pattern, 'm').test(text);
  assert.ok(found !== negated, `${where} ${negated ? 'has' : 'does not have'} ${pattern}`);
}

function same(actual: string, expected: string, negated: boolean): void {
  if (negated) assert.notEqual(actual, expected);
  else assert.equal(actual, expected);
}

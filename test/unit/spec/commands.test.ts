import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../../../src/spec/parse.ts';
import type { ArgumentSpec, CommandSpec, OptionSpec } from '../../../src/spec/command.ts';
import { type CommandInput, commands, groups } from '../../../src/spec/commands.ts';
import { globalOptions, programOptions } from '../../../src/spec/options.ts';

const all: readonly (readonly [string, CommandSpec])[] = Object.entries(commands);

function optionsOf(spec: CommandSpec): readonly (readonly [string, OptionSpec])[] {
  return Object.entries({ ...globalOptions, ...spec.options });
}

function assertUnique(words: readonly string[], what: string): void {
  assert.deepEqual([...new Set(words)], words, what);
}

describe('the spec', () => {
  it('calls every command by one name', () => {
    const aliases = all.flatMap(([, spec]) => spec.aliases ?? []);
    assertUnique(
      [...all.map(([name]) => name), ...Object.keys(groups), ...aliases, 'help', 'version'],
      'names',
    );
  });

  it('has a group for every command of two words', () => {
    for (const [name] of all) {
      const [first = '', second] = name.split(' ');
      assert.equal(second !== undefined, Object.hasOwn(groups, first), name);
    }
  });

  it('gives no letter or spelling twice', () => {
    for (const [name, spec] of all) {
      const options = optionsOf(spec);
      assertUnique(
        options.flatMap(([, option]) => (option.short === undefined ? [] : [option.short])),
        `letters of ${name}`,
      );
      assertUnique(
        options.flatMap(([long, option]) => [long].concat(option.aliases ?? [])),
        `options of ${name}`,
      );
      for (const long of Object.keys(programOptions))
        assert.ok(!Object.hasOwn(spec.options ?? {}, long), name);
    }
  });

  it('sets no own option over a global one', () => {
    for (const [name, spec] of all) {
      for (const long of Object.keys(globalOptions))
        assert.ok(!Object.hasOwn(spec.options ?? {}, long), name);
    }
  });

  it('describes itself in lines that fit a list', () => {
    for (const [name, spec] of all) {
      const options = Object.values(spec.options ?? {});
      for (const { summary } of [spec, ...(spec.arguments ?? []), ...options]) {
        assert.match(summary, /^[A-Za-z].*[^.]$/, name);
        assert.ok(summary.length <= 100, `${name}: ${summary}`);
      }
      assert.ok(spec.summary.length <= 70, name);
      assert.match(spec.description, /\.$/, name);
    }
  });

  it('names the value of every option that takes one', () => {
    for (const [name, spec] of all) {
      for (const [long, option] of optionsOf(spec)) {
        assert.equal(option.value !== undefined, option.kind !== 'flag', `${name} --${long}`);
        assert.equal(option.choices !== undefined, option.kind === 'choice', `${name} --${long}`);
      }
    }
  });

  it('has optional words after required ones, and several at the end only', () => {
    for (const [name, spec] of all) {
      const words: readonly ArgumentSpec[] = spec.arguments ?? [];
      const firstOptional = words.findIndex((word) => word.required !== true);
      assert.ok(
        firstOptional === -1 || words.slice(firstOptional).every((word) => word.required !== true),
        name,
      );
      assert.ok(
        words.slice(0, -1).every((word) => word.variadic !== true),
        name,
      );
    }
  });

  it('excludes only options there are', () => {
    for (const [name, spec] of all) {
      for (const { options, hint } of spec.conflicts ?? []) {
        for (const option of options)
          assert.ok(Object.hasOwn(spec.options ?? {}, option), `${name} --${option}`);
        assert.notEqual(hint, '');
      }
    }
  });

  it('has examples that ccvault understands', () => {
    for (const [name, spec] of all) {
      for (const [line] of spec.examples ?? []) {
        // An alias is the shell's own, and completes as ccvault does.
        if (line.startsWith('alias ')) continue;
        const own = /ccvault ([^|)>]*)/.exec(line)?.[1]?.trim();
        assert.ok(own !== undefined, line);
        const parsed = parse(own.replace(/"$/, '').split(/\s+/));
        assert.ok(parsed.kind === 'command' && parsed.command === name, line);
      }
    }
  });

  it('infers what a handler gets', () => {
    const input: CommandInput<'export'> = {
      arguments: { profile: undefined },
      options: {
        role: undefined,
        readOnly: false,
        policyArn: [],
        policyFile: undefined,
        duration: 900,
        region: 'eu-west-1',
        noSession: false,
        mfaToken: undefined,
        noBrowser: false,
        fresh: false,
        minTtl: undefined,
        format: 'json',
      },
      tail: [],
    };
    // @ts-expect-error there is no such format
    const wrongFormat: CommandInput<'export'>['options']['format'] = 'yaml';
    // @ts-expect-error the profile of add is required
    const missing: CommandInput<'add'>['arguments'] = { profile: undefined };
    assert.ok(input.options.duration === 900 && wrongFormat !== undefined && 'profile' in missing);
  });
});

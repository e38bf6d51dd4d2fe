import type { CommandSpec, OptionSpec } from '../spec/command.ts';
import { type GroupName, commands, groups } from '../spec/commands.ts';
import { globalOptions, programOptions } from '../spec/options.ts';
import { program, sections } from '../spec/program.ts';
import { type HelpTopic, shownArgument } from '../spec/parse.ts';

/** Longer lines are hard to read, however wide the terminal. */
const MAX_WIDTH = 100;
const MIN_WIDTH = 20;
/** The widest left column of a table, and its share of the width; a longer entry has a line of its own. */
const LEFT_WIDTH = 30;
const LEFT_SHARE = 0.4;

type Row = readonly [left: string, right: string];

export const SPECS: Readonly<Record<string, CommandSpec>> = commands;

/** The whole help of a command, a group of commands or the program: plain text for a terminal of so many columns. */
export function help(topic: HelpTopic, columns: number): string {
  const width = widthFor(columns);
  if (topic === undefined) return programHelp(width);
  if (isGroup(topic)) return groupHelp(topic, width);
  return commandHelp(topic, commands[topic], width);
}

/** The help where no command is named: usage and the commands. */
export function shortHelp(topic: HelpTopic, columns: number): string {
  const width = widthFor(columns);
  if (topic !== undefined && isGroup(topic)) {
    return join([
      usageLine(`ccvault ${topic} COMMAND`, width),
      ...commandTables(width, topic),
      seeHelp(`${topic} COMMAND`, width),
    ]);
  }
  return join([usageLine('ccvault COMMAND', width), ...commandTables(width), seeHelp('COMMAND', width)]);
}

function widthFor(columns: number): number {
  return Math.max(MIN_WIDTH, Math.min(columns, MAX_WIDTH));
}

function programHelp(width: number): string {
  return join([
    usageLine('ccvault [OPTIONS] COMMAND', width),
    wrap(program.description, width),
    ...commandTables(width),
    table('Options', optionRows({ ...globalOptions, ...programOptions }), width),
    table('Environment', program.environment, width),
    table('Exit codes', program.exitCodes, width),
    examples(program.examples, width),
    seeHelp('COMMAND', width),
  ]);
}

function groupHelp(group: GroupName, width: number): string {
  return join([
    usageLine(`ccvault ${group} COMMAND`, width),
    wrap(groups[group].description, width),
    ...commandTables(width, group),
    seeHelp(`${group} COMMAND`, width),
  ]);
}

function commandHelp(name: string, spec: CommandSpec, width: number): string {
  const words = (spec.arguments ?? []).map((argument): Row => [shownArgument(argument), argument.summary]);
  if (spec.tail !== undefined) words.push([spec.tail.shown, spec.tail.summary]);
  return join([
    usageLine(`ccvault ${usage(name, spec)}`, width),
    wrap(spec.description, width),
    ...(spec.aliases === undefined
      ? []
      : [wrap(`Also: ${spec.aliases.map((alias) => `ccvault ${alias}`).join(', ')}`, width)]),
    table('Arguments', words, width),
    table('Options', optionRows(spec.options ?? {}), width),
    table('Global options', optionRows(globalOptions), width),
    examples(spec.examples ?? [], width),
    ...(spec.notes ?? []).map((note) => wrap(note, width)),
    table('Exit codes', spec.exitCodes ?? [], width),
  ]);
}

/** `exec [OPTIONS] [PROFILE] [-- COMMAND [ARG...]]` */
export function usage(name: string, spec: CommandSpec): string {
  const parts = [name];
  if (optionRows(spec.options ?? {}).length > 0) parts.push('[OPTIONS]');
  for (const argument of spec.arguments ?? []) {
    const shown = `${shownArgument(argument)}${argument.variadic === true ? '...' : ''}`;
    parts.push(argument.required === true ? shown : `[${shown}]`);
  }
  if (spec.tail !== undefined) parts.push(`[-- ${spec.tail.shown}]`);
  return parts.join(' ');
}

/** Each visible option as it is written, and what it does. */
export function optionRows(options: Readonly<Record<string, OptionSpec>>): Row[] {
  return Object.entries(options)
    .filter(([, option]) => option.hidden !== true)
    .map(([name, option]) => {
      const short = option.short === undefined ? '    ' : `-${option.short}, `;
      const value = option.kind === 'flag' ? '' : ` ${option.value ?? 'VALUE'}`;
      const choices = option.choices === undefined ? '' : `; one of ${option.choices.join(', ')}`;
      const environment = option.env === undefined ? '' : ` [${option.env}]`;
      return [`${short}--${name}${value}`, `${option.summary}${choices}${environment}`];
    });
}

/** The visible commands of a section, or of a group, in the order of the help. */
function commandRows(belongs: (name: string, spec: CommandSpec) => boolean): Row[] {
  return Object.entries(SPECS)
    .filter(([name, spec]) => spec.hidden !== true && belongs(name, spec))
    .map(([name, spec]) => [[name, ...(spec.aliases ?? [])].join(', '), spec.summary]);
}

function commandTables(width: number, group?: GroupName): string[] {
  if (group !== undefined)
    return [
      table(
        'Commands',
        commandRows((name) => name.startsWith(`${group} `)),
        width,
      ),
    ];
  return Object.entries(sections).map(([section, title]) =>
    table(
      title,
      commandRows((_, spec) => spec.section === section),
      width,
    ),
  );
}

function usageLine(text: string, width: number): string {
  return hanging('Usage: ', text, width, '  ');
}

function seeHelp(command: string, width: number): string {
  return wrap(`See \`ccvault ${command} --help\` for more.`, width);
}

function examples(list: readonly Row[], width: number): string {
  if (list.length === 0) return '';
  const lines = list.flatMap(([command, meaning]) => [
    exampleCommand(command, width),
    hanging('      ', meaning, width, '      '),
  ]);
  return ['Examples:', ...lines].join('\n');
}

/** A command, broken over several lines where needed: it can still be pasted, and is never broken inside quotes. */
function exampleCommand(command: string, width: number): string {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const lines = wrapWords(words, width - '      '.length - ' \\'.length);
  return `  ${lines.join(' \\\n      ')}`;
}

function table(title: string, rows: readonly Row[], width: number): string {
  if (rows.length === 0) return '';
  const most = Math.min(LEFT_WIDTH, Math.floor(width * LEFT_SHARE));
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= most);
  const indent = 2 + Math.max(0, ...fitting) + 2;
  const lines = rows.flatMap(([left, right]) => {
    const [first = '', ...more] = wrap(right, width - indent).split('\n');
    const start = `  ${left}`;
    const head =
      start.length + 2 > indent ? [start, ' '.repeat(indent) + first] : [start.padEnd(indent) + first];
    return [...head, ...more.map((line) => ' '.repeat(indent) + line)];
  });
  return [`${title}:`, ...lines].join('\n');
}

function wrap(text: string, width: number): string {
  return wrapWords(text.split(' '), width).join('\n');
}

/** A text after its first words, with the other lines indented. */
function hanging(first: string, text: string, width: number, indent: string): string {
  const room = width - Math.max(first.length, indent.length);
  return first + wrapWords(text.split(' '), room).join(`\n${indent}`);
}

/** Lines of at most `width` columns; a longer word has a line of its own. */
function wrapWords(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function join(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function isGroup(topic: string): topic is GroupName {
  return Object.hasOwn(groups, topic);
}

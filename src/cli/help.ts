import type { CommandSpec, OptionSpec } from '../spec/command.ts';
import { type GroupName, commands, groups } from '../spec/commands.ts';
import { globalOptions, programOptions } from '../spec/options.ts';
import { program, sections } from '../spec/program.ts';
import { type HelpTopic, shownArgument } from '../spec/parse.ts';

const WIDTH = 100;
/** The widest left column of a table; a longer entry has a line of its own. */
const LEFT_WIDTH = 30;

type Row = readonly [left: string, right: string];

export const SPECS: Readonly<Record<string, CommandSpec>> = commands;

/** The whole help of a command, a group of commands or the program: plain text, lines of at most 100 columns. */
export function help(topic: HelpTopic): string {
  if (topic === undefined) return programHelp();
  if (isGroup(topic)) return groupHelp(topic);
  return commandHelp(topic, commands[topic]);
}

/** What a person sees who named no command: usage and the commands there are. */
export function shortHelp(topic: HelpTopic): string {
  if (topic !== undefined && isGroup(topic)) {
    return join([
      usageLine(`ccvault ${topic} COMMAND`),
      ...commandTables(topic),
      seeHelp(`${topic} COMMAND`),
    ]);
  }
  return join([usageLine('ccvault COMMAND'), ...commandTables(), seeHelp('COMMAND')]);
}

function programHelp(): string {
  return join([
    usageLine('ccvault [OPTIONS] COMMAND'),
    wrap(program.description, WIDTH),
    ...commandTables(),
    table('Options', optionRows({ ...globalOptions, ...programOptions })),
    table('Environment', program.environment),
    table('Exit codes', program.exitCodes),
    examples(program.examples),
    seeHelp('COMMAND'),
  ]);
}

function groupHelp(group: GroupName): string {
  return join([
    usageLine(`ccvault ${group} COMMAND`),
    wrap(groups[group].description, WIDTH),
    ...commandTables(group),
    seeHelp(`${group} COMMAND`),
  ]);
}

function commandHelp(name: string, spec: CommandSpec): string {
  const words = (spec.arguments ?? []).map((argument): Row => [shownArgument(argument), argument.summary]);
  if (spec.tail !== undefined) words.push([spec.tail.shown, spec.tail.summary]);
  return join([
    usageLine(`ccvault ${usage(name, spec)}`),
    wrap(spec.description, WIDTH),
    ...(spec.aliases === undefined
      ? []
      : [`Also: ${spec.aliases.map((alias) => `ccvault ${alias}`).join(', ')}`]),
    table('Arguments', words),
    table('Options', optionRows(spec.options ?? {})),
    table('Global options', optionRows(globalOptions)),
    examples(spec.examples ?? []),
    ...(spec.notes ?? []).map((note) => wrap(note, WIDTH)),
    table('Exit codes', spec.exitCodes ?? []),
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

function commandTables(group?: GroupName): string[] {
  if (group !== undefined)
    return [
      table(
        'Commands',
        commandRows((name) => name.startsWith(`${group} `)),
      ),
    ];
  return Object.entries(sections).map(([section, title]) =>
    table(
      title,
      commandRows((_, spec) => spec.section === section),
    ),
  );
}

function usageLine(text: string): string {
  return `Usage: ${text}`;
}

function seeHelp(command: string): string {
  return `See \`ccvault ${command} --help\` for more.`;
}

function examples(list: readonly Row[]): string {
  if (list.length === 0) return '';
  return ['Examples:', ...list.flatMap(([command, meaning]) => [`  ${command}`, `      ${meaning}`])].join(
    '\n',
  );
}

function table(title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= LEFT_WIDTH);
  const indent = 2 + Math.max(0, ...fitting) + 2;
  const lines = rows.flatMap(([left, right]) => {
    const [first = '', ...more] = wrap(right, WIDTH - indent).split('\n');
    const start = `  ${left}`;
    const head =
      start.length + 2 > indent ? [start, ' '.repeat(indent) + first] : [start.padEnd(indent) + first];
    return [...head, ...more.map((line) => ' '.repeat(indent) + line)];
  });
  return [`${title}:`, ...lines].join('\n');
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}

function join(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function isGroup(topic: string): topic is GroupName {
  return Object.hasOwn(groups, topic);
}

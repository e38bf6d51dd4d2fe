import type { CommandSpec } from '../spec/command.ts';
import { globalOptions, programOptions } from '../spec/options.ts';
import { program, sections } from '../spec/program.ts';
import { SPECS, optionRows, usage } from './help.ts';

/** The man page ccvault(1) in roff's man macros: every command on one page, the same on every machine. */
export function manPage(): string {
  return [
    '.TH CCVAULT 1 "" ccvault "User Commands"',
    '.SH NAME',
    `ccvault \\- ${roff(program.summary)}`,
    '.SH SYNOPSIS',
    '.B ccvault',
    '.RI [ OPTIONS ]',
    '.I COMMAND',
    '.SH DESCRIPTION',
    roff(program.description),
    '.SH OPTIONS',
    ...definitions(optionRows({ ...globalOptions, ...programOptions })),
    '.SH COMMANDS',
    ...Object.keys(sections).flatMap(sectionLines),
    '.SH EXIT STATUS',
    ...definitions(program.exitCodes),
    '.SH ENVIRONMENT',
    ...definitions(program.environment),
    '.SH EXAMPLES',
    ...definitions(program.examples),
    '.SH SEE ALSO',
    '.BR aws (1),',
    '.BR git\\-credential (1),',
    '.BR age (1)',
    '',
  ].join('\n');
}

function sectionLines(section: string): string[] {
  const members = Object.entries(SPECS).filter(
    ([, spec]) => spec.section === section && spec.hidden !== true,
  );
  return [`.SS ${roff(sections[section] ?? '')}`, ...members.flatMap(([name, spec]) => command(name, spec))];
}

function command(name: string, spec: CommandSpec): string[] {
  const aliases = spec.aliases === undefined ? '' : ` Also called ${spec.aliases.join(', ')}.`;
  return [
    '.TP',
    `.B ccvault ${roff(usage(name, spec))}`,
    roff(spec.description + aliases),
    '.RS',
    ...definitions(optionRows(spec.options ?? {})),
    ...(spec.notes ?? []).flatMap((note) => ['.PP', roff(note)]),
    ...(spec.exitCodes === undefined ? [] : ['.PP', 'Exit codes:', ...definitions(spec.exitCodes)]),
    ...(spec.examples === undefined ? [] : ['.PP', 'Examples:', ...definitions(spec.examples)]),
    '.RE',
  ];
}

function definitions(rows: readonly (readonly [string, string])[]): string[] {
  return rows.flatMap(([term, meaning]) => ['.TP', `.B ${roff(term.trim())}`, roff(meaning)]);
}

/** Text as roff takes it literally: no escapes, no hyphens where a dash was written, no requests. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^\./, '\\&.');
}

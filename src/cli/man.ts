import type { CommandSpec } from '../spec/command.ts';
import { globalOptions, programOptions } from '../spec/options.ts';
import { manual } from '../spec/manual.ts';
import { program, sections } from '../spec/program.ts';
import { SPECS, optionRows, usage } from './help.ts';

/**
 * The manual pages by file name, in roff's man macros and the same on every machine: `ccvault.1`, and one for each
 * command (`ccvault-git-setup.1`).
 */
export function manPages(): ReadonlyMap<string, string> {
  const pages = visible().map(([name, spec]) => [`${pageOf(name)}.1`, commandPage(name, spec)] as const);
  return new Map([['ccvault.1', programPage()], ...pages]);
}

function programPage(): string {
  return lines([
    header('CCVAULT'),
    '.SH NAME',
    `ccvault \\- ${roff(program.summary)}`,
    '.SH SYNOPSIS',
    '.B ccvault',
    '.RI [ OPTIONS ]',
    '.I COMMAND',
    '.SH DESCRIPTION',
    filled(program.description),
    '.SH OPTIONS',
    ...definitions(optionRows({ ...globalOptions, ...programOptions })),
    '.SH COMMANDS',
    'Each has a page of its own.',
    ...Object.keys(sections).flatMap(sectionLines),
    '.SH EXIT STATUS',
    ...definitions(program.exitCodes),
    '.SH ENVIRONMENT',
    ...definitions(program.environment),
    '.SH FILES',
    ...definitions(program.files),
    '.SH EXAMPLES',
    ...definitions(program.examples),
    '.SH SEE ALSO',
    ...references(['ccvault-exec', 'ccvault-add', 'ccvault-git-setup', 'ccvault-doctor']),
    ...references(['aws', 'git-credential', 'age'], ''),
  ]);
}

function sectionLines(section: string): string[] {
  const members = visible().filter(([, spec]) => spec.section === section);
  return [
    `.SS ${roff(sections[section] ?? '')}`,
    ...members.flatMap(([name, spec]) => ['.TP', `.BR ${roff(pageOf(name))} (1)`, filled(spec.summary)]),
  ];
}

function commandPage(name: string, spec: CommandSpec): string {
  const aliases = spec.aliases === undefined ? '' : ` Also called ${spec.aliases.join(', ')}.`;
  const described = (spec.arguments ?? []).map(
    ({ name: argument, shown, summary }) => [shown ?? argument.toUpperCase(), summary] as const,
  );
  const tail = spec.tail === undefined ? [] : [[spec.tail.shown, spec.tail.summary] as const];
  const own = manual[name];
  const siblings = visible().flatMap(([other, { section }]) =>
    section === spec.section && other !== name ? [pageOf(other)] : [],
  );
  return lines([
    header(pageOf(name).toUpperCase()),
    '.SH NAME',
    `${roff(pageOf(name))} \\- ${roff(spec.summary)}`,
    '.SH SYNOPSIS',
    `.B ccvault ${roff(usage(name, spec))}`,
    '.SH DESCRIPTION',
    filled(spec.description + aliases),
    ...(spec.notes ?? []).flatMap((note) => ['.PP', filled(note)]),
    ...part('ARGUMENTS', [...described, ...tail]),
    ...part('OPTIONS', [...optionRows(spec.options ?? {}), ...optionRows(globalOptions)]),
    ...part('EXIT STATUS', spec.exitCodes ?? program.exitCodes),
    ...part('ENVIRONMENT', own?.environment ?? program.environment),
    ...part('FILES', own?.files ?? program.files),
    ...part('EXAMPLES', spec.examples ?? []),
    '.SH SEE ALSO',
    ...references(['ccvault', ...siblings], ''),
  ]);
}

/** The commands that the help shows, in its order. */
function visible(): readonly (readonly [string, CommandSpec])[] {
  return Object.entries(SPECS).filter(([, spec]) => spec.hidden !== true);
}

function pageOf(command: string): string {
  return `ccvault-${command.replaceAll(' ', '-')}`;
}

function header(title: string): string {
  return `.TH ${roff(title)} 1 ${program.revised} ccvault "User Commands"`;
}

function part(title: string, rows: readonly (readonly [string, string])[]): string[] {
  return rows.length === 0 ? [] : [`.SH ${title}`, ...definitions(rows)];
}

/** References to pages, separated by commas, with `last` after the last one. */
function references(pages: readonly string[], last = ','): string[] {
  return pages.map((page, index) => `.BR ${roff(page)} (1)${index === pages.length - 1 ? last : ','}`);
}

function definitions(rows: readonly (readonly [string, string])[]): string[] {
  return rows.flatMap(([term, meaning]) => ['.TP', `.B ${roff(term.trim())}`, filled(meaning)]);
}

function lines(text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}

/** Text in lines of at most 78 characters, as roff fills it anyway; a longer word has a line of its own. */
function filled(text: string): string {
  const wrapped: string[] = [];
  for (const word of roffEscaped(text).split(' ')) {
    const last = wrapped.at(-1);
    if (last === undefined || last.length + word.length + 1 > 78) wrapped.push(word);
    else wrapped[wrapped.length - 1] = `${last} ${word}`;
  }
  return wrapped.map(notARequest).join('\n');
}

/** Text that roff prints literally: no escapes, no hyphens instead of minus signs, no requests. */
function roff(text: string): string {
  return notARequest(roffEscaped(text));
}

function roffEscaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti');
}

/** A line that begins with a dot would be a request. */
function notARequest(line: string): string {
  return line.replace(/^\./, '\\&.');
}

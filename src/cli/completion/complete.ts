import { completionNames, completionRoles } from '../../commands/shared/completion-names.ts';
import { Workspace } from '../../commands/shared/workspace.ts';
import type { System } from '../../core/ports/system.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { bashWords } from './bash-words.ts';
import { type Completion, type Directive, type Lookup, propose } from './propose.ts';

/** `ccvault __complete SHELL -- WORD...`: see its spec. Prints nothing and returns 1 when a file cannot be read. */
export async function run(
  input: CommandInput<'__complete'>,
  system: System,
  globals: Globals,
): Promise<number> {
  const { shell } = input.arguments;
  const linesWith = (lookup: Lookup): readonly string[] =>
    shell === 'profiles' ? lookup('profiles', '') : completionLines(shell, input.tail, lookup);
  // Created only if needed, and only once: most of the time goes into reading ten thousand profiles.
  let made: Workspace | undefined;
  const workspace = (): Workspace => (made ??= new Workspace(system, globals));
  try {
    // A first pass finds out whether profiles are looked up: roles come from an encrypted file, which takes long to
    // read.
    let profile: string | undefined;
    linesWith((what, typed) => {
      if (what === 'profiles') profile = typed;
      return [];
    });
    const roles = profile === undefined ? [] : await completionRoles(profile, workspace());
    const lines = linesWith((what) => completionNames(what, workspace, roles));
    system.out.data(lines.map((line) => `${line}\n`).join(''));
  } catch {
    return 1;
  }
  return 0;
}

type Shell = Exclude<CommandInput<'__complete'>['arguments']['shell'], 'profiles'>;

/** The output for a shell, a line each: the directive, then the proposals that match what is typed. */
export function completionLines(shell: Shell, words: readonly string[], lookup: Lookup): readonly string[] {
  switch (shell) {
    case 'bash': {
      const typed = bashWords(words);
      const { proposals, directive } = propose(typed.words, lookup);
      const at = directive.kind === 'wrapped' ? (typed.startsAt[directive.at] ?? words.length) : 0;
      return [directiveLine(directive, at), ...typed.offer(proposals.map(({ value }) => value))];
    }
    case 'zsh':
      // zsh filters by itself, by the user's settings.
      return linesOf(propose(words, lookup), '', 'anywhere');
    case 'fish': {
      const current = (words.at(-1) ?? '').replace(/^['"]/, '').replaceAll('\\', '');
      return linesOf(propose([...words.slice(0, -1), current], lookup), current, 'anywhere');
    }
    case 'powershell': {
      // PowerShell before 7.3 drops empty words, so the script puts an equals sign before the last one.
      const current = (words.at(-1) ?? '').slice(1).replace(/^['"]/, '');
      return linesOf(propose([...words.slice(0, -1), current], lookup), current, 'start');
    }
  }
}

function linesOf(
  { proposals, directive }: Completion,
  typed: string,
  where: 'start' | 'anywhere',
): readonly string[] {
  const wanted = typed.toLowerCase();
  const fits = (value: string): boolean =>
    where === 'start' ? value.startsWith(typed) : value.toLowerCase().includes(wanted);
  return [
    directiveLine(directive, directive.kind === 'wrapped' ? directive.at : 0),
    ...proposals
      .filter(({ value }) => fits(value))
      .map(({ value, description }) => (description === '' ? value : `${value}\t${description}`)),
  ];
}

function directiveLine(directive: Directive, at: number): string {
  return directive.kind === 'wrapped' ? `:command ${at}` : `:${directive.kind}`;
}

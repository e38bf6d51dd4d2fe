import type { Completed, CompletedCommand, CompletedOption, Offer } from './complete.ts';

// compadd takes the names as words and quotes them itself; nothing is evaluated.
const HELPERS = `
_ccvault_profiles() {
  local -a names
  names=("\${(@f)$(command ccvault __complete profiles 2>/dev/null)}")
  names=("\${(@)names:#}")
  (( $#names )) && compadd -- "\${names[@]}"
}
`;

/** A script for zsh 5, to be put on the fpath as `_ccvault`. */
export function zshCompletion({ commands, groups, programOptions, globalOptions }: Completed): string {
  const single = commands.filter(({ name }) => !name.includes(' '));
  const first = [
    ...single.map(({ name, summary }) => ({ name, summary })),
    ...groups,
    { name: 'help', summary: 'Show help' },
  ];
  return [
    '#compdef ccvault',
    '# Completion of ccvault for zsh: put it on the fpath as _ccvault. Generated.',
    HELPERS,
    ...commands.map((command) => commandFunction(command, globalOptions)),
    ...groups.map(({ name }) => {
      const members = commands.filter((command) => command.name.startsWith(`${name} `));
      const choices = members.map((member) => ({
        name: member.name.slice(name.length + 1),
        summary: member.summary,
      }));
      return dispatcher(functionName(name), choices, [], (choice) => functionName(`${name} ${choice}`));
    }),
    dispatcher(
      '_ccvault',
      first,
      [...globalOptions, ...programOptions],
      (name) => (name === 'help' ? undefined : functionName(name)),
      new Map(single.map(({ name, aliases }) => [name, aliases])),
    ),
    // Loaded by the completion system this file is the body of _ccvault; sourced it only defines it.
    `if [[ $funcstack[1] == _ccvault ]]; then
  _ccvault "$@"
else
  compdef _ccvault ccvault
fi
`,
  ].join('\n');
}

function commandFunction(command: CompletedCommand, globalOptions: readonly CompletedOption[]): string {
  const specs = [...command.options, ...globalOptions].map(optionSpec);
  command.arguments.forEach(({ name, offer, variadic }, index) => {
    specs.push(quoted(`${variadic ? '*' : index + 1}:${escape(name)}:${action(offer)}`));
  });
  // Three colons: the wrapped command sees its own words only; (-): no option of ours is offered among them.
  if (command.wrapsCommand) specs.push(quoted('(-)*:::command:_normal'));
  const lines = [`${functionName(command.name)}() {`];
  if (command.wrapsCommand) {
    lines.push(
      '  local separator=${words[(i)--]}',
      '  if (( separator < CURRENT )); then',
      '    shift $separator words',
      '    (( CURRENT -= separator ))',
      '    _normal',
      '    return',
      '  fi',
    );
  }
  lines.push(`  _arguments -s \\\n${specs.map((spec) => `    ${spec}`).join(' \\\n')}`, '}', '');
  return lines.join('\n');
}

/** A function that completes a first word, then hands over to the function of that word. */
function dispatcher(
  name: string,
  choices: readonly { readonly name: string; readonly summary: string }[],
  options: readonly CompletedOption[],
  target: (choice: string) => string | undefined,
  aliases: ReadonlyMap<string, readonly string[]> = new Map(),
): string {
  const specs = [...options.map(optionSpec), "'1: :->first'", "'*:: :->rest'"];
  return [
    `${name}() {`,
    '  local curcontext="$curcontext" state line',
    '  typeset -A opt_args',
    `  _arguments -C \\\n${specs.map((spec) => `    ${spec}`).join(' \\\n')}`,
    '  case $state in',
    '    first)',
    '      local -a choices',
    '      choices=(',
    ...choices.map((choice) => `        ${quoted(`${escape(choice.name)}:${choice.summary}`)}`),
    '      )',
    '      _describe command choices',
    '      ;;',
    '    rest)',
    '      case $line[1] in',
    ...choices.flatMap((choice) => {
      const handler = target(choice.name);
      if (handler === undefined) return [];
      const patterns = [choice.name, ...(aliases.get(choice.name) ?? [])].join(' | ');
      return [`        ${patterns}) ${handler} ;;`];
    }),
    '      esac',
    '      ;;',
    '  esac',
    '}',
    '',
  ].join('\n');
}

function functionName(command: string): string {
  return `_ccvault_${command.replaceAll(/[ -]/g, '_')}`;
}

function optionSpec({ long, short, takesValue, value, offer, summary }: CompletedOption): string {
  const rest = `[${escape(summary)}]${takesValue ? `:${escape(value)}:${action(offer)}` : ''}`;
  const longSpec = takesValue ? `${long}=` : long;
  if (short === undefined) return quoted(longSpec + rest);
  return `${quoted(`(${short} ${long})`)}{${short}${takesValue ? '+' : ''},${longSpec}}${quoted(rest)}`;
}

function action(offer: Offer): string {
  if (offer === undefined) return ' ';
  if (offer === 'profiles') return '_ccvault_profiles';
  if (offer === 'directories') return '_files -/';
  if (offer === 'commands') return '_command_names -e';
  return `(${offer.join(' ')})`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\:[\]]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

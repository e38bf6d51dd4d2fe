import type { Completed, CompletedCommand, CompletedOption, Offer } from './complete.ts';

// fish never evaluates what a command substitution prints, and quotes it when it is inserted.
const HELPERS = `
function __ccvault_profiles
    command ccvault __complete profiles 2>/dev/null
end

# Prints where the cursor is: the command, the number of its plain words so far, and the index of the first
# word of a wrapped command, or 0.
function __ccvault_place
    set -l words (commandline -opc)
    set -l name
    set -l count 0
    set -l skip 0
    set -l index 1
    while test $index -lt (count $words)
        set index (math $index + 1)
        set -l word $words[$index]
        if test $skip = 1
            set skip 0
        else if test "$word" = -- -a -n "$name"
            printf '%s\\n' "$name" $count (math $index + 1)
            return
        else if string match -qr -- '^-.' "$word"
            __ccvault_takes_value "$name" "$word"; and set skip 1
        else if test -z "$name"
            set name $word
        else if contains -- "$name" $__ccvault_groups
            set name "$name $word"
        else if test $count -gt 0; and contains -- "$name" $__ccvault_wrapping
            printf '%s\\n' "$name" $count $index
            return
        else
            set count (math $count + 1)
        end
    end
    if test $count -gt 0; and contains -- "$name" $__ccvault_wrapping; and not string match -q -- '-*' (commandline -ct)
        printf '%s\\n' "$name" $count (math (count $words) + 1)
        return
    end
    printf '%s\\n' "$name" $count 0
end

# Whether one of these commands is being written, and not a command that it wraps.
function __ccvault_in
    set -l place (__ccvault_place)
    test $place[3] = 0; and contains -- "$place[1]" $argv
end

# Whether the plain word with this index is being written of one of these commands.
function __ccvault_at
    set -l place (__ccvault_place)
    test $place[3] = 0 -a $place[2] = $argv[1]; and contains -- "$place[1]" $argv[2..-1]
end

function __ccvault_in_wrapped
    set -l place (__ccvault_place)
    test $place[3] != 0; and contains -- "$place[1]" $__ccvault_wrapping
end

function __ccvault_wrapped
    set -l place (__ccvault_place)
    set -l words (commandline -opc)
    set -l own
    test $place[3] -le (count $words); and set own (string escape -- $words[$place[3]..-1])
    complete -C (string join ' ' -- $own (commandline -ct))
end
`;

/** A script for fish 3; completes the wrapped command as fish itself would. */
export function fishCompletion({ commands, groups, programOptions, globalOptions }: Completed): string {
  const wrapping = commands.filter((command) => command.wrapsCommand).flatMap(spellings);
  const single = commands.filter(({ name }) => !name.includes(' '));
  const firstWords = [...single, ...groups, { name: 'help', summary: 'Show help' }];
  return [
    '# Completion of ccvault for fish: put it in ~/.config/fish/completions. Generated.',
    '',
    `set -g __ccvault_groups ${groups.map(({ name }) => quoted(name)).join(' ')}`,
    `set -g __ccvault_wrapping ${wrapping.map(quoted).join(' ')}`,
    HELPERS,
    takesValue(commands, globalOptions),
    'complete -c ccvault -f',
    "complete -c ccvault -n __ccvault_in_wrapped -a '(__ccvault_wrapped)'",
    ...globalOptions.map((option) => optionLine('not __ccvault_in_wrapped', option)),
    ...programOptions.map((option) => optionLine("__ccvault_in ''", option)),
    ...firstWords.map(({ name, summary }) => wordLine("__ccvault_in '' help", name, summary)),
    ...groups.flatMap((group) =>
      commands
        .filter(({ name }) => name.startsWith(`${group.name} `))
        .map(({ name, summary }) =>
          wordLine(`__ccvault_in ${group.name}`, name.slice(group.name.length + 1), summary),
        ),
    ),
    ...commands.flatMap(commandLines),
    '',
  ].join('\n');
}

function takesValue(commands: Completed['commands'], globalOptions: readonly CompletedOption[]): string {
  const rows = [
    { names: [''], list: globalOptions },
    ...commands.map((command) => ({
      names: spellings(command),
      list: [...command.options, ...globalOptions],
    })),
  ];
  const lines = rows.map(({ names, list }) => {
    const valued = list.filter((option) => option.takesValue);
    const longs = valued.map(({ long }) => long.slice(2)).join('|');
    const shorts = valued.map(({ short }) => (short ?? '').slice(1)).join('');
    const cluster = shorts === '' ? '' : `|-[^-]*[${shorts}]|-[${shorts}]`;
    return `        case ${names.map(quoted).join(' ')}\n            string match -qr -- '^(--(${longs})${cluster})$' $argv[2]`;
  });
  return [
    '# Whether the word is an option whose value is the next word.',
    'function __ccvault_takes_value',
    '    switch $argv[1]',
    ...lines,
    "        case '*'",
    '            return 1',
    '    end',
    'end',
    '',
  ].join('\n');
}

function commandLines(command: CompletedCommand): string[] {
  const names = spellings(command).map(quoted).join(' ');
  return [
    ...command.options.map((option) => optionLine(`__ccvault_in ${names}`, option)),
    ...command.arguments.flatMap(({ offer, variadic }, index) => {
      const condition = variadic ? `__ccvault_in ${names}` : `__ccvault_at ${index} ${names}`;
      return offer === undefined
        ? []
        : [`complete -c ccvault -n ${quoted(condition)} -a ${quoted(values(offer))}`];
    }),
  ];
}

function optionLine(
  condition: string,
  { long, short, takesValue: valued, offer, summary }: CompletedOption,
): string {
  const parts = ['complete -c ccvault', '-n', quoted(condition)];
  if (short !== undefined) parts.push('-s', short.slice(1));
  parts.push('-l', long.slice(2));
  if (valued) parts.push('-x');
  if (valued && offer !== undefined) parts.push('-a', quoted(values(offer)));
  parts.push('-d', quoted(summary));
  return parts.join(' ');
}

function wordLine(condition: string, word: string, summary: string): string {
  return `complete -c ccvault -n ${quoted(condition)} -a ${quoted(word)} -d ${quoted(summary)}`;
}

function values(offer: Exclude<Offer, undefined>): string {
  if (offer === 'profiles') return '(__ccvault_profiles)';
  if (offer === 'directories') return '(__fish_complete_directories)';
  if (offer === 'commands') return '(__fish_complete_command)';
  return offer.join(' ');
}

function spellings(command: CompletedCommand): string[] {
  return [command.name, ...command.aliases];
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}

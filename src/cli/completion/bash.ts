import type { Completed, CompletedCommand, CompletedOption, Offer } from './complete.ts';

// Every word from outside is compared as text and quoted with printf %q: `compgen -W` would expand a profile
// called `$(...)`. Nothing here needs more than the bash 3.2 of macOS.
const HELPERS = `# Offers those of the given words that begin as the current one does, quoted as the command line needs it.
_ccvault_offer() {
  local word rest
  for word; do
    [[ $word == "$current"* ]] || continue
    rest=\${word#"$kept"}
    case $quote in
      \\') [[ $rest == *\\'* ]] && continue ;;
      \\") rest=\${rest//\\\\/\\\\\\\\} rest=\${rest//\\"/\\\\\\"} rest=\${rest//\\$/\\\\\\$} rest=\${rest//\\\`/\\\\\\\`} ;;
      *) printf -v rest %q "$rest" ;;
    esac
    COMPREPLY+=("$attached$rest")
  done
}

_ccvault_profiles() {
  local name
  while IFS= read -r name; do
    [[ -n $name ]] && _ccvault_offer "$name"
  done < <(command ccvault __complete profiles 2>/dev/null)
}

# Offers what compgen finds; readline quotes file names itself.
_ccvault_compgen() {
  local name
  compopt -o filenames 2>/dev/null
  while IFS= read -r name; do
    COMPREPLY+=("$name")
  done < <(compgen "$1" -- "$current")
}

# Completes the wrapped command, whose first word has this index in COMP_WORDS.
_ccvault_wrapped() {
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif (( $1 == COMP_CWORD )); then
    _ccvault_compgen -c
  else
    _ccvault_compgen -f
  fi
}
`;

const MAIN = `_ccvault() {
  local current=\${COMP_WORDS[COMP_CWORD]} kept= quote= attached=
  local command= option= word count=0 index=1
  COMPREPLY=()

  while (( index < COMP_CWORD )); do
    word=\${COMP_WORDS[index]}
    if [[ -n $option ]]; then
      # readline splits --option=value at the equals sign.
      [[ $word == = ]] || option=
    elif [[ $word == : || \${COMP_WORDS[index - 1]} == : ]]; then
      : # and profile names at colons
    elif [[ $word == -- && -n $command ]]; then
      if _ccvault_wraps; then
        _ccvault_wrapped $(( index + 1 ))
      else
        _ccvault_compgen -f
      fi
      return
    elif [[ $word == -?* ]]; then
      _ccvault_takes_value "$word" && option=$word
    elif [[ -z $command ]]; then
      command=$word
    elif _ccvault_is_group; then
      command="$command $word"
    elif (( count > 0 )) && _ccvault_wraps; then
      _ccvault_wrapped "$index"
      return
    else
      count=$(( count + 1 ))
    fi
    index=$(( index + 1 ))
  done

  if [[ -n $option && $current == = ]]; then
    current=
  elif [[ $current == : || \${COMP_WORDS[COMP_CWORD - 1]} == : ]]; then
    # A profile name split at its colons: put it together again, and keep the part readline keeps.
    index=$COMP_CWORD
    [[ $current == : ]] || kept=:
    while (( index > 1 )); do
      word=\${COMP_WORDS[index - 1]}
      [[ \${COMP_WORDS[index]} == : || $word == : ]] || break
      current=$word$current
      index=$(( index - 1 ))
    done
    kept=\${current%"\${current##*:}"}
    word=\${COMP_WORDS[index - 1]}
    [[ $word == = ]] && word=\${COMP_WORDS[index - 2]}
    if _ccvault_takes_value "$word"; then
      option=$word
    elif [[ -z $option && $count -gt 0 ]]; then
      count=$(( count - 1 ))
    fi
  elif [[ -z $option && $current == --?*=* ]]; then
    # Where COMP_WORDBREAKS has no equals sign.
    option=\${current%%=*}
    attached=$option=
    current=\${current#*=}
  fi
  case $current in
    [\\'\\"]*) quote=\${current:0:1} current=\${current:1} ;;
    *) current=\${current//\\\\/} ;;
  esac

  if [[ -n $option ]]; then
    _ccvault_value
  elif [[ $current == -* ]]; then
    _ccvault_options
  elif (( count > 0 )) && _ccvault_wraps; then
    _ccvault_wrapped "$COMP_CWORD"
  else
    _ccvault_argument
  fi
}

complete -F _ccvault ccvault
`;

/** A script for bash 3.2 and later; hands what follows `--` to bash-completion where that is loaded. */
export function bashCompletion({ commands, groups, programOptions, globalOptions }: Completed): string {
  const wrapping = commands.filter((command) => command.wrapsCommand).flatMap(spellings);
  const valuedGlobals = globalOptions.filter((option) => option.takesValue);
  return [
    '# Completion of ccvault for bash: source it, or put it where bash-completion looks. Generated.',
    '',
    HELPERS,
    cases('_ccvault_is_group() {', '$command', [[groups.map(({ name }) => name), 'return 0']], 'return 1'),
    cases('_ccvault_wraps() {', '$command', [[wrapping, 'return 0']], 'return 1'),
    cases(
      '# Whether the word is an option whose value is the next word.\n_ccvault_takes_value() {',
      '$command:$1',
      [
        [['*:--*=*'], 'return 1'],
        [valuedGlobals.map(({ long }) => `*:${long}`), 'return 0'],
        ...commands.map((command): Case => [valuedPatterns(command), 'return 0']),
      ],
      'return 1',
    ),
    cases(
      `_ccvault_options() {\n  ${offerLongs(globalOptions)}`,
      '$command',
      [
        { names: [''], options: programOptions },
        ...commands.map((c) => ({ names: spellings(c), options: c.options })),
      ]
        .filter(({ options }) => options.length > 0)
        .map(({ names, options }): Case => [names, offerLongs(options)]),
    ),
    cases('_ccvault_value() {', '$command:$option', [
      ...globalOptions.flatMap((option) => optionCases(['*'], option)),
      ...commands.flatMap((command) =>
        command.options.flatMap((option) => optionCases(spellings(command), option)),
      ),
    ]),
    cases('_ccvault_argument() {', '$command:$count', [
      [[':0', 'help:0'], offerWords(firstWords(commands, groups))],
      ...groups.map(({ name }): Case => [[`${name}:0`], offerWords(secondWords(commands, name))]),
      ...commands.flatMap((command) =>
        command.arguments.flatMap(({ offer, variadic }, index): Case[] =>
          offer === undefined
            ? []
            : [[spellings(command).map((name) => `${name}:${variadic ? '*' : index}`), offerCommand(offer)]],
        ),
      ),
    ]),
    MAIN,
  ].join('\n');
}

type Case = readonly [patterns: readonly string[], body: string];

function cases(opening: string, subject: string, list: readonly Case[], otherwise?: string): string {
  const lines = list
    .filter(([patterns]) => patterns.length > 0)
    .map(([patterns, body]) => `    ${patterns.map(pattern).join(' | ')}) ${body} ;;`);
  if (otherwise !== undefined) lines.push(`    *) ${otherwise} ;;`);
  return [opening, `  case ${subject} in`, ...lines, '  esac', '}', ''].join('\n');
}

function pattern(text: string): string {
  return text === '' ? "''" : text.replaceAll(' ', '\\ ');
}

function spellings(command: CompletedCommand): string[] {
  return [command.name, ...command.aliases];
}

function valuedPatterns(command: CompletedCommand): string[] {
  const valued = command.options.filter((option) => option.takesValue);
  const shorts = valued.flatMap(({ short }) => (short === undefined ? [] : [short.slice(1)]));
  const patterns = valued.map(({ long }) => long);
  // The last of a cluster of short options.
  if (shorts.length > 0) patterns.push(`-[!-]*[${shorts.join('')}]`, `-[${shorts.join('')}]`);
  return spellings(command).flatMap((name) => patterns.map((text) => `${name}:${text}`));
}

function optionCases(
  commands: readonly string[],
  { takesValue, long, short, offer }: CompletedOption,
): Case[] {
  if (!takesValue || offer === undefined) return [];
  const names = short === undefined ? [long] : [long, short];
  return [[commands.flatMap((command) => names.map((name) => `${command}:${name}`)), offerCommand(offer)]];
}

function offerCommand(offer: Exclude<Offer, undefined>): string {
  if (offer === 'profiles') return '_ccvault_profiles';
  if (offer === 'directories') return '_ccvault_compgen -d';
  if (offer === 'commands') return '_ccvault_compgen -c';
  return offerWords(offer);
}

function offerLongs(options: readonly CompletedOption[]): string {
  return offerWords(options.map(({ long }) => long));
}

function offerWords(words: readonly string[]): string {
  return `_ccvault_offer ${words.join(' ')}`;
}

/** The words a command line can begin with. */
function firstWords(commands: Completed['commands'], groups: Completed['groups']): string[] {
  const single = commands.filter(({ name }) => !name.includes(' '));
  return [...single.map(({ name }) => name), ...groups.map(({ name }) => name), 'help'];
}

function secondWords(commands: readonly CompletedCommand[], group: string): string[] {
  return commands
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name }) => name.slice(group.length + 1));
}

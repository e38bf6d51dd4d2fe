// The script that each shell loads: it asks `ccvault __complete`, and does itself what only a shell can (complete
// files, commands and a wrapped command). `String.raw` keeps backslashes as the shell needs them.

// Names are neither split at blanks nor expanded as patterns, and never evaluated. All of it works in the bash 3.2 of
// macOS.
const BASH = String.raw`# Completion of ccvault for bash: source it, or put it where bash-completion looks.
# For an alias as well: complete -F _ccvault ALIAS

# Offers what compgen finds; readline quotes file names itself.
_ccvault_compgen() {
  local name current=${'$'}{COMP_WORDS[COMP_CWORD]}
  [[ $current == = ]] && current=
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

_ccvault() {
  local IFS=$'\n' options=$-
  local -a lines
  set -f
  lines=($(command ccvault __complete bash -- "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ $options == *f* ]] || set +f
  COMPREPLY=("${'$'}{lines[@]:1}")
  IFS=$' \t\n'
  case ${'$'}{lines[0]} in
    :files) _ccvault_compgen -f ;;
    :directories) _ccvault_compgen -d ;;
    :commands) _ccvault_compgen -c ;;
    ':command '*) _ccvault_wrapped $(( ${'$'}{lines[0]#:command } + 1 )) ;;
  esac
}

complete -F _ccvault ccvault
`;

const ZSH = String.raw`#compdef ccvault
# Completion of ccvault for zsh: put it on the fpath as _ccvault.

_ccvault() {
  local directive
  local -a lines described plain
  lines=("${'$'}{(@f)$(command ccvault __complete zsh -- "${'$'}{(@Q)words[2,CURRENT-1]}" "${'$'}{(Q)PREFIX}" 2>/dev/null)}")
  directive=$lines[1]
  shift lines
  plain=("${'$'}{(@)lines:#*$'\t'*}")
  described=("${'$'}{(@M)lines:#*$'\t'*}")
  described=("${'$'}{(@)described//:/\\:}")
  described=("${'$'}{(@)described/$'\t'/:}")
  (( $#described )) && _describe ccvault described
  (( $#plain )) && compadd -a -- plain
  case $directive in
    :files) compset -P '--*='; _files ;;
    :directories) compset -P '--*='; _files -/ ;;
    :commands) compset -P '--*='; _command_names -e ;;
    :command\ *)
      shift $(( ${'$'}{directive#:command } + 1 )) words
      (( CURRENT -= ${'$'}{directive#:command } + 1 ))
      _normal
      ;;
  esac
}

# Autoloaded by the completion system, this file is the body of _ccvault; sourced, it only defines the function.
if [[ $funcstack[1] == _ccvault ]]; then
  _ccvault "$@"
else
  compdef _ccvault ccvault
fi
`;

// fish never evaluates what a command substitution prints, and quotes it when it is inserted.
const FISH = String.raw`# Completion of ccvault for fish: put it in ~/.config/fish/completions.

function __ccvault_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (command ccvault __complete fish -- $words[2..-1] "$current" 2>/dev/null)
    set -q lines[2]; and printf '%s\n' $lines[2..-1]
    switch "$lines[1]"
        case :files
            __fish_complete_path "$current"
        case :directories
            __fish_complete_directories "$current"
        case :commands
            __fish_complete_command
        case ':command *'
            set -l from (math (string replace ':command ' '' -- $lines[1]) + 2)
            set -l own
            test $from -le (count $words); and set own (string escape -- $words[$from..-1])
            complete -C (string join ' ' -- $own "$current")
    end
end

complete -c ccvault -f -a '(__ccvault_complete)'
`;

// A name is in single quotes unless it is plain; PowerShell has five kinds of single quotes, so its own function
// escapes them. Before version 7.3 it drops empty words, so the last one gets an equals sign in front.
const POWERSHELL = String.raw`# Completion of ccvault for PowerShell: run it in $PROFILE.

Register-ArgumentCompleter -Native -CommandName ccvault -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $elements = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object {
        $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') })
    $words = @($elements | ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    $program = Get-Command ccvault -CommandType Application, ExternalScript | Select-Object -First 1
    $lines = @(& $program __complete powershell -- @words "=$wordToComplete" 2>$null)
    if ($lines.Count -eq 0) { return }
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $value, $summary = $_ -split "${'`'}t", 2
        $text = $value
        if ($value -notmatch '^[A-Za-z0-9_./][A-Za-z0-9_./:+=-]*$' -and $value -notmatch '^--?[a-z-]+(=[A-Za-z0-9_./:+-]*)?$') {
            $text = "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value) + "'"
        }
        if (-not $summary) { $summary = $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $summary)
    }
    switch -Regex ($lines[0]) {
        '^:(files|directories)$' { [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete) }
        '^:commands$' { [System.Management.Automation.CompletionCompleters]::CompleteCommand($wordToComplete) }
        '^:command (\d+)$' {
            $first = [int] $Matches[1]
            $start = if ($first -lt $elements.Count) { $elements[$first].Extent.StartOffset } else { $cursorPosition - $wordToComplete.Length }
            $text = $commandAst.Extent.Text
            $line = $text.Substring([Math]::Min($start - $commandAst.Extent.StartOffset, $text.Length))
            if ($wordToComplete -eq '' -and $line) { $line += ' ' }
            (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches
        }
    }
}
`;

/** The completion script of each shell. */
export const STUBS = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL } as const;

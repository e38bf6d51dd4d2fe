# Completion of ccvault for bash: source it, or put it where bash-completion looks.
# For an alias as well: complete -F _ccvault ALIAS

# Offers what compgen finds; readline quotes file names itself.
_ccvault_compgen() {
  local name current=${COMP_WORDS[COMP_CWORD]}
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
  lines=($(command ccvault __complete bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ $options == *f* ]] || set +f
  COMPREPLY=("${lines[@]:1}")
  IFS=$' \t\n'
  case ${lines[0]} in
    :files) _ccvault_compgen -f ;;
    :directories) _ccvault_compgen -d ;;
    :commands) _ccvault_compgen -c ;;
    ':command '*) _ccvault_wrapped $(( ${lines[0]#:command } + 1 )) ;;
  esac
}

complete -F _ccvault ccvault

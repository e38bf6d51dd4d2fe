# Completion of ccvault for bash: source it, or put it where bash-completion looks. Generated.

# Offers those of the given words that begin as the current one does, quoted as the command line needs it.
_ccvault_offer() {
  local word rest
  for word; do
    [[ $word == "$current"* ]] || continue
    rest=${word#"$kept"}
    case $quote in
      \') [[ $rest == *\'* ]] && continue ;;
      \") rest=${rest//\\/\\\\} rest=${rest//\"/\\\"} rest=${rest//\$/\\\$} rest=${rest//\`/\\\`} ;;
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

_ccvault_is_group() {
  case $command in
    git) return 0 ;;
    *) return 1 ;;
  esac
}

_ccvault_wraps() {
  case $command in
    exec) return 0 ;;
    *) return 1 ;;
  esac
}

# Whether the word is an option whose value is the next word.
_ccvault_takes_value() {
  case $command:$1 in
    *:--*=*) return 1 ;;
    *:--backend | *:--prompt) return 0 ;;
    add:--mfa-serial | add:--region) return 0 ;;
    rotate:--mfa-token | rotate:-[!-]*[t] | rotate:-[t]) return 0 ;;
    import:--from) return 0 ;;
    exec:--duration | exec:--region | exec:--mfa-token | exec:--min-ttl | exec:-[!-]*[dt] | exec:-[dt]) return 0 ;;
    export:--duration | export:--region | export:--mfa-token | export:--min-ttl | export:--format | export:-[!-]*[dt] | export:-[dt]) return 0 ;;
    login:--duration | login:--region | login:--mfa-token | login:--min-ttl | login:--service | login:--path | login:--browser | login:-[!-]*[dt] | login:-[dt]) return 0 ;;
    whoami:--duration | whoami:--region | whoami:--mfa-token | whoami:--min-ttl | whoami:-[!-]*[dt] | whoami:-[dt]) return 0 ;;
    serve:--duration | serve:--region | serve:--mfa-token | serve:--min-ttl | serve:--port | serve:-[!-]*[dt] | serve:-[dt]) return 0 ;;
    refresh:--duration | refresh:--region | refresh:--mfa-token | refresh:--min-ttl | refresh:-[!-]*[dt] | refresh:-[dt]) return 0 ;;
    git\ clone:--profile) return 0 ;;
    git\ setup:--profile) return 0 ;;
    credential-helper:--profile | credential-helper:--region | credential-helper:--allow-host) return 0 ;;
    *) return 1 ;;
  esac
}

_ccvault_options() {
  _ccvault_offer --backend --prompt --debug --help
  case $command in
    '') _ccvault_offer --version ;;
    add) _ccvault_offer --env --stdin --mfa-serial --region --no-verify --no-config ;;
    list | ls) _ccvault_offer --json ;;
    remove | rm) _ccvault_offer --force ;;
    rotate) _ccvault_offer --mfa-token --no-session ;;
    import) _ccvault_offer --from --scrub --sdk --dry-run ;;
    exec) _ccvault_offer --duration --region --no-session --mfa-token --no-browser --fresh --min-ttl --server --imds ;;
    export) _ccvault_offer --duration --region --no-session --mfa-token --no-browser --fresh --min-ttl --format ;;
    login) _ccvault_offer --duration --region --no-session --mfa-token --no-browser --fresh --min-ttl --service --path --stdout --browser ;;
    whoami) _ccvault_offer --duration --region --no-session --mfa-token --no-browser --fresh --min-ttl --json ;;
    explain) _ccvault_offer --json ;;
    serve) _ccvault_offer --duration --region --no-session --mfa-token --no-browser --fresh --min-ttl --ecs --imds --port ;;
    refresh) _ccvault_offer --duration --region --no-session --mfa-token --no-browser --fresh --min-ttl ;;
    git\ clone) _ccvault_offer --profile ;;
    git\ setup) _ccvault_offer --global --local --profile --alias ;;
    git\ unset) _ccvault_offer --global --local ;;
    credential-helper) _ccvault_offer --profile --region --allow-host ;;
  esac
}

_ccvault_value() {
  case $command:$option in
    *:--backend) _ccvault_offer keyring file pass ;;
    *:--prompt) _ccvault_offer auto terminal ;;
    import:--from) _ccvault_offer credentials aws-vault keyring file pass ;;
    export:--format) _ccvault_offer env export fish powershell cmd json ini ;;
    login:--browser) _ccvault_compgen -c ;;
    git\ clone:--profile) _ccvault_profiles ;;
    git\ setup:--profile) _ccvault_profiles ;;
    credential-helper:--profile) _ccvault_profiles ;;
  esac
}

_ccvault_argument() {
  case $command:$count in
    :0 | help:0) _ccvault_offer add list remove rotate import passphrase exec export login whoami explain serve refresh clear lock credential-helper completion git help ;;
    git:0) _ccvault_offer clone setup unset url ;;
    add:0) _ccvault_profiles ;;
    remove:0 | rm:0) _ccvault_profiles ;;
    rotate:0) _ccvault_profiles ;;
    import:*) _ccvault_profiles ;;
    exec:0) _ccvault_profiles ;;
    export:0) _ccvault_profiles ;;
    login:0) _ccvault_profiles ;;
    whoami:0) _ccvault_profiles ;;
    explain:0) _ccvault_profiles ;;
    serve:0) _ccvault_profiles ;;
    refresh:0) _ccvault_profiles ;;
    clear:0) _ccvault_profiles ;;
    git\ clone:1) _ccvault_compgen -d ;;
    credential-helper:0) _ccvault_offer get store erase capability ;;
    completion:0) _ccvault_offer bash zsh fish powershell ;;
  esac
}

_ccvault() {
  local current=${COMP_WORDS[COMP_CWORD]} kept= quote= attached=
  local command= option= word count=0 index=1
  COMPREPLY=()

  while (( index < COMP_CWORD )); do
    word=${COMP_WORDS[index]}
    if [[ -n $option ]]; then
      # readline splits --option=value at the equals sign.
      [[ $word == = ]] || option=
    elif [[ $word == : || ${COMP_WORDS[index - 1]} == : ]]; then
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
  elif [[ $current == : || ${COMP_WORDS[COMP_CWORD - 1]} == : ]]; then
    # A profile name split at its colons: put it together again, and keep the part readline keeps.
    index=$COMP_CWORD
    [[ $current == : ]] || kept=:
    while (( index > 1 )); do
      word=${COMP_WORDS[index - 1]}
      [[ ${COMP_WORDS[index]} == : || $word == : ]] || break
      current=$word$current
      index=$(( index - 1 ))
    done
    kept=${current%"${current##*:}"}
    word=${COMP_WORDS[index - 1]}
    [[ $word == = ]] && word=${COMP_WORDS[index - 2]}
    if _ccvault_takes_value "$word"; then
      option=$word
    elif [[ -z $option && $count -gt 0 ]]; then
      count=$(( count - 1 ))
    fi
  elif [[ -z $option && $current == --?*=* ]]; then
    # Where COMP_WORDBREAKS has no equals sign.
    option=${current%%=*}
    attached=$option=
    current=${current#*=}
  fi
  case $current in
    [\'\"]*) quote=${current:0:1} current=${current:1} ;;
    *) current=${current//\\/} ;;
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

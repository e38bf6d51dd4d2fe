import { CODE_MARK } from './shell-code.ts';

// What `ccvault shell-init` prints. Credentials pass from a command substitution to `eval`: they are in no program's
// arguments and in no file, and tracing is off meanwhile. The notice at the prompt starts no process. Everything works
// under `set -eu`. `String.raw` keeps backslashes as the shell needs them.

const NOTICE = 'ccvault: the credentials of this shell expire in less than ten minutes; ccuse renews them';

// Before 4.2, bash cannot tell the time without a process, so there is no notice. Bash itself restores $? after
// PROMPT_COMMAND.
const BASH = String.raw`# ccuse of ccvault for bash: eval "$(ccvault shell-init bash)"

ccuse() {
  local _ccvault_options=$- _ccvault_result=0
  { set +x; } 2>/dev/null
  _ccvault_use "$@" || _ccvault_result=$?
  [[ $_ccvault_options != *x* ]] || set -x
  return "$_ccvault_result"
}

_ccvault_use() {
  local _ccvault_code
  _ccvault_code=$(command ccvault ccuse --shell bash "$@") || return
  if [[ $_ccvault_code == '${CODE_MARK}'* ]]; then
    eval "$_ccvault_code"
  else
    printf '%s\n' "$_ccvault_code"
  fi
}

_ccvault_notice() {
  local soon end=${'$'}{AWS_CREDENTIAL_EXPIRATION-} TZ=UTC0
  if [[ -z $end || -z ${'$'}{CCVAULT_PROFILE-} || $end == "${'$'}{_ccvault_noticed-}" ]]; then return 0; fi
  printf -v soon '%(%s)T' -1
  printf -v soon '%(%Y-%m-%dT%H:%M:%SZ)T' "$(( soon + 600 ))"
  if [[ $soon > $end ]]; then
    _ccvault_noticed=$end
    printf '%s\n' '${NOTICE}' >&2
  fi
  return 0
}

_ccuse() {
  local IFS=$'\n' options=$-
  local -a lines
  set -f
  lines=($(command ccvault __complete bash -- ccuse "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ $options == *f* ]] || set +f
  COMPREPLY=("${'$'}{lines[@]:1}")
}

complete -F _ccuse ccuse
if (( BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402 )) && [[ ${'$'}{PROMPT_COMMAND[*]-} != *_ccvault_notice* ]]; then
  PROMPT_COMMAND=${'$'}{PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}_ccvault_notice
fi
`;

const ZSH = String.raw`# ccuse of ccvault for zsh: eval "$(ccvault shell-init zsh)"

ccuse() {
  emulate -L zsh
  unsetopt xtrace
  local _ccvault_code
  _ccvault_code=$(command ccvault ccuse --shell zsh "$@") || return
  if [[ $_ccvault_code == '${CODE_MARK}'* ]]; then
    eval "$_ccvault_code"
  else
    print -r -- "$_ccvault_code"
  fi
}

_ccvault_notice() {
  emulate -L zsh
  local soon end=${'$'}{AWS_CREDENTIAL_EXPIRATION-}
  local -x TZ=UTC0
  if [[ -z $end || -z ${'$'}{CCVAULT_PROFILE-} || $end == "${'$'}{_ccvault_noticed-}" ]]; then return 0; fi
  strftime -s soon '%Y-%m-%dT%H:%M:%SZ' $(( EPOCHSECONDS + 600 ))
  if [[ $soon > $end ]]; then
    typeset -g _ccvault_noticed=$end
    print -ru2 -- '${NOTICE}'
  fi
  return 0
}

_ccuse() {
  local -a lines described plain
  lines=("${'$'}{(@f)$(command ccvault __complete zsh -- ccuse "${'$'}{(@Q)words[2,CURRENT-1]}" "${'$'}{(Q)PREFIX}" 2>/dev/null)}")
  shift lines
  plain=("${'$'}{(@)lines:#*$'\t'*}")
  described=("${'$'}{(@M)lines:#*$'\t'*}")
  described=("${'$'}{(@)described//:/\\:}")
  described=("${'$'}{(@)described/$'\t'/:}")
  (( $#described )) && _describe ccuse described
  (( $#plain )) && compadd -a -- plain
}

if (( ${'$'}{+functions[compdef]} )); then compdef _ccuse ccuse; fi
if zmodload zsh/datetime 2>/dev/null; then
  autoload -Uz add-zsh-hook
  add-zsh-hook precmd _ccvault_notice
fi
`;

// fish has no clock, but from 3.5 on it tells when a file was changed and how long ago that was. The expiration is
// converted to seconds once for each set of credentials, with the formula for Julian day numbers.
const FISH = String.raw`# ccuse of ccvault for fish: ccvault shell-init fish | source

function ccuse --description 'Give this shell the credentials of a profile'
    set -l code (command ccvault ccuse --shell fish $argv)
    or return
    if string match -q '${CODE_MARK}*' -- "$code[1]"
        string join \n -- $code | source
        # set -e returns how many variables it did not find, and set does not change that.
        return 0
    else
        string join \n -- $code
    end
end

function _ccvault_notice --on-event fish_prompt
    set -q AWS_CREDENTIAL_EXPIRATION CCVAULT_PROFILE; or return
    set -l end $AWS_CREDENTIAL_EXPIRATION
    test "$end" != "$_ccvault_noticed"; or return
    if test "$end" != "$_ccvault_counted"
        set -g _ccvault_counted $end
        set -g _ccvault_end
        set -l part (string match -r '^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$' -- $end)
        or return
        set -l back (math "floor((14 - $part[3]) / 12)")
        set -l year (math "$part[2] + 4800 - $back")
        set -l month (math "$part[3] + 12 * $back - 3")
        set -l day (math "$part[4] + floor((153 * $month + 2) / 5) + 365 * $year + floor($year / 4) - floor($year / 100) + floor($year / 400) - 32045 - 2440588")
        set -g _ccvault_end (math "$day * 86400 + $part[5] * 3600 + $part[6] * 60 + $part[7]")
    end
    test -n "$_ccvault_end"; or return
    set -l now (math (path mtime /) + (path mtime -R /) 2>/dev/null)
    or return
    if test (math "$_ccvault_end - $now") -lt 600
        set -g _ccvault_noticed $end
        echo '${NOTICE}' >&2
    end
end

function _ccuse
    set -l words (commandline -opc)
    set -l lines (command ccvault __complete fish -- ccuse $words[2..-1] (commandline -ct) 2>/dev/null)
    set -q lines[2]; and string join \n -- $lines[2..-1]
end

complete -c ccuse -f -a '(_ccuse)'
`;

const POWERSHELL = String.raw`# ccuse of ccvault for PowerShell: ccvault shell-init powershell | Out-String | Invoke-Expression

function global:ccuse {
    $program = Get-Command ccvault -CommandType Application, ExternalScript | Select-Object -First 1
    $code = (& $program ccuse --shell powershell @args | Out-String).Trim()
    if ($LASTEXITCODE -ne 0) { return }
    if ($code.StartsWith('${CODE_MARK}')) { Invoke-Expression $code } else { Write-Output $code }
}

function global:_ccvault_notice {
    $end = $Env:AWS_CREDENTIAL_EXPIRATION
    if (-not $end -or -not $Env:CCVAULT_PROFILE -or $end -eq $global:_ccvault_noticed) { return }
    $at = [DateTimeOffset]::MinValue
    if (-not [DateTimeOffset]::TryParse($end, [ref] $at)) { return }
    if (($at - [DateTimeOffset]::UtcNow).TotalMinutes -lt 10) {
        $global:_ccvault_noticed = $end
        [Console]::Error.WriteLine('${NOTICE}')
    }
}

if (-not $global:_ccvault_prompt) {
    $global:_ccvault_prompt = $function:prompt
    function global:prompt { _ccvault_notice; & $global:_ccvault_prompt }
}

Register-ArgumentCompleter -CommandName ccuse -Native -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    $program = Get-Command ccvault -CommandType Application, ExternalScript | Select-Object -First 1
    & $program __complete powershell -- ccuse @words "=$wordToComplete" 2>$null | Select-Object -Skip 1 | ForEach-Object {
        $value = ($_ -split "${'`'}t", 2)[0]
        $text = $value
        if ($value -notmatch '^[A-Za-z0-9_./-][A-Za-z0-9_./:+=-]*$') {
            $text = "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value) + "'"
        }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $value)
    }
}
`;

/** The code for each shell. */
export const SHELL_FUNCTIONS = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL } as const;

# Completion of ccvault for PowerShell: run it in $PROFILE. Generated.

Register-ArgumentCompleter -Native -CommandName ccvault -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $groups = @('git')
    $wrapping = @('exec')
    $summaries = @{
        'add' = 'Store a long-lived key'
        'list' = 'List profiles, stored keys and sessions'
        'remove' = 'Delete a stored key and its sessions'
        'rotate' = 'Replace a stored key by a new one'
        'import' = 'Move keys in from the credentials file, aws-vault or another backend'
        'passphrase' = 'Change the passphrase of the file backend'
        'exec' = 'Run a command with the credentials of a profile'
        'export' = 'Print the credentials of a profile'
        'login' = 'Open the AWS console signed in'
        'whoami' = 'Show the AWS identity behind a profile'
        'explain' = 'Show how credentials for a profile come about'
        'serve' = 'Serve credentials on a local port'
        'refresh' = 'Make the sessions of a profile anew'
        'clear' = 'Forget cached sessions'
        'lock' = 'Drop the unlocked session key'
        'credential-helper' = 'Answer git''s requests for CodeCommit credentials'
        'completion' = 'Print the completion script of a shell'
        'git' = 'Use CodeCommit repositories with git'
    }
    # Of each command: its options, what the values of those that take one are, what its words are.
    $commands = @{
        '' = @{ Options = @('--backend', '--prompt', '--debug', '--help', '--version'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('add,list,remove,rotate,import,passphrase,exec,export,login,whoami,explain,serve,refresh,clear,lock,credential-helper,completion,git,help'); Variadic = $false }
        'help' = @{ Options = @(); Values = @{  }; Arguments = @('add,list,remove,rotate,import,passphrase,exec,export,login,whoami,explain,serve,refresh,clear,lock,credential-helper,completion,git,help'); Variadic = $false }
        'git' = @{ Options = @(); Values = @{  }; Arguments = @('clone,setup,unset,url'); Variadic = $false }
        'add' = @{ Options = @('--env', '--stdin', '--mfa-serial', '--region', '--no-verify', '--no-config', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--mfa-serial' = ''; '--region' = ''; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'list' = @{ Options = @('--json', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @(); Variadic = $false }
        'ls' = @{ Options = @('--json', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @(); Variadic = $false }
        'remove' = @{ Options = @('--force', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'rm' = @{ Options = @('--force', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'rotate' = @{ Options = @('--mfa-token', '--no-session', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--mfa-token' = ''; '-t' = ''; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'import' = @{ Options = @('--from', '--scrub', '--sdk', '--dry-run', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--from' = 'credentials,aws-vault,keyring,file,pass'; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $true }
        'passphrase' = @{ Options = @('--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @(); Variadic = $false }
        'exec' = @{ Options = @('--duration', '--region', '--no-session', '--mfa-token', '--no-browser', '--fresh', '--min-ttl', '--server', '--imds', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--duration' = ''; '-d' = ''; '--region' = ''; '--mfa-token' = ''; '-t' = ''; '--min-ttl' = ''; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'export' = @{ Options = @('--duration', '--region', '--no-session', '--mfa-token', '--no-browser', '--fresh', '--min-ttl', '--format', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--duration' = ''; '-d' = ''; '--region' = ''; '--mfa-token' = ''; '-t' = ''; '--min-ttl' = ''; '--format' = 'env,export,fish,powershell,cmd,json,ini'; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'login' = @{ Options = @('--duration', '--region', '--no-session', '--mfa-token', '--no-browser', '--fresh', '--min-ttl', '--service', '--path', '--stdout', '--browser', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--duration' = ''; '-d' = ''; '--region' = ''; '--mfa-token' = ''; '-t' = ''; '--min-ttl' = ''; '--service' = ''; '--path' = ''; '--browser' = 'commands'; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'whoami' = @{ Options = @('--duration', '--region', '--no-session', '--mfa-token', '--no-browser', '--fresh', '--min-ttl', '--json', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--duration' = ''; '-d' = ''; '--region' = ''; '--mfa-token' = ''; '-t' = ''; '--min-ttl' = ''; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'explain' = @{ Options = @('--json', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'serve' = @{ Options = @('--duration', '--region', '--no-session', '--mfa-token', '--no-browser', '--fresh', '--min-ttl', '--ecs', '--imds', '--port', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--duration' = ''; '-d' = ''; '--region' = ''; '--mfa-token' = ''; '-t' = ''; '--min-ttl' = ''; '--port' = ''; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'refresh' = @{ Options = @('--duration', '--region', '--no-session', '--mfa-token', '--no-browser', '--fresh', '--min-ttl', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--duration' = ''; '-d' = ''; '--region' = ''; '--mfa-token' = ''; '-t' = ''; '--min-ttl' = ''; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'clear' = @{ Options = @('--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('profiles'); Variadic = $false }
        'lock' = @{ Options = @('--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @(); Variadic = $false }
        'git clone' = @{ Options = @('--profile', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--profile' = 'profiles'; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('', 'directories'); Variadic = $false }
        'git setup' = @{ Options = @('--global', '--local', '--profile', '--alias', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--profile' = 'profiles'; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @(); Variadic = $false }
        'git unset' = @{ Options = @('--global', '--local', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @(); Variadic = $false }
        'git url' = @{ Options = @('--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @(''); Variadic = $false }
        'credential-helper' = @{ Options = @('--profile', '--region', '--allow-host', '--backend', '--prompt', '--debug', '--help'); Values = @{ '--profile' = 'profiles'; '--region' = ''; '--allow-host' = ''; '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('get,store,erase,capability'); Variadic = $false }
        'completion' = @{ Options = @('--backend', '--prompt', '--debug', '--help'); Values = @{ '--backend' = 'keyring,file,pass'; '--prompt' = 'auto,terminal' }; Arguments = @('bash,zsh,fish,powershell'); Variadic = $false }
    }

    $quote = {
        param($text)
        if ($text -match '^[A-Za-z0-9_./][A-Za-z0-9_./:+=-]*$' -or $text -match '^--?[a-z-]+$') { return $text }
        "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($text) + "'"
    }
    $offer = {
        param($values)
        $start = $wordToComplete.Trim("'", '"')
        $values | Where-Object { $_ -and $_.StartsWith($start, [StringComparison]::Ordinal) } | ForEach-Object {
            $tip = if ($summaries.ContainsKey($_)) { $summaries[$_] } else { $_ }
            [System.Management.Automation.CompletionResult]::new((& $quote $_), $_, 'ParameterValue', $tip)
        }
    }
    $offerKind = {
        param($kind)
        switch ($kind) {
            'profiles' { & $offer @(& (Get-Command ccvault -CommandType Application, ExternalScript | Select-Object -First 1) __complete profiles 2>$null) }
            'directories' { [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete) }
            'commands' { [System.Management.Automation.CompletionCompleters]::CompleteCommand($wordToComplete) }
            default { & $offer $kind.Split(',') }
        }
    }

    $name = ''
    $count = 0
    $pending = $null
    $wrappedFrom = $null
    $elements = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') })
    foreach ($element in $elements) {
        $word = $element.Extent.Text
        $known = if ($commands.ContainsKey($name)) { $commands[$name] } else { $null }
        if ($pending) { $pending = $null }
        elseif ($word -ceq '--' -and $name) { $wrappedFrom = $element.Extent.EndOffset; break }
        elseif ($word -cmatch '^-.') { if ($known -and $known.Values.ContainsKey($word)) { $pending = $word } }
        elseif (-not $name) { $name = $word }
        elseif ($groups -ccontains $name) { $name = "$name $word" }
        elseif ($count -gt 0 -and $wrapping -ccontains $name) { $wrappedFrom = $element.Extent.StartOffset; break }
        else { $count++ }
    }
    if ($null -eq $wrappedFrom -and -not $pending -and $count -gt 0 -and $wrapping -ccontains $name -and -not $wordToComplete.StartsWith('-')) {
        $wrappedFrom = $cursorPosition - $wordToComplete.Length
    }
    if ($null -ne $wrappedFrom) {
        $line = $commandAst.Extent.Text.Substring([Math]::Min($wrappedFrom - $commandAst.Extent.StartOffset, $commandAst.Extent.Text.Length)).TrimStart()
        if ($wordToComplete -eq '' -and $line) { $line += ' ' }
        return (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches
    }
    $known = if ($commands.ContainsKey($name)) { $commands[$name] } else { $null }
    if ($pending) { if ($known.Values[$pending]) { & $offerKind $known.Values[$pending] }; return }
    if ($wordToComplete.StartsWith('-')) { if ($known) { & $offer $known.Options }; return }
    if ($known -and $known.Arguments.Count -gt 0) {
        $kind = $known.Arguments[[Math]::Min($count, $known.Arguments.Count - 1)]
        if ($kind -and ($count -lt $known.Arguments.Count -or $known.Variadic)) { & $offerKind $kind }
    }
}

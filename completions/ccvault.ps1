# Completion of ccvault for PowerShell: run it in $PROFILE.

Register-ArgumentCompleter -Native -CommandName ccvault -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $elements = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object {
        $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') })
    $words = @($elements | ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    $program = Get-Command ccvault -CommandType Application, ExternalScript | Select-Object -First 1
    $lines = @(& $program __complete powershell -- @words "=$wordToComplete" 2>$null)
    if ($lines.Count -eq 0) { return }
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $value, $summary = $_ -split "`t", 2
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

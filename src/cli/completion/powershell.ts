import type { Completed, CompletedCommand, CompletedOption, Offer } from './complete.ts';

const HEADER = `# Completion of ccvault for PowerShell: run it in $PROFILE. Generated.

Register-ArgumentCompleter -Native -CommandName ccvault -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
`;

// A profile name is put in single quotes unless it is plain; PowerShell knows five kinds of single quotes, so
// its own escaping does it.
const MAIN = `
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
`;

/** A script for PowerShell 5.1 and 7. */
export function powershellCompletion({ commands, groups, programOptions, globalOptions }: Completed): string {
  const single = commands.filter(({ name }) => !name.includes(' '));
  const first = [...single.map(({ name }) => name), ...groups.map(({ name }) => name), 'help'];
  const wrapping = commands.filter((command) => command.wrapsCommand).flatMap(spellings);
  const rows = [
    row('', [...globalOptions, ...programOptions], [first]),
    row('help', [], [first]),
    ...groups.map(({ name }) =>
      row(
        name,
        [],
        [commands.filter((c) => c.name.startsWith(`${name} `)).map((c) => c.name.slice(name.length + 1))],
      ),
    ),
    ...commands.flatMap((command) =>
      spellings(command).map((name) =>
        row(
          name,
          [...command.options, ...globalOptions],
          command.arguments.map(({ offer }) => offer),
          command.arguments.at(-1)?.variadic,
        ),
      ),
    ),
  ];
  const summaries = [...single, ...groups].map(({ name, summary }) => `${quoted(name)} = ${quoted(summary)}`);
  return [
    HEADER,
    `    $groups = @(${groups.map(({ name }) => quoted(name)).join(', ')})`,
    `    $wrapping = @(${wrapping.map(quoted).join(', ')})`,
    '    $summaries = @{',
    ...summaries.map((line) => `        ${line}`),
    '    }',
    '    # Of each command: its options, what the values of those that take one are, what its words are.',
    '    $commands = @{',
    ...rows.map((line) => `        ${line}`),
    '    }',
    MAIN,
  ].join('\n');
}

function row(
  name: string,
  options: readonly CompletedOption[],
  words: readonly Offer[],
  variadic = false,
): string {
  const values = options
    .filter((option) => option.takesValue)
    .flatMap(({ long, short, offer }) =>
      (short === undefined ? [long] : [long, short]).map((key) => ({ key, offer })),
    )
    .map(({ key, offer }) => `${quoted(key)} = ${quoted(offerText(offer))}`);
  return (
    `${quoted(name)} = @{ Options = @(${options.map(({ long }) => quoted(long)).join(', ')}); ` +
    `Values = @{ ${values.join('; ')} }; Arguments = @(${words.map((offer) => quoted(offerText(offer))).join(', ')}); ` +
    `Variadic = $${variadic} }`
  );
}

function offerText(offer: Offer): string {
  if (offer === undefined) return '';
  return typeof offer === 'string' ? offer : offer.join(',');
}

function spellings(command: CompletedCommand): string[] {
  return [command.name, ...command.aliases];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

// A page of the documentation as a script: what it shows is typed, and what comes of it is compared.

/** A page's script in the format of test/script; undefined for a page that shows no commands. */
export function scriptOfPage(markdown: string): string | undefined {
  const commands: string[] = [];
  const files: string[] = [];
  let exitCode = '0';
  for (const { kind, text } of parts(markdown)) {
    if (kind === 'file') {
      files.push(`-- ${text.slice(0, text.indexOf('\n'))} --`, text.slice(text.indexOf('\n') + 1));
      continue;
    }
    if (kind === 'stage') {
      const lines = text.split('\n');
      exitCode = lines.flatMap((line) => /^exits (\d+)$/.exec(line)?.[1] ?? []).at(-1) ?? '0';
      commands.push(...lines.filter((line) => !line.startsWith('exits ')));
      continue;
    }
    for (const { command, output } of shownCommands(text)) {
      const shown = `shown-${files.length}`;
      commands.push(`exit ${exitCode} tty sh -c '${command.replaceAll("'", "''")}'`, `shows $WORK/${shown}`);
      files.push(`-- ${shown} --`, output);
      exitCode = '0';
    }
  }
  if (files.length === 0) return undefined;
  return [...commands, ...files, ''].join('\n');
}

interface Part {
  readonly kind: 'stage' | 'console' | 'file';
  readonly text: string;
}

/**
 * A page's sessions in its order, with what its readers do not see: `<!-- test` and lines of a script that set the stage
 * or answer the next command's prompts, `<!-- file NAME` and a file, `<!-- file NAME -->` before a block that is one.
 */
function parts(markdown: string): Part[] {
  const found: Part[] = [];
  const pattern =
    /^<!-- test\n(?<stage>[\s\S]*?)\n-->$|^```console\n(?<console>[\s\S]*?)\n```$|^<!-- file (?<path>\S+)(?: -->\n+```\w*)?\n(?<data>[\s\S]*?)\n(?:```|-->)$/gm;
  for (const { groups } of markdown.matchAll(pattern)) {
    const { stage, console, path, data } = groups ?? {};
    if (stage !== undefined) found.push({ kind: 'stage', text: stage });
    else if (console !== undefined) found.push({ kind: 'console', text: console });
    else found.push({ kind: 'file', text: `${path ?? ''}\n${data ?? ''}` });
  }
  return found;
}

interface Shown {
  readonly command: string;
  readonly output: string;
}

/** The commands of a session, behind `$ ` and over several lines where one ends with a backslash. */
function shownCommands(session: string): Shown[] {
  return session
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [typed = ''] = /^(?:.*\\\n)*.*/.exec(text) ?? [];
      // A script has one line for each command.
      return { command: typed.replaceAll('\\\n', ''), output: text.slice(typed.length).trim() };
    });
}

import { arch, release, type } from 'node:os';
import { execa } from 'execa';
import { ROOT, VERSION, XZ_LEVEL } from '../release.ts';
import type { Check, Outcome } from './check.ts';

/** What no check here does, and why. */
const NEVER = [
  'macOS, x64 and arm64: no executable was started. Their signatures and payloads were looked at, as said above.',
  'Windows arm64: not started. Windows x64: on Wine and on no Windows; no PowerShell, no Git for Windows.',
  'Ctrl-C on a Windows console, which Wine does not pass on.',
  'arm64 of Linux: on an emulator and on no such machine; its .deb and .rpm were unpacked and not installed.',
  'Homebrew, Scoop, makepkg, pnpm, Yarn: their files were made and not used.',
  'AWS: no call went to the real one.',
];

/** The text of VERIFIED.md. */
export async function report(outcomes: readonly (readonly [Check, Outcome])[]): Promise<string> {
  const of = (kind: Outcome['kind']) => outcomes.filter(([, outcome]) => outcome.kind === kind);
  const sections = [
    `# What was verified of ccvault ${VERSION}`,
    `Commit ${await commit()}, on ${type()} ${release()} ${arch()}; xz level ${XZ_LEVEL}. Written by \`make verify-dist\`.`,
    ...section('Passed', of('passed')),
    ...section('Failed', of('failed')),
    ...section('Skipped on this machine', of('skipped')),
    '## Not run, here or anywhere by this',
    NEVER.map((line) => `- ${line}`).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function section(title: string, outcomes: readonly (readonly [Check, Outcome])[]): string[] {
  if (outcomes.length === 0) return [];
  const lines = outcomes.map(([{ subject, does }, outcome]) => {
    const why = outcome.kind === 'passed' ? '' : ` (${outcome.why.split('\n')[0]})`;
    return `- **${subject}**: ${does}${why}`;
  });
  return [`## ${title}`, lines.join('\n')];
}

async function commit(): Promise<string> {
  const { stdout } = await execa('git', ['describe', '--always', '--abbrev=40', '--exclude=*', '--dirty'], {
    cwd: ROOT,
  });
  return stdout;
}

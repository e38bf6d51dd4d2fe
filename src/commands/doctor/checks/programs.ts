import { ccvaultCommand, commandLine } from '../../../core/command-line.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

const USES = {
  'git-credential-ccvault': { what: 'credential.helper = ccvault', many: false },
  'git-remote-codecommit': { what: 'codecommit:// URLs', many: true },
} as const;

/** Whether git finds the program under its other names on PATH, and finds this very program. */
export function checkPrograms({ programs, host }: Facts): readonly Finding[] {
  if (programs.ccvault === undefined) {
    return [
      {
        severity: 'note',
        check: 'programs',
        message: 'ccvault is not on PATH: hints and git cannot call it by name',
        fix: `export PATH="$PATH":${commandLine(folderOf(host.startedAs.at(-1) ?? ''))}`,
      },
    ];
  }
  const folder = folderOf(programs.ccvault);
  const target = host.startedAs.at(-1) ?? programs.ccvault;
  return programs.links.flatMap(({ name, path, isThis }): readonly Finding[] => {
    if (isThis) return [];
    const { what, many } = USES[name];
    const link = commandLine('ln', '-sf', target, `${folder}/${name}`);
    if (path === undefined) {
      return [
        {
          severity: 'note',
          check: 'programs',
          message: `${name} is not on PATH, so ${what} ${many ? 'do' : 'does'} not work`,
          fix: link,
        },
      ];
    }
    const own = path === `${folder}/${name}`;
    return [
      {
        severity: 'warning',
        check: 'programs',
        message: `${path} is first on PATH and is not this version of ccvault: ${what} ${many ? 'go' : 'goes'} to it`,
        fix: own ? link : `${link} && export PATH=${commandLine(folder)}:"$PATH"`,
      },
    ];
  });
}

/** Whether the user's shell completes ccvault. */
export function checkCompletion({ completion }: Facts): readonly Finding[] {
  if (completion === undefined || completion.isInstalled) return [];
  const { shell, path } = completion;
  const fix =
    shell === 'fish'
      ? `${commandLine('mkdir', '-p', folderOf(path))} && ccvault completion fish > ${commandLine(path)}`
      : `echo 'source <(${ccvaultCommand('completion', { operands: [shell] })})' >> ${commandLine(path)}`;
  return [
    {
      severity: 'note',
      check: 'completion',
      message: `${shell} does not complete ccvault's commands and profiles`,
      fix,
    },
  ];
}

function folderOf(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, '');
}

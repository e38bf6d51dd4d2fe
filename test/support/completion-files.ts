import { completionScript } from '../../src/cli/completion/complete.ts';
import { manPage } from '../../src/cli/man.ts';

/** What stands in completions/, by file name. */
export function completionFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['ccvault.bash', completionScript('bash')],
    ['_ccvault', completionScript('zsh')],
    ['ccvault.fish', completionScript('fish')],
    ['ccvault.ps1', completionScript('powershell')],
    ['ccvault.1', manPage()],
  ]);
}

import { STUBS } from '../../src/cli/completion/stubs.ts';
import { manPage } from '../../src/cli/man.ts';

/** What stands in completions/, by file name. */
export function completionFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['ccvault.bash', STUBS.bash],
    ['_ccvault', STUBS.zsh],
    ['ccvault.fish', STUBS.fish],
    ['ccvault.ps1', STUBS.powershell],
    ['ccvault.1', manPage()],
  ]);
}

import { STUBS } from '../../src/cli/completion/stubs.ts';
import { manPages } from '../../src/cli/man.ts';

/** What stands in completions/, by path. */
export function completionFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['ccvault.bash', STUBS.bash],
    ['_ccvault', STUBS.zsh],
    ['ccvault.fish', STUBS.fish],
    ['ccvault.ps1', STUBS.powershell],
    ...[...manPages()].map(([name, page]) => [`man/${name}`, page] as const),
  ]);
}

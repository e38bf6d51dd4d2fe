// Other people's programs that a move of keys asks, as far as it asks them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from './stage.ts';

/** aws-vault 7 with the keys of both users. */
export function installAwsVault(stage: Stage): void {
  const keys = [stage.alice, stage.bob].map(
    ({ user, accessKeyId, secretAccessKey }) =>
      `*' ${user.name}') printf '{"AccessKeyId":"${accessKeyId}","SecretAccessKey":"${secretAccessKey}"}' ;;`,
  );
  install(
    stage,
    'aws-vault',
    `case "$*" in
'list --credentials') printf 'alice\\nbob\\n' ;;
${keys.join('\n')}
*) exit 4 ;;
esac`,
  );
}

/** pass with an empty store that is not sealed; like pass's own, a file of it is old or new. */
export function installPass(stage: Stage): void {
  const { passwordStore } = stage;
  mkdirSync(join(passwordStore, 'ccvault'), { recursive: true, mode: 0o700 });
  writeFileSync(join(passwordStore, '.gpg-id'), 'nobody\n');
  install(
    stage,
    'pass',
    `umask 077
store=$HOME/.password-store
case $1 in
show) exec cat "$store/$2.gpg" ;;
insert) cat >"$TMPDIR/$$" && exec mv "$TMPDIR/$$" "$store/$4.gpg" ;;
rm) exec rm -f "$store/$3.gpg" ;;
*) exit 4 ;;
esac`,
  );
}

function install({ home }: Stage, name: string, script: string): void {
  writeFileSync(join(home.root, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

// The part of the demo in which a command may do less than the role.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Aws } from '../aws/server.ts';
import type { Stage } from './stage.ts';

/** Reads and tries to write as the profile `prod`, whose role may do both. */
export async function playNarrowed(aws: Aws, stage: Stage, home: string): Promise<void> {
  aws.world.addUser({ account: '444455556666', name: 'robot' });
  const program = join(import.meta.dirname, '../script/sdk-iam.ts');
  writeFileSync(
    join(home, 'bin', 'iam'),
    `#!/bin/sh\nexec '${process.execPath}' --no-warnings '${program}' "$@"\n`,
    { mode: 0o755 },
  );
  stage.say('Less than the role may do, for a program that should only look. AWS enforces it:');
  await stage.run('ccvault explain --read-only prod | grep -A 3 AssumeRole');
  await stage.run('ccvault exec --read-only prod -- iam ListAccessKeys robot');
  await stage.run('ccvault exec --read-only prod -- iam CreateAccessKey robot || echo "refused ($?)"');
  stage.say('Without it the role may:');
  await stage.run('ccvault exec prod -- iam CreateAccessKey robot');
}

// `make demo`: the real program against a strict AWS stand-in, in a home of its own that is thrown away afterwards.
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAws } from '../aws/server.ts';
import { findBuild, PROGRAM_NAMES } from '../support/builds.ts';
import { playConsole, playServer } from './console-and-servers.ts';
import { gitEnvironment, playGit } from './git.ts';
import { playNarrowed } from './narrowed.ts';
import { playSso } from './sso.ts';
import { createStage } from './stage.ts';

const aws = await startAws();
const home = mkdtempSync(join(tmpdir(), 'ccvault-demo-'));
try {
  await play();
} finally {
  rmSync(home, { recursive: true, force: true });
  await aws.stop();
}

async function play(): Promise<void> {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  for (const name of PROGRAM_NAMES) symlinkSync(findBuild('standalone').program, join(bin, name));

  const dev = aws.world.addUser({
    account: '111122223333',
    name: 'dana',
    mfa: true,
    permissions: {
      denyWithoutMfa: [
        'iam:ListAccessKeys',
        'iam:CreateAccessKey',
        'iam:UpdateAccessKey',
        'iam:DeleteAccessKey',
      ],
    },
  });
  const deploy = aws.world.addRole({
    account: '444455556666',
    name: 'deploy',
    trust: { principals: [dev.arn], mfa: true },
  });
  writeFileSync(
    join(bin, 'totp'),
    `#!/bin/sh\nexec '${process.execPath}' --no-warnings '${join(import.meta.dirname, '../aws/totp.ts')}' ${dev.mfaSecret}\n`,
    { mode: 0o755 },
  );
  const variables = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    CCVAULT_BACKEND: 'file',
    CCVAULT_PASSPHRASE: crypto.randomUUID(),
    ...aws.env,
    ...gitEnvironment(aws.env.AWS_CA_BUNDLE),
  };
  const stage = createStage(home, variables);

  stage.say(
    'A user with an MFA device in account 111122223333, and a role in account 444455556666 that demands MFA.',
  );
  stage.say(
    'First the key. AWS is asked whose it is and which MFA device goes with it; the secret is sealed at once.',
  );
  const key = { AccessKey: { AccessKeyId: dev.accessKeyId, SecretAccessKey: dev.secretAccessKey } };
  stage.write('new-key.json', JSON.stringify(key));
  await stage.run('ccvault add dev --region eu-west-1 --stdin < new-key.json');
  await stage.run('rm new-key.json');

  stage.say('A role is a profile of ~/.aws/config, as for the AWS CLI. mfa_process saves typing the code.');
  stage.write(
    '.aws/config',
    `${stage.read('.aws/config')}mfa_process = totp

[profile prod]
role_arn = ${deploy.arn}
source_profile = dev
mfa_serial = ${dev.mfaSerial}
region = eu-west-1
`,
  );
  await stage.run('cat .aws/config');
  await stage.run('ccvault list');

  stage.say('What will happen, before it happens:');
  await stage.run('ccvault explain prod');

  stage.say('MFA, then the role, then the command, with credentials that end in an hour:');
  await stage.run(
    `ccvault exec prod -- sh -c 'echo "$AWS_VAULT: $AWS_ACCESS_KEY_ID until $AWS_CREDENTIAL_EXPIRATION"'`,
  );
  await stage.run('ccvault whoami prod');

  stage.say('The same again asks nobody and calls nobody:');
  const before = aws.calls.log.length;
  await stage.run('ccvault exec prod -- true');
  stage.say(`(AWS calls for that: ${aws.calls.log.length - before})`);

  stage.say('For SDKs and tools that take credentials from a process:');
  await stage.run(
    'ccvault export prod --format json | sed \'s/\\(SecretAccessKey": "\\|SessionToken": "\\)[^"]*/\\1.../\'',
  );
  await stage.run('ccvault list');

  await playNarrowed(aws, stage, home);
  await playSso(aws, stage, home, variables);
  await playGit(aws, stage, deploy.arn);
  await playConsole(aws, stage, home);
  await playServer(aws, stage, home);

  stage.say(
    'The key is replaced. Keys of this user may only be changed with MFA: the session that is there will do.',
  );
  // What IAM needs to tell every service of a new key, shortened.
  aws.world.newKeyDelay = 1500;
  await stage.run('ccvault rotate dev');
  await stage.run('ccvault whoami dev --no-session');
  stage.say(`(keys of the user in IAM: ${dev.user.keys.length})`);

  stage.say('AWS calls made by all of it, for one MFA code:');
  for (const [operation, count] of Object.entries(aws.calls.counts())) stage.say(`  ${operation}: ${count}`);
}

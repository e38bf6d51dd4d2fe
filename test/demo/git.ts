// The part of the demo that clones from CodeCommit and pushes to it, with real git.
import type { Aws } from '../aws/server.ts';
import type { Stage } from './stage.ts';

/** What git needs to reach the stand-in, and a name to commit under. */
export function gitEnvironment(caFile: string): Record<string, string> {
  return {
    GIT_SSL_CAINFO: caFile,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Dana',
    GIT_AUTHOR_EMAIL: 'dana@example.com',
    GIT_COMMITTER_NAME: 'Dana',
    GIT_COMMITTER_EMAIL: 'dana@example.com',
  };
}

/** `roleArn` is the role of profile prod; `git` must be installed. */
export async function playGit(aws: Aws, stage: Stage, roleArn: string): Promise<void> {
  aws.world.addRepository({
    account: '444455556666',
    region: 'eu-west-1',
    name: 'app',
    readers: [roleArn],
    writers: [roleArn],
    files: { 'README.md': 'hello\n' },
  });
  stage.say('git and CodeCommit: one set-up, for CodeCommit hosts only, and git asks ccvault from then on.');
  await stage.run('ccvault git setup --global --profile prod');
  await stage.run('git clone https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app');
  await stage.run('cd app && echo more >> README.md && git commit --quiet -am more && git push');
  stage.say('The same through the address that names the profile:');
  await stage.run('git clone codecommit://prod@app again && git -C again log --format=%s');
}

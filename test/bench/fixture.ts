// A home with a stored key, a role profile and warm sessions, for both builds, on a keyring and a bus of its own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAws } from '../aws/server.ts';
import type { Aws } from '../aws/server.ts';
import type { UserHandle } from '../aws/world.ts';
import { startSecretService } from '../support/secret-service.ts';

export type Fixture = {
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  readonly aws: Aws;
  /** Whose key is stored, with a device. */
  readonly user: UserHandle;
  /** Runs a command and fails when it does; the event loop, and so the stand-in, goes on meanwhile. */
  run(
    argv: readonly [string, ...string[]],
    env?: Readonly<Record<string, string>>,
    input?: string,
  ): Promise<void>;
  end(): Promise<void>;
};

export async function createFixture(ccvault: string): Promise<Fixture> {
  const service = await startSecretService();
  const aws = await startAws();
  const home = mkdtempSync(join(tmpdir(), 'ccvault-bench-'));
  const env: Record<string, string> = {
    ...service.environment,
    HOME: home,
    USER: 'bench',
    CCVAULT_HOME: join(home, 'vault'),
    CCVAULT_BACKEND: 'keyring',
    ...aws.env,
  };
  const user = aws.world.addUser({ account: '111122223333', name: 'dana', mfa: true });
  const role = aws.world.addRole({
    account: '444455556666',
    name: 'deploy',
    trust: { principals: [user.arn], mfa: true },
  });
  const fixture: Fixture = {
    env,
    home,
    aws,
    user,
    async run([program, ...args], variables = env, input = '') {
      const child = spawn(program, args, { env: variables, stdio: ['pipe', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.stdin.on('error', () => undefined).end(input);
      const [status] = await once(child, 'close');
      if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${said}`);
    },
    async end() {
      await aws.stop();
      await service.end();
      rmSync(home, { recursive: true, force: true });
    },
  };
  mkdirSync(join(home, '.aws'), { mode: 0o700 });
  const key = JSON.stringify({ AccessKeyId: user.accessKeyId, SecretAccessKey: user.secretAccessKey });
  await fixture.run([ccvault, 'add', 'dev', '--stdin', '--no-config'], env, key);
  writeFileSync(join(home, '.aws/config'), configText(user.mfaSerial, role.arn, 0));
  await fixture.run([ccvault, 'refresh', 'prod', '--mfa-token', user.totp()]);
  spawnSync('secret-tool', ['store', '--label=bench', 'purpose', 'bench'], {
    env,
    input: 'a-secret-of-forty-characters-0123456789',
  });
  return fixture;
}

/** The two profiles used here, after any number of others. */
export function configText(mfaSerial: string, roleArn: string, others: number): string {
  const fill = Array.from(
    { length: others },
    (_, index) =>
      `[profile team-${index}]\nrole_arn = arn:aws:iam::${100_000_000_000 + index}:role/team\nsource_profile = dev\nregion = eu-west-1\noutput = json\n\n`,
  ).join('');
  return `${fill}[profile dev]
mfa_serial = ${mfaSerial}
region = eu-west-1

[profile prod]
role_arn = ${roleArn}
source_profile = dev
mfa_serial = ${mfaSerial}
region = eu-west-1
`;
}

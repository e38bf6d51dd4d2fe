import assert from 'node:assert/strict';
import { VERSION } from '../release.ts';
import type { Machine } from './machine.ts';

// AWS's own example.
const ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
export const CREATED_KEY = JSON.stringify({
  AccessKey: { UserName: 'dana', AccessKeyId: ID, SecretAccessKey: SECRET, Status: 'Active' },
});
/** The same, as a `credential_process` prints it. */
export const PRINTED_KEY = JSON.stringify({ Version: 1, AccessKeyId: ID, SecretAccessKey: SECRET });

/** What `use` does, for VERIFIED.md. */
export const USE =
  'its version, build, runtime and commit, a key stored in the file backend, list, export, exec with its variables and its exit codes (7, 127, 143), ' +
  'no terminal to ask on (5), the git helper on a host that is none of its own';

/** What `--version --verbose` says of a build. */
export function verboseVersion(build: 'standalone' | 'npm'): RegExp {
  const runtime = build === 'npm' ? 'Node' : 'Bun';
  return new RegExp(`^ccvault \\S+\nbuild: ${build}, \\S+\nruntime: ${runtime} \\S+\ncommit: [0-9a-f]{40}`);
}

/** Uses the program as a person would; whatever needs no AWS. */
export async function use(machine: Machine): Promise<void> {
  const { program, home } = machine;
  const files = {
    HOME: home,
    CCVAULT_HOME: `${home}/vault`,
    AWS_CONFIG_FILE: `${home}/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${home}/credentials`,
  };
  const env = { ...files, CCVAULT_PASSPHRASE: 'correct horse battery' };
  const run = (...args: readonly string[]) => machine.run([program, ...args], { env });

  await expect(
    run('--version'),
    0,
    new RegExp(String.raw`^ccvault ${VERSION.replaceAll('.', String.raw`\.`)}$`),
  );
  await expect(run('--version', '--verbose'), 0, verboseVersion('standalone'));
  const add = ['add', 'work', '--stdin', '--no-verify', '--backend', 'file', '--region', 'eu-west-1'];
  await expect(machine.run([program, ...add], { env, stdin: CREATED_KEY }), 0, /^$/);
  await expect(run('list'), 0, /^work\t/);
  await expect(run('export', '-n', 'work', '--format', 'json'), 0, new RegExp(`"AccessKeyId": *"${ID}"`));
  await expect(
    run('exec', '-n', 'work', '--', '/bin/sh', '-c', 'echo $AWS_ACCESS_KEY_ID; exit 7'),
    7,
    new RegExp(ID),
  );
  await expect(run('exec', '-n', 'work', '--', 'no-such-program'), 127, /^$/);
  await expect(run('exec', '-n', 'work', '--', '/bin/sh', '-c', 'kill -TERM $$'), 143, /^$/);
  await expect(machine.run([program, 'export', '-n', 'work'], { env: files }), 5, /^$/);
  const request = 'protocol=https\nhost=git.example\n\n';
  await expect(machine.run([program, 'credential-helper', 'get'], { env, stdin: request }), 0, /^$/);
}

async function expect(running: ReturnType<Machine['run']>, exitCode: number, stdout: RegExp): Promise<void> {
  const result = await running;
  assert.equal(result.exitCode, exitCode, result.stderr);
  assert.match(result.stdout.trim(), stdout, result.stderr);
}

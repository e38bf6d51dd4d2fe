import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runScript } from '../../script/runner.ts';
import { requires } from '../../support/requires.ts';

// A stand-in for a build: tells by which name it was called, and with what.
const PROGRAM = `#!/bin/sh
case "$1" in
  fail) echo "failed: $2" >&2; exit "$2" ;;
  ask) printf 'Code: ' >/dev/tty; read -r code </dev/tty; echo "got $code"; echo "warned" >&2 ;;
  leak) echo "$CCVAULT_PASSPHRASE" ;;
  *) echo "\${0##*/}: $*" ;;
esac
`;

const outside = process.env['TMPDIR'];
let dir: string;

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccvault-runner-'));
  mkdirSync(join(dir, 'tmp'));
  process.env['TMPDIR'] = join(dir, 'tmp');
  writeFileSync(join(dir, 'program'), PROGRAM);
  chmodSync(join(dir, 'program'), 0o755);
});

after(() => {
  if (outside === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = outside;
  rmSync(dir, { recursive: true, force: true });
});

function run(script: string): Promise<string | undefined> {
  return runScript(script, { name: 'standalone', program: join(dir, 'program') });
}

async function failure(script: string): Promise<string> {
  try {
    await run(script);
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message;
  }
  assert.fail('the script passed');
}

describe('commands', () => {
  it('run under each of their names, with what they print at hand', async () => {
    await run(`
ccvault list --json
stdout '^ccvault: list --json$'
! stderr .
git-credential-ccvault get
stdout ^git-credential-ccvault
exec git-remote-codecommit a
stdout ^git-remote
exit 5 ccvault fail 5
stderr '^failed: 5$'
! ccvault fail 1
! stdout .
`);
  });

  it('fail the script when they end otherwise, and the report shows where', async () => {
    const message = await failure('exec true\n\nccvault fail 3\nexec true\n');
    assert.match(message, /^exit code 3, not 0\n/);
    assert.match(message, /\n {3}exec true\n.*\n>> ccvault fail 3\n {3}exec true/);
    assert.match(message, /--- stderr\nfailed: 3\n/);
    assert.match(await failure('! exec true'), /did not fail/);
    assert.match(await failure('exit 2 exec true'), /exit code 0, not 2/);
    assert.match(await failure('exec no-such-program'), /no program no-such-program/);
    assert.match(await failure('frobnicate'), /no such verb/);
    assert.match(await failure('[sunny] exec true'), /no such condition: sunny/);
    assert.match(await failure('exit 137 exec sh -c "exit 1"'), /exit code/);
    await run("exit 143 exec sh -c 'kill $$'");
  });

  it('get a clean environment, a home of their own and no terminal', async () => {
    process.env['AWS_PROFILE'] = 'from-outside';
    try {
      await run(
        `
secrets-ok
exec env
! stdout ^AWS_
stdout ^CCVAULT_BACKEND=file$
stdout ^HOME=$WORK/home$
! exec sh -c ': </dev/tty'
exec pwd
stdout ^$WORK$
`,
      );
    } finally {
      delete process.env['AWS_PROFILE'];
    }
  });

  it('take their standard input from a file or from what was printed', async () => {
    await run(`
stdin in.txt
exec cat
stdout-is in.txt
stdin stdout
exec wc -l
stdout 2
exec cat
! stdout .
-- in.txt --
one
two
`);
  });

  it('run in the background', async () => {
    assert.equal(await run("exec sh -c 'sleep 60' &\nskip with one left"), 'with one left');
    await run(`
exit 143 exec sh -c 'echo ready; exec sleep 60' &
background-out ^ready$
kill TERM
wait
stdout ready
exec sh -c 'echo one' &
exec sh -c 'echo two' &
wait
stdout one\\ntwo
`);
    assert.match(await failure("exec sh -c 'exit 7' &\nwait\n"), /exit code 7, not 0/);
    assert.match(await failure("exec sh -c 'exit 7' &\n"), /exit code 7, not 0/);
    assert.match(await failure('exec true &\nbackground-out x\n'), /ended without x/);
  });
});

describe('files', () => {
  it('are made, changed and compared', async () => {
    await run(
      `
set NAME=value
exists a.txt home/.aws/config
chmod 0755 home/..
mode 0755 $HOME/..
chmod 0600 a.txt
mode 0600 a.txt
cp a.txt b.txt
cmp a.txt b.txt
append b.txt more $NAME
grep '^more value$' b.txt
! grep less b.txt
! cmp a.txt b.txt
mkdir sub/dir
cd sub
symlink link -> ../a.txt
exec cat link
stdout-is ../a.txt
cd ..
rm a.txt
! exists a.txt
expand c.txt
cmpenv c.txt d.txt
-- a.txt --
text
-- home/.aws/config --
-- c.txt --
is $NAME
-- d.txt --
is \${NAME}
`,
    );
    assert.match(await failure('exists nothing'), /nothing is not there/);
    assert.match(await failure("exec echo hi\nstdout '^ho$'"), /stdout does not have \^ho\$/);
    assert.match(await failure('exec echo hi\n! stdout hi'), /stdout has hi/);
  });

  it('are gone afterwards', async () => {
    await run('mkdir home/locked\nchmod 000 home');
    await failure('exec false');
    assert.deepEqual(readdirSync(process.env['TMPDIR'] ?? ''), []);
  });
});

describe('conditions', () => {
  it('choose lines', async () => {
    await run('[npm] exec false\n[!standalone] exec false\n[linux] [npm] exec false\n[exec:sh] exec true\n');
    if (process.env['CCVAULT_TEST_REQUIRE_ALL'] !== '1') await run('[exec:no-such-program] exec false\n');
    assert.match(await failure('[standalone] exec false'), /exit code 1/);
    assert.equal(await run('skip not today\nexec false'), 'not today');
  });
});

describe('secrets', () => {
  it('must not be printed, unless the line before says so', async () => {
    assert.match(await failure('ccvault leak'), /^the passphrase is in standard output/);
    await run('secrets-ok\nccvault leak\n');
    assert.match(await failure('secrets-ok\nccvault leak\nccvault leak'), /the passphrase is in/);
    assert.match(
      await failure("secrets-ok\nexec sh -c 'ccvault leak >&2'"),
      /the passphrase is in standard error/,
    );
  });

  it('must not lie in the vault', async () => {
    assert.match(
      await failure("exec sh -c 'mkdir vault; printf %s $CCVAULT_PASSPHRASE >vault/x'"),
      /the passphrase is in .*vault\/x/,
    );
  });
});

describe('terminals', { skip: requires('script') }, () => {
  it('show what is printed, and somebody types', async () => {
    await run(`
set CODE=123456
tty-in 'Code: ' => $CODE
tty ccvault ask
tty-out 'Code: 123456'
tty-out '^got 123456$'
! stdout .
tty-in Code: => 'a b'
tty-only ccvault ask
stdout '^got a b$'
stderr ^warned$
! tty-out got
tty-in Code: => '^C'
exit 130 tty ccvault ask
exit 4 tty ccvault fail 4
`);
    assert.match(await failure('tty-in Never: => x\ntty ccvault list'), /ended before it showed \/Never:\//);
  });
});

describe('AWS', () => {
  it('is a world of its own, with users, codes, calls, time and trouble', async () => {
    await run(`
aws start
aws user alice account=111122223333 mfa id=AKIAEXAMPLEEXAMPLE23
aws role admin trust=alice mfa max=2h
exec sh -c 'test -n "$HTTPS_PROXY" && test -f "$AWS_CA_BUNDLE"'
exec echo $ALICE_KEY $ALICE_MFA $ALICE_ARN $ADMIN_ARN
stdout '^AKIAEXAMPLEEXAMPLE23 arn:aws:iam::111122223333:mfa/alice arn:aws:iam::111122223333:user/alice arn:aws:iam::111122223333:role/admin$'
exec totp alice
stdout ^[0-9]{6}$
cp stdout first
exec echo \${totp:alice}
! cmp stdout first
exec echo \${totp:alice}
! cmp stdout first
aws calls * 0
aws advance 2h
aws fault AssumeRole throttle nth=2 times=1
aws fault clear
aws offline
aws online
`);
    assert.match(await failure('aws start\naws calls AssumeRole 1'), /calls so far: \{\}/);
    assert.match(await failure('aws user alice'), /aws start comes first/);
    assert.match(
      await failure('aws start\naws user alice\nexec echo $ALICE_SECRET'),
      /the secret key of alice is in standard output/,
    );
  });

  it('answers the AWS CLI', { skip: requires('aws') }, async () => {
    await run(`
aws start
aws user alice
env AWS_ACCESS_KEY_ID=$ALICE_KEY AWS_SECRET_ACCESS_KEY=$ALICE_SECRET AWS_REGION=eu-west-1
exec aws sts get-caller-identity --query Arn --output text
stdout ^$ALICE_ARN$
aws calls GetCallerIdentity 1
aws fault GetCallerIdentity drop
aws calls clear
env AWS_MAX_ATTEMPTS=1
! exec aws sts get-caller-identity
aws calls GetCallerIdentity 1
`);
  });
});

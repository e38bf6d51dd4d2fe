import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { type Invocation, type Parsed, parse } from '../../../src/spec/parse.ts';
import { walk } from '../../../src/spec/walk.ts';
import { isCliError } from '../../../src/core/errors.ts';
import { codePoint } from '../../support/code-point.ts';
import { cliError } from '../../support/files.ts';

function words(line: string): string[] {
  return line === '' ? [] : line.split(' ');
}

/** The invocation of one command; fails for help, version and other commands. */
function invocation<Name extends Invocation['command']>(
  name: Name,
  argv: readonly string[],
): Extract<Invocation, { command: Name }> {
  const parsed = parse(argv);
  assert.ok(isInvocation(name, parsed), JSON.stringify(parsed));
  return parsed;
}

function isInvocation<Name extends Invocation['command']>(
  name: Name,
  parsed: Parsed,
): parsed is Extract<Invocation, { command: Name }> {
  return parsed.kind === 'command' && parsed.command === name;
}

function exec(line: string): {
  profile: string | undefined;
  tail: readonly string[];
  options: Record<string, unknown>;
} {
  const { input } = invocation('exec', ['exec', ...words(line)]);
  return { profile: input.arguments.profile, tail: input.tail, options: { ...input.options } };
}

describe('exec', () => {
  const rows: readonly [line: string, profile: string | undefined, tail: string[]][] = [
    ['', undefined, []],
    ['p', 'p', []],
    ['p --', 'p', []],
    ['--', undefined, []],
    ['-- aws', undefined, ['aws']],
    ['p -- aws s3 ls --region x', 'p', ['aws', 's3', 'ls', '--region', 'x']],
    ['p aws s3 ls --region x', 'p', ['aws', 's3', 'ls', '--region', 'x']],
    ['p aws --help', 'p', ['aws', '--help']],
    ['p -- --help', 'p', ['--help']],
    ['p -- -- x', 'p', ['--', 'x']],
    ['p kubectl exec pod -- ls', 'p', ['kubectl', 'exec', 'pod', '--', 'ls']],
    ['p -n -- env', 'p', ['env']],
    ['p -n env -n', 'p', ['env', '-n']],
    ['-n p env', 'p', ['env']],
  ];
  for (const [line, profile, tail] of rows) {
    it(`exec ${line}`, () => {
      assert.deepEqual({ profile: exec(line).profile, tail: exec(line).tail }, { profile, tail });
    });
  }

  it('reads options before and directly after the profile only', () => {
    assert.equal(exec('p --duration 1h aws').options['duration'], 3600);
    assert.equal(exec('--duration=90m p aws').options['duration'], 5400);
    assert.equal(exec('p aws --duration 1h').options['duration'], undefined);
    assert.equal(exec('p -n -- env').options['noSession'], true);
  });

  it('leaves what follows -- untouched, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: codePoint })), (tail) => {
        assert.deepEqual(invocation('exec', ['exec', 'p', '--', ...tail]).input.tail, tail);
        assert.deepEqual(invocation('exec', ['exec', 'p', 'cmd', ...tail]).input.tail, ['cmd', ...tail]);
      }),
    );
  });

  it('understands the letters and spellings of aws-vault', () => {
    assert.deepEqual(
      exec('-d 2h -n -t 123456 p').options,
      exec('--duration=2h --no-session --mfa-token=123456 p').options,
    );
    assert.equal(exec('-nt 123456 p').options['mfaToken'], '123456');
    assert.equal(exec('-nt123456 p').options['mfaToken'], '123456');
    assert.equal(exec('-s p').options['server'], true);
    assert.equal(exec('--ecs-server p').options['server'], true);
    assert.equal(exec('--ec2-server p').options['imds'], true);
    assert.equal(exec('-j p').options['json'], true);
    assert.equal(invocation('export', words('export --format export-env p')).input.options.format, 'export');
    assert.equal(invocation('add', words('add --no-add-config p')).input.options.noConfig, true);
    assert.equal(invocation('remove', words('rm -s p')).input.options.sessionsOnly, true);
    assert.equal(invocation('list', words('ls --credentials')).input.options.credentials, true);
    for (const kind of ['profiles', 'sessions'] as const) {
      assert.equal(invocation('list', ['list', `--${kind}`]).input.options[kind], true);
    }
  });
});

describe('other commands', () => {
  it('take no option as given where none is', () => {
    assert.deepEqual(invocation('export', ['export']).input, {
      arguments: { profile: undefined },
      options: {
        role: undefined,
        readOnly: false,
        policyArn: [],
        policyFile: undefined,
        duration: undefined,
        region: undefined,
        noSession: false,
        mfaToken: undefined,
        noBrowser: false,
        fresh: false,
        minTtl: undefined,
        format: undefined,
      },
      tail: [],
    });
  });

  it('take words after -- as arguments, so that a profile may begin with a dash', () => {
    assert.equal(invocation('add', words('add -- -p')).input.arguments.profile, '-p');
  });

  it('pass git its own options', () => {
    const { input } = invocation('git clone', words('git clone --profile p url dir -- --depth 1'));
    assert.deepEqual(input.arguments, { repository: 'url', directory: 'dir' });
    assert.deepEqual(input.tail, ['--depth', '1']);
    assert.equal(input.options.profile, 'p');
  });

  it('take several profiles where they can', () => {
    assert.deepEqual(invocation('import', words('import a b --dry-run c')).input.arguments.profiles, [
      'a',
      'b',
      'c',
    ]);
    assert.deepEqual(invocation('import', ['import']).input.arguments.profiles, []);
  });

  it('take any operation git may come up with', () => {
    assert.equal(
      invocation('credential-helper', words('credential-helper frob')).input.arguments.action,
      'frob',
    );
  });

  it('take numbers as numbers', () => {
    assert.equal(invocation('serve', words('serve --port 0')).input.options.port, 0);
  });
});

describe('global options', () => {
  it('stand before or after the command', () => {
    const before = invocation('list', words('--debug --backend file --prompt=terminal list'));
    const after = invocation('list', words('list --debug --backend=file --prompt terminal'));
    assert.deepEqual(before, after);
    assert.deepEqual(before.globals, { debug: true, backend: 'file', prompt: 'terminal' });
  });
});

describe('help and version', () => {
  const rows: readonly [line: string, parsed: object][] = [
    ['', { kind: 'nothing', topic: undefined }],
    ['--debug', { kind: 'nothing', topic: undefined }],
    ['git', { kind: 'nothing', topic: 'git' }],
    ['--help', { kind: 'help', topic: undefined }],
    ['-h', { kind: 'help', topic: undefined }],
    ['help', { kind: 'help', topic: undefined }],
    ['help exec', { kind: 'help', topic: 'exec' }],
    ['help rm', { kind: 'help', topic: 'remove' }],
    ['help git', { kind: 'help', topic: 'git' }],
    ['help git clone', { kind: 'help', topic: 'git clone' }],
    ['git --help', { kind: 'help', topic: 'git' }],
    ['git clone --help', { kind: 'help', topic: 'git clone' }],
    ['add --help', { kind: 'help', topic: 'add' }],
    ['exec -n --help p', { kind: 'help', topic: 'exec' }],
    ['--version', { kind: 'version', verbose: false }],
    ['version', { kind: 'version', verbose: false }],
    ['--version --verbose', { kind: 'version', verbose: true }],
    ['--verbose --version', { kind: 'version', verbose: true }],
    ['--debug --version --verbose', { kind: 'version', verbose: true }],
    ['version --verbose', { kind: 'version', verbose: true }],
  ];
  for (const [line, parsed] of rows) {
    it(`ccvault ${line}`, () => assert.deepEqual(parse(words(line)), parsed));
  }
});

describe('wrong usage', () => {
  const rows: readonly [line: string, ...words: RegExp[]][] = [
    ['exce p', /no command "exce"/, /did you mean `ccvault exec`/, /`ccvault --help`/],
    ['git cloen x', /no command "git cloen"/, /`ccvault git clone`/, /`ccvault git --help`/],
    ['console', /no command "console"/, /did you mean `ccvault login`/],
    ['shell', /did you mean `ccvault exec`/],
    ['assume p', /did you mean `ccvault exec`/],
    ['-v', /no option -v/, /did you mean `ccvault --version`/],
    ['exec --profile work', /no option --profile for exec/, /ccvault exec PROFILE/],
    ['help exce', /did you mean `ccvault exec`/],
    ['exec --regoin x p', /no option --regoin for exec/, /did you mean --region\?/, /`ccvault exec --help`/],
    ['exec -z p', /no option -z for exec/],
    ['--regoin x list', /no option --regoin$/m, /`ccvault --help`/],
    ['--verbose list', /--verbose goes with --version alone/, /use --debug/],
    ['--verbose', /--verbose goes with --version alone/],
    ['list --verbose', /no option --verbose for list/],
    ['list --version', /no option --version for list/],
    ['exec --region', /--region needs a value/],
    ['exec --region -- env', /--region needs a value/],
    ['exec --region --fresh p', /--region needs a value/],
    ['exec --region= p', /--region needs a value/],
    ['exec --region a --region b p', /--region is given twice/],
    ['--backend file list --backend pass', /--backend is given twice/],
    ['list --json=yes', /--json takes no value/],
    ['exec -d tomorrow p', /--duration/],
    ['export --format jsn', /one of env, export, fish/, /did you mean json\?/],
    ['completion tcsh', /SHELL must be one of bash, zsh, fish, powershell/],
    ['serve --port 65536', /--port must be a number from 0 to 65535/],
    ['serve --port 80x', /--port must be a number/],
    ['add', /add needs a PROFILE/],
    ['credential-helper', /needs an ACTION/],
    ['git clone', /git clone needs a URL\|REPOSITORY/],
    ['add a b', /add takes one argument, but 2 were given/],
    ['lock a', /lock takes no arguments, but one was given/],
    ['exec --server --imds p', /--server and --imds cannot be used together/],
    ['add --env --stdin p', /--env and --stdin cannot be used together/],
    ['git setup --global --local', /--global and --local cannot be used together/],
    ['toString', /no command "toString"/],
    ['--', /no command "--"/],
  ];
  for (const [line, ...expected] of rows) {
    it(`ccvault ${line}`, () => assert.throws(() => parse(words(line)), cliError('usage', ...expected)));
  }

  it('refuses an empty profile, which a script makes of an unset variable', () => {
    assert.throws(() => parse(['exec', '', '--', 'env']), cliError('usage', /PROFILE is empty/));
  });

  it('does not repeat what was given, which may be a secret', () => {
    for (const line of ['add p AKIAEXAMPLE s3cr3t', 'exec --mfa-tokn=s3cr3t p', 'exec --fresh=s3cr3t p']) {
      assert.throws(
        () => parse(words(line)),
        (error) => isCliError(error) && !`${error.message} ${error.hints.join(' ')}`.includes('s3cr3t'),
      );
    }
  });

  it('is a CliError for any words at all', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'exec',
        'git',
        'clone',
        '--',
        '-',
        '--help',
        '-t',
        '--region',
        '--format=',
        'p',
        '-d',
        '1h',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
        try {
          parse(argv);
        } catch (error) {
          assert.ok(isCliError(error) && error.kind === 'usage', String(error));
        }
      }),
    );
  });
});

describe('the walk over words that are wrong', () => {
  const rows: readonly [line: string, command: string | undefined][] = [
    ['exec --bogus', 'exec'],
    ['--backend file exec p', 'exec'],
    ['--backend=file --debug exec', 'exec'],
    ['--bogus exec', 'exec'],
    ['rm', 'remove'],
    ['git clone', 'git clone'],
    ['git', undefined],
    ['exce', undefined],
    ['', undefined],
  ];
  for (const [line, command] of rows) {
    it(`finds ${command} in "${line}"`, () => assert.equal(walk(words(line)).command, command));
  }
});

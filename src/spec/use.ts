import { EXPORT_FORMATS } from '../core/export-formats.ts';
import type { CommandSpec } from './command.ts';
import { jsonOption, narrowingOptions, noBrowserOption, profileArgument, sessionOptions } from './options.ts';

// aws-vault's --stdout, which shows the sign-in URL and does not open it.
const handingOutOptions = {
  ...sessionOptions,
  'no-browser': { ...noBrowserOption['no-browser'], aliases: ['stdout'] },
} as const;

export const exec = {
  section: 'use',
  summary: 'Run a command with the credentials of a profile',
  description:
    'Gets credentials for the profile, asking for an MFA code where it needs one, and runs the command with ' +
    'them in its environment. Without a command it starts your shell.',
  arguments: [profileArgument],
  options: {
    ...handingOutOptions,
    server: {
      kind: 'flag',
      short: 's',
      aliases: ['ecs-server'],
      summary: 'Serve credentials from a container endpoint, which renews them (also --ecs-server)',
    },
    imds: {
      kind: 'flag',
      aliases: ['ec2-server'],
      summary: 'Serve credentials from an IMDSv2 endpoint, which renews them (also --ec2-server)',
    },
    lazy: { kind: 'flag', hidden: true, summary: 'Let the server get credentials when it is first asked' },
    json: { kind: 'flag', short: 'j', hidden: true, summary: 'Print the credentials as JSON' },
  },
  tail: {
    shown: 'COMMAND [ARG...]',
    afterArguments: true,
    completes: 'commands',
    summary: 'The command to run; everything after -- is passed to it byte for byte',
  },
  conflicts: [
    {
      options: ['server', 'imds'],
      hint: 'use --server for programs that support the container endpoint, --imds for the others',
    },
    { options: ['server', 'json'], hint: 'use `ccvault export --format json` to print credentials' },
    { options: ['imds', 'json'], hint: 'use `ccvault export --format json` to print credentials' },
  ],
  examples: [
    ['ccvault exec work -- aws s3 ls', 'list buckets as the profile work'],
    ['ccvault exec -d 4h work -- terraform apply', 'with credentials that last four hours'],
    ['ccvault exec work', 'start a shell'],
    ['ccvault exec --server work -- ./long-job', 'credentials that are renewed while it runs'],
    ['ccvault exec --read-only work -- ./report', 'with fewer permissions than the role has'],
  ],
  notes: [
    'Without --, options end at the first word after PROFILE: `ccvault exec work aws s3 ls --region x` gives ' +
      '--region to aws. `ccvault exec -- COMMAND` uses AWS_PROFILE.',
  ],
  exitCodes: [
    ['125', 'ccvault itself failed'],
    ['126', 'the command was found but cannot be run'],
    ['127', 'the command was not found'],
    ['130', 'interrupted at a prompt'],
    ['128+n', 'the command was killed by signal n'],
    ['other', "the command's own exit code"],
  ],
} as const satisfies CommandSpec;

export const exportCredentials = {
  section: 'use',
  summary: 'Print the credentials of a profile',
  description:
    'Prints credentials in a form that a shell, an SDK or a file can use. Values are quoted, so that ' +
    'evaluating the output runs nothing in them.',
  arguments: [profileArgument],
  options: {
    ...handingOutOptions,
    format: {
      kind: 'choice',
      value: 'FORMAT',
      choices: EXPORT_FORMATS,
      choiceAliases: { 'export-env': 'export' },
      summary: 'env prints NAME=value lines (default), json what credential_process expects',
    },
  },
  examples: [
    ['eval "$(ccvault export work --format export)"', 'set them in this POSIX shell'],
    ['ccvault export work --format fish | source', 'set them in fish'],
    ['ccvault export work --format powershell | Invoke-Expression', 'set them in PowerShell'],
    ['credential_process = ccvault export --format json work', 'a line for ~/.aws/config'],
  ],
} as const satisfies CommandSpec;

export const login = {
  section: 'use',
  summary: 'Open the AWS console, signed in',
  description:
    'Opens the AWS console in the browser, signed in with the credentials of a profile, or of several in turn. ' +
    'The console session of an IAM user without a role carries no MFA; ccvault says so first.',
  arguments: [{ ...profileArgument, name: 'profiles', shown: 'PROFILE', variadic: true }],
  options: {
    ...sessionOptions,
    region: {
      ...sessionOptions.region,
      summary: "The AWS region, instead of the profile's; also a short name like ew1",
    },
    service: {
      kind: 'string',
      value: 'SERVICE',
      completes: 'services',
      summary: 'The service to open, e.g. s3 or codecommit',
    },
    services: { kind: 'flag', summary: 'List the names that --service and --region know, and open nothing' },
    path: { kind: 'string', value: 'PATH', summary: 'The console path to open' },
    stdout: { kind: 'flag', short: 's', summary: 'Print the sign-in URL and open nothing' },
    copy: {
      kind: 'flag',
      summary: "Also offer the sign-in URL to the terminal's clipboard (OSC 52), even over SSH",
    },
    browser: {
      kind: 'string',
      value: 'COMMAND',
      env: 'BROWSER',
      completes: 'browsers',
      summary: 'The browser to open it with, as "CMD {url}" or by name',
    },
  },
  conflicts: [
    { options: ['service', 'path'], hint: 'give either the service or the whole path of the console page' },
    { options: ['stdout', 'browser'], hint: 'leave out --browser to print the URL only' },
  ],
  examples: [
    ['ccvault login work', 'open the console'],
    ['ccvault login work --service codecommit', "open it at a service's page"],
    ['ccvault login work --browser chrome', 'in a separate, colour-coded Chrome window'],
    ['ccvault login dev prod --browser chrome', 'a window for each'],
    ['ccvault login work --stdout', 'print the URL'],
    ['ccvault login work --read-only --browser chrome', 'in a window without write access'],
  ],
  notes: [
    'With --browser chrome, chromium, edge, brave or firefox-container, the console of each profile is separate from ' +
      'the others and keeps its colour; firefox-container needs the extension "Open external links in a container".',
    'Anyone who opens the URL within 15 minutes is signed in. Over SSH and in a container it is printed instead of opened.',
  ],
} as const satisfies CommandSpec;

export const whoami = {
  section: 'use',
  summary: 'Show the AWS identity behind a profile',
  description: 'Asks AWS whose credentials these are and prints account, ARN and user id.',
  arguments: [profileArgument],
  options: { ...sessionOptions, ...jsonOption },
  examples: [
    ['ccvault whoami work', 'account, ARN and user id'],
    ['ccvault whoami work --json', 'the same for a script'],
  ],
} as const satisfies CommandSpec;

export const explain = {
  section: 'use',
  summary: "Explain how a profile's credentials are obtained",
  description:
    'Prints the plan in words: which key or source, which MFA device, each role, each duration and why, and ' +
    'what is cached until when. Works offline, reads no secret and prompts for nothing.',
  arguments: [profileArgument],
  options: { ...narrowingOptions, ...jsonOption },
  examples: [
    ['ccvault explain work', 'each step, and what is cached'],
    ['ccvault explain work --read-only', 'the same with fewer permissions than the role has'],
  ],
} as const satisfies CommandSpec;

export const serve = {
  section: 'use',
  summary: 'Serve credentials on a local port',
  description:
    'Serves the credentials of a profile on 127.0.0.1 until interrupted, and renews them before they expire. ' +
    'Prints on standard output the variables that point a program at the server.',
  arguments: [profileArgument],
  options: {
    ...sessionOptions,
    ecs: { kind: 'flag', summary: 'The container endpoint (default)' },
    imds: { kind: 'flag', summary: 'An instance metadata endpoint (IMDSv2)' },
    port: {
      kind: 'integer',
      value: 'PORT',
      range: [0, 65_535],
      summary: 'The port to listen on; by default a free one',
    },
  },
  conflicts: [{ options: ['ecs', 'imds'], hint: 'run `ccvault serve` twice to have both endpoints' }],
  examples: [
    ['ccvault serve work', 'serve until Ctrl-C, and print what to set in another shell'],
    ['ccvault serve work --port 9911', 'on a fixed port'],
  ],
  notes: [
    'Only programs on this computer can reach it: for a container use `docker run --network host` on Linux, elsewhere ' +
      '`ccvault export --format env` and --env-file. With --imds every program of every user of this computer can.',
  ],
} as const satisfies CommandSpec;

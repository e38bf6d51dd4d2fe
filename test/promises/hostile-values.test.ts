// What repositories, remotes, web pages and copied settings may say, given to the whole program: regions, endpoints,
// requests to the credential helper, codecommit:// URLs, pages of the console. test/fuzz has the same for the code below.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILDS } from '../support/builds.ts';
import { Home } from '../support/home.ts';
import { quote } from '../support/pty.ts';

const HOST = 'git-codecommit.eu-west-1.amazonaws.com';
const EVIL = 'evil.example';
const OF_AWS = /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|aws\.amazon\.com|api\.aws)(?::443)?$/;

const REGIONS: readonly string[] = ['eu-west-1', 'us-gov-west-1', 'x', ''].flatMap((region) =>
  [
    [`${region}.${EVIL}`, `${EVIL}/${region}`, `${region}@${EVIL}`, `${EVIL}#${region}`, `${EVIL}?${region}`],
    [
      `${region}:443@${EVIL}`,
      `${EVIL}:443/${region}`,
      `${region}\\${EVIL}`,
      `${EVIL}\\.${region}`,
      `//${EVIL}`,
    ],
    [
      `${region}%2f${EVIL}`,
      `${region}\n${EVIL}`,
      `${region}\t.${EVIL}`,
      `${EVIL}\u3002${region}`,
      `../${EVIL}`,
    ],
    [
      `${region}-`,
      `-${region}`,
      `${region}.`,
      `.${region}`,
      `${region}${'-a'.repeat(200)}`,
      `${region}\u212A`,
    ],
  ].flat(),
);

const ENDPOINTS: readonly string[] = [
  [`http://${EVIL}`, `http://127.0.0.1.${EVIL}`, `http://localhost.${EVIL}`, `http://127.0.0.1@${EVIL}`],
  [
    `http://${EVIL}#127.0.0.1`,
    `http://${EVIL}\\@127.0.0.1`,
    `http://0.0.0.0.${EVIL}`,
    'http://[::ffff:8.8.8.8]',
  ],
  [
    `HTTP://${EVIL}`,
    `//${EVIL}`,
    EVIL,
    `ftp://${EVIL}`,
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:,x',
    'https://',
  ],
].flat();

const HOSTS: readonly string[] = [
  [
    'github.com',
    `${HOST}.${EVIL}`,
    `${HOST}.`,
    `${HOST}:8443`,
    `${HOST}:`,
    `${HOST}:443:443`,
    `${HOST}/`,
    `${HOST}/..`,
  ],
  [
    `user@${HOST}`,
    `${HOST}@${EVIL}`,
    `${EVIL}#${HOST}`,
    `${EVIL}?${HOST}`,
    `${EVIL}\\${HOST}`,
    `${EVIL}/${HOST}`,
  ],
  [
    `${EVIL}.${HOST}`,
    `vpce-1.${HOST}`,
    `${HOST}.cn`,
    HOST.replace('amazonaws', 'amazonaws-'),
    HOST.replaceAll('.', '\u3002'),
  ],
  [
    HOST.replace('codecommit', 'codecomm\u0131t'),
    HOST.replace('codecommit', 'codecommit\u0000'),
    `\uFEFF${HOST}`,
  ],
  [
    'vpce-1\u212A.git-codecommit.eu-west-1.vpce.amazonaws.com',
    HOST.replace('eu-west-1', 'eu-west-1\u00AD'),
    HOST.replace('eu-west-1', EVIL),
    ` ${HOST}`,
  ],
  [
    `${HOST} `,
    `${HOST}\t`,
    `${HOST}%00`,
    `%67${HOST.slice(1)}`,
    `${HOST}\r`,
    HOST.replace('com', 'co'),
    HOST.slice(1),
  ],
  [
    'git-codecommit.amazonaws.com',
    'git-codecommit..amazonaws.com',
    'codecommit.eu-west-1.amazonaws.com',
    '[::1]',
    '',
  ],
].flat();

const REQUESTS: readonly string[] = [
  ...HOSTS.map((host) => `protocol=https\nhost=${host}\npath=v1/repos/demo\n\n`),
  ...[
    `protocol=http\nhost=${HOST}`,
    `protocol=https\nhost=${HOST}\nhost=${EVIL}`,
    `protocol=https\nhost=${EVIL}\rhost=${HOST}`,
    `protocol=https\nhost=${EVIL}\u2028host=${HOST}`,
    `protocol=https\nhost=${HOST}\rhost=${EVIL}`,
    `protocol=https\nHOST=${HOST}`,
    `protocol=https\nhost =${HOST}`,
    `protocol=https\nhost= ${HOST}`,
    `protocol=ssh\nhost=${HOST}`,
    `protocol=https\nprotocol=http\nhost=${HOST}`,
    `protocol=https\nhost=${HOST}\nusername=a\u0000b`,
    `url=https://${EVIL}/?${HOST}\nhost=${EVIL}\nprotocol=https`,
    `url=https://${HOST}@${EVIL}/v1/repos/demo`,
    `host=${HOST}`,
    `protocol=https`,
  ].map((lines) => `${lines}\npath=v1/repos/demo\n\n`),
  ...[
    '../demo',
    'v1/repos/../x',
    'v1/repos/a%2fb',
    'v1/repos/a?b',
    `//${EVIL}/v1/repos/x`,
    'v1/repos/..',
  ].map((path) => `protocol=https\nhost=${HOST}\npath=${path}\n\n`),
];

const WORDS: readonly string[] = [
  [
    '-c',
    '--upload-pack=touch pwned',
    '-oProxyCommand=x',
    '--',
    'ext::sh -c touch% pwned',
    'core.sshCommand=x',
    '..',
    '.',
  ],
  [
    '',
    'a/b',
    'a\\b',
    'a b',
    'a\nb',
    'a%0ab',
    '%2e%2e',
    '$(touch pwned)',
    '`touch pwned`',
    "a'b",
    'a"b',
    'a;b',
    'a&b',
  ],
  ['a#b', 'a?b', 'a@b', 'a:b', 'r'.repeat(200), '\u202Er', 'r.helper=x', 'r\u0000'],
].flat();

const URLS: readonly string[] = WORDS.flatMap((word) => [
  `codecommit://prod@${word}`,
  `codecommit://${word}@demo`,
  `codecommit::${word}://prod@demo`,
  `codecommit://${word}`,
]);

const PAGES: readonly string[] = [
  [
    `//${EVIL}`,
    `https://${EVIL}`,
    `/\\${EVIL}`,
    `\\\\${EVIL}`,
    `@${EVIL}`,
    `:443@${EVIL}`,
    `.${EVIL}`,
    `../..//${EVIL}`,
  ],
  [
    `javascript:alert(1)`,
    `data:text/html,x`,
    `s3/home?x#y`,
    `%2f%2f${EVIL}`,
    `\t//${EVIL}`,
    `?redirect=//${EVIL}`,
    `;@${EVIL}`,
  ],
].flat();

for (const build of BUILDS) {
  // The two builds share this code; the npm build takes longer to start.
  const some = <T>(values: readonly T[]): readonly T[] =>
    values.filter((_, index) => build === 'standalone' || index % 6 === 0);

  describe(`${build}: hostile values`, () => {
    let home: Home;
    before(async () => {
      home = await Home.warm({ build });
    });
    after(() => home.end());

    it('as a region or an endpoint lead to no host but those of AWS', async () => {
      home.aws.proxy.hosts.splice(0);
      for (const region of some(REGIONS).filter((one) => !one.includes('\u0000'))) {
        for (const [args, env] of [
          [['export', 'prod', '--fresh', '--region', region], {}],
          [['whoami', 'prod', '--fresh'], { AWS_REGION: region }],
        ] as const) {
          await home.run(args, { env });
          const elsewhere = home.aws.proxy.hosts.filter((host) => !OF_AWS.test(host));
          assert.deepEqual(elsewhere, [], JSON.stringify([args, env]));
        }
      }
      home.aws.proxy.hosts.splice(0);
      for (const endpoint of some(ENDPOINTS)) {
        const env = { AWS_ENDPOINT_URL_STS: endpoint };
        const { code } = await home.run(['whoami', 'prod', '--fresh'], { env });
        assert.notEqual(code, 0, endpoint);
        assert.deepEqual(home.aws.proxy.hosts, [], endpoint);
      }
    });

    it('in a request to the credential helper get no credentials', async () => {
      for (const input of some(REQUESTS)) {
        const { stdout } = await home.run(['credential-helper', '--profile', 'prod', 'get'], { input });
        assert.doesNotMatch(stdout, /^(?:username|password)=/m, JSON.stringify(input));
      }
      const input = `protocol=https\nhost=${HOST}\npath=v1/repos/demo\n\n`;
      const { stdout } = await home.ok(['credential-helper', '--profile', 'prod', 'get'], { input });
      assert.match(stdout, /^password=/m);
    });

    it('in a codecommit:// URL give git no option and no other host', async () => {
      const seen = join(home.root, 'seen');
      const git = join(home.root, 'bin', 'git');
      writeFileSync(git, `#!/bin/sh\nprintf '%s\\0' "$@" >${quote(seen)}\n`, { mode: 0o755 });
      let reached = 0;
      for (const url of some(URLS).filter((one) => !one.includes('\u0000'))) {
        rmSync(seen, { force: true });
        await home.start(['git-remote-codecommit', 'origin', url], { env: { AWS_REGION: 'eu-west-1' } })
          .ended;
        if (!existsSync(seen)) continue;
        const words = readFileSync(seen, 'utf8').split('\0').slice(0, -1);
        if (words.at(-3) !== 'remote-https') continue;
        reached += 1;
        assert.equal(words.at(-2), 'origin', url);
        const { protocol, hostname, username, port } = new URL(words.at(-1) ?? '');
        assert.deepEqual([protocol, username, port], ['https:', '', ''], url);
        assert.match(hostname, /^git-codecommit\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/, url);
        for (const [index, word] of words.slice(0, -3).entries()) {
          if (index % 2 === 0) assert.equal(word, '-c', url);
          else assert.match(word, /^(?:credential|ccvault)\.https:\/\/git-codecommit\.[\w./-]+\.\w+=/, url);
        }
      }
      assert.ok(reached > 0);
      assert.ok(!existsSync(join(home.cwd, 'pwned')));
      rmSync(git);
    });

    it('as a page of the console lead to the console', async () => {
      for (const page of some(PAGES)) {
        const { code, stdout } = await home.run(['login', 'prod', '--stdout', '--path', page]);
        if (code !== 0) continue;
        const signIn = new URL(stdout.trim());
        const destination = new URL(signIn.searchParams.get('Destination') ?? '');
        assert.match(signIn.hostname, /(?:^|\.)signin\.aws\.amazon\.com$/, page);
        assert.match(
          `${destination.protocol}${destination.hostname}`,
          /^https:(?:.*\.)?console\.aws\.amazon\.com$/,
          page,
        );
      }
    });
  });
}

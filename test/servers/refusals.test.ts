// What the servers answer to everything but an SDK of this computer, asked of the running program.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { exported, request, sendRaw } from './raw-http.ts';
import { createStage, type Running, type Stage } from './stage.ts';
import { BUILDS } from '../support/builds.ts';

interface Context {
  readonly port: number;
  readonly host: string;
  /** The authorization token of the one, a session token of the other. */
  readonly token: string;
}

type Case = readonly [
  name: string,
  lines: (context: Context) => readonly string[],
  status: number | readonly number[],
];

// 0: the connection ends without an answer, which the HTTP parser of one runtime or the other does by itself.
const BROKEN = [0, 400] as const;

/** For either endpoint; `get` is a request that would be answered with 200. */
function foreign(path: string, secret: (context: Context) => string): readonly Case[] {
  const get = (context: Context, ...more: readonly string[]): readonly string[] => [
    `GET ${path} HTTP/1.1`,
    `Host: ${context.host}`,
    secret(context),
    ...more,
  ];
  const hostIs =
    (...hosts: readonly string[]): Case[1] =>
    (context) => [
      `GET ${path} HTTP/1.1`,
      ...hosts.map((host) => `Host: ${host.replace('PORT', String(context.port))}`),
      secret(context),
    ];
  return [
    ['as an SDK asks', (context) => get(context), 200],
    ['another Host', hostIs('evil.example'), 403],
    ['a Host that names another port', hostIs('127.0.0.1:1'), 403],
    ['no port', hostIs('127.0.0.1'), 403],
    ['localhost', hostIs('localhost:PORT'), 403],
    ['a name that begins as ours does', hostIs('127.0.0.1:PORT.evil.example'), 403],
    ['a rebound name', hostIs('evil.example:PORT'), 403],
    ['a second Host', hostIs('127.0.0.1:PORT', 'evil.example'), 403],
    ['a second Host before ours', hostIs('evil.example', '127.0.0.1:PORT'), 403],
    ['our Host twice', hostIs('127.0.0.1:PORT', '127.0.0.1:PORT'), 403],
    ['two hosts in one', hostIs('127.0.0.1:PORT, evil.example'), [0, 400, 403]],
    ['no Host', hostIs(), [0, 400, 403]],
    ['HTTP/1.0 without Host', (context) => [`GET ${path} HTTP/1.0`, secret(context)], [400, 403]],
    [
      'a whole URL',
      (context) => [`GET http://${context.host}${path} HTTP/1.1`, `Host: ${context.host}`, secret(context)],
      [0, 400],
    ],
    [
      'the URL of another',
      (context) => [`GET http://evil.example${path} HTTP/1.1`, `Host: ${context.host}`, secret(context)],
      [0, 400, 403],
    ],
    ['Origin', (context) => get(context, 'Origin: http://evil.example'), 403],
    ['Origin null', (context) => get(context, 'Origin: null'), 403],
    ['an empty Origin', (context) => get(context, 'Origin:'), 403],
    ['our own Origin', (context) => get(context, `Origin: http://${context.host}`), 403],
    ['Sec-Fetch-Site cross-site', (context) => get(context, 'Sec-Fetch-Site: cross-site'), 403],
    ['Sec-Fetch-Site same-origin', (context) => get(context, 'Sec-Fetch-Site: same-origin'), 403],
    ['Sec-Fetch-Site none', (context) => get(context, 'Sec-Fetch-Site: none'), 200],
    ['X-Forwarded-For', (context) => get(context, 'X-Forwarded-For: 127.0.0.1'), 403],
    ['x-forwarded-for in small letters', (context) => get(context, 'x-forwarded-for: 10.0.0.1'), 403],
    ['Forwarded', (context) => get(context, 'Forwarded: for=10.0.0.1'), 403],
    ['Via', (context) => get(context, 'Via: 1.1 proxy'), 403],
    ['a body', (context) => get(context, 'Content-Length: 5'), [400, 413]],
    ['a body in chunks', (context) => get(context, 'Transfer-Encoding: chunked'), [400, 413]],
    [
      'a body of two lengths',
      (context) => get(context, 'Content-Length: 0', 'Content-Length: 5'),
      [0, 400, 413],
    ],
    [
      'a smuggled body',
      (context) => get(context, 'Transfer-Encoding: chunked', 'Content-Length: 5'),
      [0, 400, 413],
    ],
    ['an empty body', (context) => get(context, 'Content-Length: 0'), 200],
    [
      'POST',
      (context) => ['POST / HTTP/1.1', `Host: ${context.host}`, secret(context), 'Content-Length: 0'],
      405,
    ],
    ['OPTIONS', (context) => ['OPTIONS / HTTP/1.1', `Host: ${context.host}`, secret(context)], 405],
    ['HEAD', (context) => [`HEAD ${path} HTTP/1.1`, `Host: ${context.host}`, secret(context)], 405],
    ['DELETE', (context) => [`DELETE ${path} HTTP/1.1`, `Host: ${context.host}`, secret(context)], 405],
    ['headers of 12 KiB', (context) => get(context, `X-Long: ${'x'.repeat(12 * 1024)}`), 431],
    ['headers of 40 KiB', (context) => get(context, `X-Long: ${'x'.repeat(40 * 1024)}`), [0, 400, 431]],
    [
      'a path of 3 KiB',
      (context) => [`GET /${'x'.repeat(3 * 1024)} HTTP/1.1`, `Host: ${context.host}`, secret(context)],
      414,
    ],
    ['another protocol', () => ['\u0016\u0003\u0001 hello'], BROKEN],
  ];
}

const ECS: readonly Case[] = [
  ...foreign('/', ({ token }) => `Authorization: ${token}`),
  ['no token', ({ host }) => ['GET / HTTP/1.1', `Host: ${host}`], 403],
  ['an empty token', ({ host }) => ['GET / HTTP/1.1', `Host: ${host}`, 'Authorization:'], 403],
  [
    'another token',
    ({ host, token }) => ['GET / HTTP/1.1', `Host: ${host}`, `Authorization: ${token.slice(0, -1)}_`],
    403,
  ],
  [
    'a longer token',
    ({ host, token }) => ['GET / HTTP/1.1', `Host: ${host}`, `Authorization: ${token}x`],
    403,
  ],
  [
    'Bearer before it',
    ({ host, token }) => ['GET / HTTP/1.1', `Host: ${host}`, `Authorization: Bearer ${token}`],
    403,
  ],
  [
    'two tokens',
    ({ host, token }) => ['GET / HTTP/1.1', `Host: ${host}`, `Authorization: ${token}`, 'Authorization: x'],
    [0, 400, 403],
  ],
  [
    'the token in the query',
    ({ host, token }) => [`GET /?Authorization=${token} HTTP/1.1`, `Host: ${host}`],
    403,
  ],
  ['PUT', ({ host, token }) => ['PUT / HTTP/1.1', `Host: ${host}`, `Authorization: ${token}`], 405],
  ['another path', ({ host, token }) => ['GET /x HTTP/1.1', `Host: ${host}`, `Authorization: ${token}`], 404],
  [
    'no role',
    ({ host, token }) => ['GET /role-arn/x HTTP/1.1', `Host: ${host}`, `Authorization: ${token}`],
    400,
  ],
  [
    'half an escape',
    ({ host, token }) => ['GET /role-arn/%E0%A4%A HTTP/1.1', `Host: ${host}`, `Authorization: ${token}`],
    404,
  ],
  [
    'a role that is not to be had',
    ({ host, token }) => [
      'GET /role-arn/arn:aws:iam::111122223333:role/x HTTP/1.1',
      `Host: ${host}`,
      `Authorization: ${token}`,
    ],
    403,
  ],
];

const ROLE = '/latest/meta-data/iam/security-credentials/ccvault';
const TOKEN_HEADER = 'X-aws-ec2-metadata-token';
const TTL_HEADER = 'X-aws-ec2-metadata-token-ttl-seconds';
const put = (host: string, ...more: readonly string[]): readonly string[] => [
  'PUT /latest/api/token HTTP/1.1',
  `Host: ${host}`,
  ...more,
];

const IMDS: readonly Case[] = [
  ...foreign(ROLE, ({ token }) => `${TOKEN_HEADER}: ${token}`),
  ['no token: version 1', ({ host }) => [`GET ${ROLE} HTTP/1.1`, `Host: ${host}`], 401],
  [
    'another token',
    ({ host, token }) => [`GET ${ROLE} HTTP/1.1`, `Host: ${host}`, `${TOKEN_HEADER}: 9${token}`],
    401,
  ],
  [
    'no seal',
    ({ host }) => [`GET ${ROLE} HTTP/1.1`, `Host: ${host}`, `${TOKEN_HEADER}: 99999999999999`],
    401,
  ],
  [
    'two tokens',
    ({ host, token }) => [
      `GET ${ROLE} HTTP/1.1`,
      `Host: ${host}`,
      `${TOKEN_HEADER}: ${token}`,
      `${TOKEN_HEADER}: ${token}`,
    ],
    401,
  ],
  ['a token asked for', ({ host }) => put(host, `${TTL_HEADER}: 60`), 200],
  ['no life', ({ host }) => put(host), 400],
  ['a life of nothing', ({ host }) => put(host, `${TTL_HEADER}: 0`), 400],
  ['too long a life', ({ host }) => put(host, `${TTL_HEADER}: 21601`), 400],
  ['no number', ({ host }) => put(host, `${TTL_HEADER}: 1e3`), 400],
  ['a token through a proxy', ({ host }) => put(host, `${TTL_HEADER}: 60`, 'X-Forwarded-For: 10.0.0.1'), 403],
  ['a token for a page', ({ port }) => put(`evil.example:${port}`, `${TTL_HEADER}: 60`), 403],
  ['PUT elsewhere', ({ host }) => [`PUT ${ROLE} HTTP/1.1`, `Host: ${host}`, `${TTL_HEADER}: 60`], 405],
  [
    'another role',
    ({ host, token }) => [`GET ${ROLE}2 HTTP/1.1`, `Host: ${host}`, `${TOKEN_HEADER}: ${token}`],
    404,
  ],
];

for (const build of BUILDS) {
  describe(`${build}: what is not served`, { concurrency: 1 }, () => {
    let stage: Stage;
    const servers: Running[] = [];
    before(async () => {
      stage = await createStage(build);
    });
    after(async () => {
      for (const server of servers) {
        server.child.kill('SIGINT');
        assert.equal(await server.ended, 130, server.errors());
      }
      await stage.dispose();
    });

    async function start(kind: '--ecs' | '--imds'): Promise<Context> {
      const server = stage.start(['serve', 'prod', kind]);
      servers.push(server);
      await server.until(kind === '--ecs' ? /TOKEN='.*\n/ : /ENDPOINT='.*\n/);
      const variables = exported(server.output());
      const url = new URL(
        variables.get('AWS_CONTAINER_CREDENTIALS_FULL_URI') ??
          variables.get('AWS_EC2_METADATA_SERVICE_ENDPOINT') ??
          '',
      );
      const port = Number(url.port);
      const token =
        variables.get('AWS_CONTAINER_AUTHORIZATION_TOKEN') ??
        (await sendRaw(port, request(...put(url.host, `${TTL_HEADER}: 60`)))).body;
      return { port, host: url.host, token };
    }

    for (const [kind, cases] of [
      ['--ecs', ECS],
      ['--imds', IMDS],
    ] as const) {
      it(kind, async (t) => {
        const context = await start(kind);
        for (const [name, lines, expected] of cases) {
          await t.test(name, async () => {
            const answer = await sendRaw(context.port, request(...lines(context)));
            const allowed: readonly number[] = typeof expected === 'number' ? [expected] : expected;
            assert.ok(
              allowed.includes(answer.status),
              `answered ${answer.status}\n${answer.headers}\n\n${answer.body}`,
            );
            assert.doesNotMatch(answer.headers, /access-control/i);
            if (answer.status !== 200)
              assert.doesNotMatch(answer.body, /AccessKeyId|SecretAccessKey|"Token"/);
          });
        }
      });
    }
  });
}

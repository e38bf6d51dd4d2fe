// A web page cannot read the endpoints, not even one whose host name has come to mean this computer.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { listenOnLoopback } from '../aws/listen.ts';
import { requires } from '../support/requires.ts';
import { startChromium, type Browser } from './chromium.ts';
import { exported, request, sendRaw } from './raw-http.ts';
import { createStage, type Stage } from './stage.ts';

const CREDENTIALS = '/latest/meta-data/iam/security-credentials/ccvault';

/** What a page's script gets of a request: status and text, or the error it sees. */
function tried(address: string, options: object): string {
  return `fetch(${JSON.stringify(address)}, ${JSON.stringify(options)})
    .then(async (answer) => answer.type + ' ' + answer.status + ' ' + await answer.text(), String)`;
}

describe('a web page', { skip: requires('chromium'), concurrency: 1 }, () => {
  let stage: Stage;
  let browser: Browser;
  let page = 0;
  const pages = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>evil</title>');
  });
  const hosts = { ecs: '', imds: '' };
  let token = '';
  let session = '';

  before(async () => {
    stage = await createStage('standalone');
    browser = await startChromium('MAP evil.example 127.0.0.1');
    page = await listenOnLoopback(pages);
    const ecs = stage.start(['serve', 'prod']);
    await ecs.until(/TOKEN='.*\n/);
    const variables = exported(ecs.output());
    token = variables.get('AWS_CONTAINER_AUTHORIZATION_TOKEN') ?? '';
    hosts.ecs = new URL(variables.get('AWS_CONTAINER_CREDENTIALS_FULL_URI') ?? '').host;
    const imds = stage.start(['serve', 'prod', '--imds']);
    await imds.until(/ENDPOINT='.*\n/);
    hosts.imds = new URL(exported(imds.output()).get('AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? '').host;
    const lines = [
      'PUT /latest/api/token HTTP/1.1',
      `Host: ${hosts.imds}`,
      'X-aws-ec2-metadata-token-ttl-seconds: 60',
    ];
    session = (await sendRaw(Number(hosts.imds.split(':')[1]), request(...lines))).body;
    assert.match(session, /^\d+\./);
  });
  after(async () => {
    pages.close();
    await browser.close();
    await stage.dispose();
  });

  it('of another site gets no answer, whatever it knows', async () => {
    const at = `http://evil.example:${page}/`;
    const attempts = [
      tried(`http://${hosts.ecs}/`, {}),
      tried(`http://${hosts.ecs}/`, { mode: 'no-cors' }),
      tried(`http://${hosts.ecs}/`, { headers: { authorization: token } }),
      tried(`http://${hosts.imds}/latest/api/token`, {
        method: 'PUT',
        headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
      }),
      tried(`http://${hosts.imds}${CREDENTIALS}`, { headers: { 'x-aws-ec2-metadata-token': session } }),
    ];
    for (const attempt of attempts) {
      const seen = await browser.evaluateAt(at, attempt);
      // Either an error or an opaque answer without text.
      assert.match(String(seen), /^(TypeError: Failed to fetch|opaque 0 )$/, attempt);
    }
  });

  it('of a rebound name reaches the servers and is refused', async () => {
    const port = (host: string): string => host.split(':')[1] ?? '';
    const rebound = [
      [hosts.ecs, tried('/', { headers: { authorization: token } })],
      [
        hosts.imds,
        tried('/latest/api/token', {
          method: 'PUT',
          headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
        }),
      ],
      [hosts.imds, tried(CREDENTIALS, { headers: { 'x-aws-ec2-metadata-token': session } })],
    ] as const;
    for (const [host, attempt] of rebound) {
      const seen = await browser.evaluateAt(`http://evil.example:${port(host)}/`, attempt);
      assert.match(
        String(seen),
        new RegExp(`^basic 403 .*only Host 127.0.0.1:${port(host)} is served`),
        attempt,
      );
    }
  });

  it('that is the server itself is refused too', async () => {
    const seen = await browser.evaluateAt(
      `http://${hosts.ecs}/`,
      tried('/', { headers: { authorization: token } }),
    );
    assert.match(String(seen), /^basic 403 .*requests from web pages are not served/);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from '../../../src/core/errors.ts';
import type { ServedResponse, ServedRequest } from '../../../src/core/ports/http.ts';
import { serveEndpoint } from '../../../src/servers/endpoint.ts';
import type { Endpoint } from '../../../src/servers/endpoint.ts';
import { collect } from '../../support/resolve-bench.ts';

const REQUEST: ServedRequest = {
  method: 'GET',
  target: '/',
  rawHeaders: ['Host', '127.0.0.1:1'],
  peer: '127.0.0.1',
  host: '127.0.0.1:1',
};

/** What a client gets of an endpoint that fails, and what ccvault says. */
async function failed(failure: Error): Promise<ServedResponse & { readonly said: string }> {
  const said: string[] = [];
  let answer: ((request: ServedRequest) => Promise<ServedResponse>) | undefined;
  const endpoint: Endpoint = {
    methods: ['GET'],
    async answer() {
      throw failure;
    },
  };
  await serveEndpoint(endpoint, 0, {
    out: collect(said),
    async serveLocal(port, given) {
      answer = given;
      return { port, close: async () => {} };
    },
  });
  assert.ok(answer !== undefined);
  return { ...(await answer(REQUEST)), said: said.join('\n') };
}

test('a client reads nothing of a bug, which standard error names', async () => {
  const { status, body, said } = await failed(new TypeError('the inside of it'));
  assert.equal(status, 500);
  assert.doesNotMatch(body, /inside/);
  assert.match(said, /the inside of it/);
});

test('a client reads a sentence made for people', async () => {
  const { status, body } = await failed(new CliError('aws', 'profile dev cannot be renewed'));
  assert.equal(status, 500);
  assert.match(body, /profile dev cannot be renewed/);
});

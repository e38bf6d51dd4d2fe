// Clients that reach the stand-in as any program behind a company proxy would.

import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient, type Credentials, type STSClientConfig } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Aws } from '../../aws/server.ts';

export type Keys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
};

export type Clients = {
  /** `more` overrides what the client would do by itself. */
  sts(keys: Keys, region?: string, more?: Pick<STSClientConfig, 'endpoint' | 'maxAttempts'>): STSClient;
  /** A client whose form body is changed after it was signed. */
  tampering(keys: Keys, change: (body: string) => string): STSClient;
  iam(keys: Keys, region?: string): IAMClient;
  /** A plain request, for what no SDK would send. */
  send(
    url: string,
    options?: Pick<RequestOptions, 'method' | 'headers' | 'servername'> & { readonly body?: string },
  ): Promise<Answer>;
};

/** SDK clients that try once only, so that a test sees each refusal. */
export function connect(aws: Pick<Aws, 'env'>): Clients {
  const agent = new Agent({
    keepAlive: false,
    proxyEnv: { HTTPS_PROXY: aws.env.HTTPS_PROXY },
    ca: readFileSync(aws.env.AWS_CA_BUNDLE),
  });
  const common = (keys: Keys, region: string) => ({
    region,
    credentials: keys,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ httpsAgent: agent }),
  });
  return {
    sts: (keys, region = 'eu-west-1', more = {}) => new STSClient({ ...common(keys, region), ...more }),
    tampering: (keys, change) => {
      const inner = new NodeHttpHandler({ httpsAgent: agent });
      const requestHandler = {
        handle: (...[request, options]: Parameters<typeof inner.handle>) =>
          inner.handle(Object.assign(request, { body: change(String(request.body)) }), options),
      };
      return new STSClient({ ...common(keys, 'eu-west-1'), requestHandler });
    },
    iam: (keys, region = 'us-east-1') => new IAMClient(common(keys, region)),
    send: (url, options = {}) =>
      new Promise((resolve, reject) => {
        const { body, ...rest } = options;
        const request = httpsRequest(url, { agent, ...rest }, (response) => {
          text(response).then(
            (answer) =>
              resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
            reject,
          );
        });
        request.on('error', reject);
        request.end(body);
      }),
  };
}

/** The keys in an answer of STS. */
export function keysOf(answer: { readonly Credentials?: Credentials | undefined }): Required<Keys> {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** For assert.rejects: an AWS error of this code whose message has this text in it. */
export function refused(code: string, message = ''): (error: unknown) => boolean {
  // The SDK adds `Exception` to the codes its models know.
  const names = new Set([code, `${code}Exception`]);
  return (error) => {
    if (!(error instanceof Error)) return false;
    if (names.has(error.name) && error.message.includes(message)) return true;
    throw new Error(`expected ${code}: ${message}, got ${error.name}: ${error.message}`, { cause: error });
  };
}

// The credential endpoints of an instance (IMDSv2) and of a container, on plain-http loopback ports.

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Role } from './entities.ts';
import { listenOnLoopback } from './listen.ts';
import type { Aws } from './server.ts';

const LONGEST_TOKEN_SECONDS = 21_600;
const ROLE_PATH = '/latest/meta-data/iam/security-credentials/';
const CONTAINER_PATH = '/v2/credentials/task';

export type Metadata = {
  /** What points a program at the instance's service. */
  readonly instanceEnv: Readonly<Record<string, string>>;
  /** What points a program at the container's endpoint, with the token in a variable. */
  readonly containerEnv: Readonly<Record<string, string>>;
  /** The container's authorization token, which a test may put into a file. */
  readonly containerToken: string;
  stop(): Promise<void>;
};

type Answer = { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> };

/** Starts both for a role of the stand-in's world; without a role neither has credentials. Calls are in its log. */
export async function startMetadata(aws: Aws, role?: Role): Promise<Metadata> {
  const tokens = new Map<string, number>();
  const containerToken = `Bearer ${randomBytes(24).toString('base64url')}`;

  function credentials(): object | undefined {
    if (role === undefined) return undefined;
    const session = aws.world.issueSession(
      {
        kind: 'AssumeRole',
        account: role.account,
        role,
        arn: `arn:${role.account.partition}:sts::${role.account.id}:assumed-role/${role.name}/i-0abc`,
        userId: `${role.id}:i-0abc`,
        chained: true,
        tags: new Map(),
        transitiveTags: new Map(),
      },
      3600,
    );
    return {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      Token: session.sessionToken,
      Expiration: aws.clock.shown(session.expires).toISOString(),
    };
  }

  /** Amazon EC2 User Guide, "Use IMDS": version 2 and nothing else. */
  function instance(request: IncomingMessage, path: string): [operation: string, answer: Answer] {
    const { method, headers } = request;
    if (method === 'PUT' && path === '/latest/api/token') {
      // A request that came through a proxy gets no token.
      if (headers['x-forwarded-for'] !== undefined) return ['ImdsToken', { status: 403 }];
      const seconds = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']);
      if (!(seconds >= 1 && seconds <= LONGEST_TOKEN_SECONDS)) return ['ImdsToken', { status: 400 }];
      const token = randomBytes(40).toString('base64url');
      tokens.set(token, aws.clock.age() + seconds * 1000);
      return ['ImdsToken', { status: 200, body: token }];
    }
    const operation = path.length > ROLE_PATH.length ? 'ImdsCredentials' : 'ImdsRole';
    const ends = tokens.get(String(headers['x-aws-ec2-metadata-token'] ?? '')) ?? 0;
    if (ends <= aws.clock.age()) return [operation, { status: 401 }];
    if (method !== 'GET' || role === undefined) return [operation, { status: 404 }];
    if (path === ROLE_PATH) return [operation, { status: 200, body: role.name }];
    if (path !== ROLE_PATH + role.name) return [operation, { status: 404 }];
    return [operation, { status: 200, body: JSON.stringify({ Code: 'Success', ...credentials() }) }];
  }

  function container(request: IncomingMessage, path: string): [operation: string, answer: Answer] {
    const operation = 'ContainerCredentials';
    if (request.headers.authorization !== containerToken) {
      return [operation, { status: 401, body: '{"code":"AccessDenied"}' }];
    }
    const body = credentials();
    if (request.method !== 'GET' || path !== CONTAINER_PATH || body === undefined) {
      return [operation, { status: 404 }];
    }
    return [operation, { status: 200, body: JSON.stringify({ RoleArn: role?.arn, ...body }) }];
  }

  const [imds, ecs] = await Promise.all([serve(instance), serve(container)]);

  async function serve(
    respond: (request: IncomingMessage, path: string) => [string, Answer],
  ): Promise<{ port: number; stop: () => Promise<void> }> {
    const server = createServer((request, response: ServerResponse) => {
      const [operation, answer] = respond(request, (request.url ?? '').split('?')[0] ?? '');
      const call = aws.calls.add({
        operation,
        service: operation.startsWith('Imds') ? 'imds' : 'container',
        host: request.headers.host ?? '',
        region: '',
        who: role?.arn ?? '',
        accessKeyId: '',
        status: answer.status,
        error: '',
        at: aws.clock.wall(),
      });
      const fault = aws.faults.next(call.operation);
      if (fault?.kind === 'hang') return;
      if (fault?.kind === 'internal') {
        response.writeHead(500).end();
        return;
      }
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
    const port = await listenOnLoopback(server);
    return {
      port,
      stop: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  }

  return {
    instanceEnv: { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${imds.port}` },
    containerEnv: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${ecs.port}${CONTAINER_PATH}`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
    },
    containerToken,
    stop: async () => {
      await Promise.all([imds.stop(), ecs.stop()]);
    },
  };
}

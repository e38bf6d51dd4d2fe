// Git LFS: the batch API and basic transfers (git-lfs, docs/api/batch.md), objects held in memory.

import { createHash } from 'node:crypto';
import { AwsError, type AwsRequest, type Reply } from './exchange.ts';

const MEDIA_TYPE = 'application/vnd.git-lfs+json';

export type Lfs = {
  /** Answers a request whose path after `/info/lfs` is `rest`; `base` is the URL up to there. */
  answer(
    request: AwsRequest,
    rest: string,
    where: { readonly base: string; readonly repository: string },
  ): Reply;
};

type Batch = {
  readonly operation: 'upload' | 'download';
  readonly objects: readonly { readonly oid: string; readonly size: number }[];
};

export function createLfs(): Lfs {
  const stored = new Map<string, Buffer>();

  function batch(body: Buffer, where: { readonly base: string; readonly repository: string }): Reply {
    const { operation, objects }: Batch = JSON.parse(body.toString('utf8'));
    const answers = objects.map(({ oid, size }) => {
      const there = stored.has(`${where.repository} ${oid}`);
      const action = { href: `${where.base}/objects/${oid}` };
      if (operation === 'upload') return there ? { oid, size } : { oid, size, actions: { upload: action } };
      if (there) return { oid, size, actions: { download: action } };
      return { oid, size, error: { code: 404, message: 'there is no such object' } };
    });
    return {
      status: 200,
      headers: { 'content-type': MEDIA_TYPE },
      body: JSON.stringify({ transfer: 'basic', objects: answers }),
    };
  }

  return {
    answer(request, rest, where) {
      if (request.method === 'POST' && rest === '/objects/batch') return batch(request.body, where);
      const [, oid] = /^\/objects\/([0-9a-f]{64})$/.exec(rest) ?? [];
      if (oid === undefined) throw new AwsError('NotFound', 'the service has no such request', 404);
      const name = `${where.repository} ${oid}`;
      if (request.method === 'PUT') {
        if (createHash('sha256').update(request.body).digest('hex') !== oid) {
          throw new AwsError('BadRequest', 'the object is not what its name says', 422);
        }
        stored.set(name, request.body);
        return { status: 200 };
      }
      const object = stored.get(name);
      if (object === undefined) throw new AwsError('NotFound', 'there is no such object', 404);
      return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: object };
    },
  };
}

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { RELEASE } from '../release.ts';
import { run } from '../run.ts';

interface Registry {
  readonly url: string;
  close(): void;
}

/** Serves the packages of the scope `@ccvault` on loopback, as the registry will once they are published. */
export async function serveScope(): Promise<Registry> {
  const packages = new Map<string, { readonly file: string; readonly manifest: Manifest }>();
  for (const file of globSync('ccvault-*-*-*.tgz', { cwd: RELEASE })) {
    const text = await run('tar', ['-xzOf', join(RELEASE, file), 'package/package.json']);
    const manifest = JSON.parse(text) as Manifest;
    packages.set(manifest.name, { file, manifest });
  }
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url?.slice(1) ?? '');
    const asked = packages.get(name);
    if (asked !== undefined)
      response.end(JSON.stringify(packument(asked.manifest, `${url}${asked.file}`, asked.file)));
    else if ([...packages.values()].some(({ file }) => file === name))
      response.end(readFileSync(join(RELEASE, name)));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, close: () => server.close() };
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** What a registry says of a package that has one version. */
function packument(manifest: Manifest, tarball: string, file: string): object {
  const integrity = `sha512-${createHash('sha512')
    .update(readFileSync(join(RELEASE, file)))
    .digest('base64')}`;
  const { name, version } = manifest;
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist: { tarball, integrity } } },
  };
}

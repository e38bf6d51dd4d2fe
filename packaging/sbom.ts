import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundledPackages } from './bundled-packages.ts';
import { RUNTIME_PARTS } from './parts.ts';
import { COMMIT_TIME, HOMEPAGE, RELEASE, ROOT, SUMMARY, VERSION } from './release.ts';

/** A component as CycloneDX 1.6 has it, of what is used here. */
interface Component {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly purl?: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[];
  readonly components?: readonly Component[];
}

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly integrity?: string; readonly license?: string }>
  >;
}

/**
 * Writes the CycloneDX list of what is inside: npm's packages of the lock file, the runtimes with the libraries that
 * they link, the keyring addons with their crates. Its serial number comes from its content, its time from the commit.
 */
export function writeSbom(): void {
  const components = [...bundledPackages().map((each) => npmComponent(each)), ...platformPackages()];
  const content = {
    metadata: {
      timestamp: new Date(COMMIT_TIME * 1000).toISOString(),
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': `ccvault@${VERSION}`,
        name: 'ccvault',
        version: VERSION,
        description: SUMMARY,
        licenses: [{ expression: 'MIT' }],
        externalReferences: [{ type: 'website', url: HOMEPAGE }],
      },
    },
    components,
    dependencies: [
      { ref: `ccvault@${VERSION}`, dependsOn: components.map((component) => component['bom-ref']) },
    ],
  };
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    version: 1,
    ...content,
  };
  writeFileSync(join(RELEASE, `ccvault-${VERSION}.cdx.json`), `${JSON.stringify(bom, undefined, 2)}\n`);
}

interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly integrity: string;
}

function npmComponent(
  { name, version, licence, integrity }: NpmPackage,
  components: readonly Component[] = [],
): Component {
  return {
    type: 'library',
    'bom-ref': `${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [{ expression: licence }],
    hashes: [
      { alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') },
    ],
    components,
  };
}

/** The runtimes and addons, each with its parts. */
function platformPackages(): Component[] {
  const lock = JSON.parse(
    readFileSync(join(ROOT, 'packaging/platforms/package-lock.json'), 'utf8'),
  ) as LockFile;
  return Object.entries(lock.packages)
    .filter(([folder]) => folder !== '')
    .map(([folder, { version = '', integrity = '', license = 'MIT' }]) => {
      const name = folder.slice('node_modules/'.length);
      const parts = name.startsWith('@oven/') ? runtimeParts(name) : crates(name);
      return npmComponent({ name, version, integrity, licence: license }, parts);
    });
}

function runtimeParts(runtime: string): Component[] {
  return RUNTIME_PARTS.map(({ name, licence, source }) => ({
    type: 'library',
    'bom-ref': `${runtime}#${name}`,
    name,
    licenses: [{ expression: licence }],
    externalReferences: [{ type: 'vcs', url: source }],
  }));
}

/** The crates that an addon's own list of licences names: `| anyhow | 1.0.104 | MIT OR Apache-2.0 |`. */
function crates(addon: string): Component[] {
  const [list] = globSync(`packaging/platforms/node_modules/${addon}/LICENSE.third-party.md`, { cwd: ROOT });
  if (list === undefined) throw new Error(`${addon} does not say what it is made of`);
  const rows = readFileSync(join(ROOT, list), 'utf8').matchAll(/^\| ([\w-]+) \| (\d[\w.+-]*) \| (.+) \|$/gm);
  return Array.from(rows, ([, name = '', version = '', licence = '']) => ({
    type: 'library',
    'bom-ref': `${basename(addon)}#${name}@${version}`,
    name,
    version,
    purl: `pkg:cargo/${name}@${version}`,
    licenses: [{ expression: licence }],
  }));
}

/** A UUID of version 8, whose bits are the maker's to choose: RFC 9562, section 5.8. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

// Prints the package.json of the package that the npm build is published as.
import { readFileSync } from 'node:fs';

const root = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
  description: string;
  license: string;
  dependencies: Record<string, string>;
};

const published = {
  name: 'ccvault',
  version: root.version,
  description: root.description,
  license: root.license,
  type: 'module',
  engines: { node: '>=24.7' },
  bin: {
    ccvault: 'ccvault.mjs',
    'git-credential-ccvault': 'ccvault.mjs',
    'git-remote-codecommit': 'ccvault.mjs',
  },
  exports: { './package.json': './package.json' },
  // Everything else is in the bundle; the addon has to be installed for its platform.
  dependencies: { '@napi-rs/keyring': root.dependencies['@napi-rs/keyring'] },
};
console.log(JSON.stringify(published, undefined, 2));

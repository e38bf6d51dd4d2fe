import type { RolldownOptions } from 'rolldown';

/**
 * The npm build: one file of what every run loads and one of what a cached session needs then, since each further file
 * costs Node half a millisecond or more.
 */
const options: RolldownOptions = {
  input: 'src/main.ts',
  platform: 'node',
  external: ['bun:ffi', '@napi-rs/keyring'],
  logLevel: 'warn',
  transform: { define: { CCVAULT_COMMIT: JSON.stringify(process.env['COMMIT'] ?? '') } },
  output: {
    dir: 'dist/npm.new',
    format: 'esm',
    minify: true,
    entryFileNames: 'ccvault.mjs',
    chunkFileNames: 'chunks/[name]-[hash].mjs',
    codeSplitting: {
      groups: [
        { name: 'warm', test: /\/src\/(main|start|system\/create-system)\.ts$/ },
        { name: 'cached', test: /\/(long-way|keystore\/(key-store|keyring))\.ts$/ },
      ],
    },
  },
};

// oxlint-disable-next-line import/no-default-export -- what rolldown asks of a configuration file
export default options;

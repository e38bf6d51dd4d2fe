/** A piece of software inside another. */
export interface Part {
  readonly name: string;
  /** As SPDX writes it, or LicenseRef-several where its source has several. */
  readonly licence: string;
  readonly source: string;
}

/** What Bun links statically, as its LICENSE.md says. Compared with that page whenever the runtime is updated. */
export const RUNTIME_PARTS: readonly Part[] = [
  {
    name: 'JavaScriptCore and WebKit',
    licence: 'LGPL-2.0-only',
    source: 'https://github.com/oven-sh/WebKit',
  },
  {
    name: 'BoringSSL',
    licence: 'LicenseRef-several',
    source: 'https://boringssl.googlesource.com/boringssl/',
  },
  { name: 'Brotli', licence: 'MIT', source: 'https://github.com/google/brotli' },
  { name: 'libarchive', licence: 'LicenseRef-several', source: 'https://github.com/libarchive/libarchive' },
  { name: 'lol-html', licence: 'BSD-3-Clause', source: 'https://github.com/cloudflare/lol-html' },
  { name: 'ls-hpack', licence: 'MIT', source: 'https://github.com/litespeedtech/ls-hpack' },
  { name: 'ls-qpack', licence: 'MIT', source: 'https://github.com/litespeedtech/ls-qpack' },
  { name: 'lsquic', licence: 'MIT AND BSD-3-Clause', source: 'https://github.com/litespeedtech/lsquic' },
  { name: 'mimalloc', licence: 'MIT', source: 'https://github.com/microsoft/mimalloc' },
  { name: 'picohttpparser', licence: 'MIT', source: 'https://github.com/h2o/picohttpparser' },
  { name: 'Zstandard', licence: 'BSD-3-Clause', source: 'https://github.com/facebook/zstd' },
  { name: 'simdutf', licence: 'Apache-2.0', source: 'https://github.com/simdutf/simdutf' },
  { name: 'TinyCC', licence: 'LGPL-2.1-only', source: 'https://github.com/tinycc/tinycc' },
  { name: 'uSockets', licence: 'Apache-2.0', source: 'https://github.com/uNetworking/uSockets' },
  {
    name: 'uWebSockets, a fork',
    licence: 'Apache-2.0',
    source: 'https://github.com/jarred-sumner/uwebsockets',
  },
  { name: 'zlib-ng', licence: 'Zlib', source: 'https://github.com/zlib-ng/zlib-ng' },
  { name: 'c-ares', licence: 'MIT', source: 'https://github.com/c-ares/c-ares' },
  { name: 'ICU', licence: 'Unicode-3.0', source: 'https://github.com/unicode-org/icu' },
  { name: 'base64', licence: 'BSD-2-Clause', source: 'https://github.com/aklomp/base64' },
  { name: 'libuv', licence: 'MIT', source: 'https://github.com/libuv/libuv' },
  { name: 'libdeflate', licence: 'MIT', source: 'https://github.com/ebiggers/libdeflate' },
  {
    name: 'libjpeg-turbo',
    licence: 'BSD-3-Clause AND IJG AND Zlib',
    source: 'https://github.com/libjpeg-turbo/libjpeg-turbo',
  },
  { name: 'libspng', licence: 'BSD-2-Clause', source: 'https://github.com/randy408/libspng' },
  { name: 'libwebp', licence: 'BSD-3-Clause', source: 'https://github.com/webmproject/libwebp' },
  { name: 'Highway', licence: 'Apache-2.0', source: 'https://github.com/google/highway' },
  { name: 'uucode', licence: 'MIT', source: 'https://github.com/jacobsandlund/uucode' },
  {
    name: 'TigerBeetle, its I/O',
    licence: 'Apache-2.0',
    source: 'https://github.com/tigerbeetle/tigerbeetle',
  },
  {
    name: 'libc++abi, __cxa_thread_atexit',
    licence: 'Apache-2.0 WITH LLVM-exception',
    source: 'https://github.com/llvm/llvm-project',
  },
  { name: 'esbuild, ported parts', licence: 'MIT', source: 'https://github.com/evanw/esbuild' },
  {
    name: "Node.js polyfills of npm's browserify packages",
    licence: 'MIT',
    source: 'https://github.com/oven-sh/bun',
  },
];

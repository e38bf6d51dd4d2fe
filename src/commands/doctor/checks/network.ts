import { hintLine } from '../../../core/errors.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

const PROXIES = [
  ['HTTPS_PROXY', 'https_proxy'],
  ['HTTP_PROXY', 'http_proxy'],
  ['NO_PROXY', 'no_proxy'],
] as const;
// What git and Python accept as "yes".
const ON = /^(?:1|true|yes|on)$/i;

/** Proxy and certificate variables that disagree or name missing files, and disabled certificate verification. */
export function checkNetwork({ env, network, git }: Facts): readonly Finding[] {
  const found: Finding[] = [];
  const add = (severity: Finding['severity'], message: string, fix: string): void => {
    found.push({ severity, check: 'network', message, fix });
  };
  for (const [upper, lower] of PROXIES) {
    if (env[upper] === undefined || env[lower] === undefined || env[upper] === env[lower]) continue;
    add(
      'warning',
      `${upper} and ${lower} differ: which one is used depends on the program`,
      `unset ${upper}`,
    );
  }
  if (network.proxyFault !== undefined) {
    add('error', network.proxyFault.message, hintLine(network.proxyFault.hints));
  }
  for (const { variable, path, exists } of network.caFiles) {
    if (!exists) add('error', `${variable} names ${path}, which does not exist`, `unset ${variable}`);
  }
  const [first] = network.caFiles;
  for (const { variable, path } of network.caFiles.slice(1)) {
    if (first === undefined || path === first.path) continue;
    add(
      'note',
      `${first.variable} and ${variable} name different certificates: ${first.path} and ${path}`,
      `unset ${variable}`,
    );
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    add(
      'error',
      'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off certificate verification',
      'unset NODE_TLS_REJECT_UNAUTHORIZED',
    );
  }
  if (ON.test(env['GIT_SSL_NO_VERIFY'] ?? '')) {
    add(
      'warning',
      'GIT_SSL_NO_VERIFY turns off certificate verification: git sends passwords to any server',
      'unset GIT_SSL_NO_VERIFY',
    );
  } else if (git?.verifiesTls === false) {
    add(
      'warning',
      'http.sslVerify=false turns off certificate verification: git sends passwords to any server',
      'git config --global --unset-all http.sslVerify',
    );
  }
  return found;
}

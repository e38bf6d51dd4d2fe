import { commandLine } from '../core/command-line.ts';
import type { KeyStore } from '../core/ports/keystore.ts';
import type { System } from '../core/ports/system.ts';
import { systemClock } from './clock.ts';
import { forbidCoreDumpsHere } from './core-dumps.ts';
import type { RealBase } from './create-base.ts';
import { createFiles } from './files/create-files.ts';
import { createKernelKeyring } from './kernel-keyring.ts';
import type { ProcessOutput } from './terminal/output.ts';
import { createPrompts } from './terminal/prompts.ts';
import type { Prompts } from './terminal/prompts.ts';

export interface RealSystem extends System {
  readonly out: ProcessOutput;
  readonly terminal: Prompts;
}

/**
 * The adapters behind all ports. Whatever a cached session does not need (locks, prompts, backends, AWS, other
 * programs) is loaded on first use.
 */
export function createSystem(base: RealBase): RealSystem {
  const { env, host, out } = base;
  const system: RealSystem = {
    ...base,
    terminal: createPrompts(env, () => system),
    files: createFiles(host, out),
    locks: {
      async withLock(name, options, work) {
        locks ??= import('./files/locks.ts').then(({ createLocks }) =>
          createLocks({
            directory: `${host.vaultDirectory}/locks`,
            pid: host.pid,
            command: commandShown(process.argv.slice(2)),
            clock: systemClock,
            out,
          }),
        );
        out.debug(() => `lock: ${options.purpose}`);
        return (await locks).withLock(name, options, work);
      },
    },
    kernelKeyring: createKernelKeyring(),
    aws: {
      sts: async (settings) => (await loadAws()).sts(settings),
      iam: async (settings) => (await loadAws()).iam(settings),
      sso: async (settings) => (await loadAws()).sso(settings),
      ssoOidc: async (settings) => (await loadAws()).ssoOidc(settings),
      signin: async (settings) => (await loadAws()).signin(settings),
      loginSession: async (settings, profile) => (await loadAws()).loginSession(settings, profile),
      clock: async (settings) => (await loadAws()).clock(settings),
      redirectOf: async (url, settings) => (await loadAws()).redirectOf(url, settings),
    },
    async openBrowser(url, commands) {
      out.debug('opening a browser');
      const { openBrowser } = await import('./process/browser.ts');
      return openBrowser(url, env, host.os, commands);
    },
    async offerToClipboard(text) {
      const { offerToClipboard } = await import('./terminal/clipboard.ts');
      return offerToClipboard(text, env);
    },
    async receiveRedirect(path) {
      const { receiveRedirect } = await import('./http/redirect.ts');
      return receiveRedirect(path);
    },
    async attend(lines, work) {
      const { attend } = await import('./terminal/show-and-wait.ts');
      return attend(lines, (line) => out.plain(line), work);
    },
    async requestLocal(request) {
      await forbidCoreDumpsHere();
      const { requestLocal } = await import('./http/local-http.ts');
      const begun = systemClock.now();
      const response = await requestLocal(request, env['AWS_CA_BUNDLE'] || undefined, system);
      // The path is not logged: on some platforms a container's path is a secret.
      out.debug(
        () =>
          `${request.method ?? 'GET'} ${new URL(request.url).origin}: ${response.status} in ${systemClock.now() - begun} ms`,
      );
      return response;
    },
    async serveLocal(port, answer) {
      const { serveLocal } = await import('./http/local-server.ts');
      return serveLocal(port, answer);
    },
    async keyStore(name, asking, options = {}): Promise<KeyStore> {
      await forbidCoreDumpsHere();
      const { openKeyStore } = await import('./keystore/key-store.ts');
      return openKeyStore(name, { ...system, terminal: asking }, options);
    },
    async keyringAnswers() {
      const { keyringAnswers } = await import('./keystore/keyring.ts');
      return keyringAnswers(system);
    },
  };
  let locks: Promise<System['locks']> | undefined;
  const loadAws = once(async () => {
    await forbidCoreDumpsHere();
    return (await import('./aws/client-factory.ts')).createAws(system);
  });
  return system;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/**
 * The command line of this process for others to see: without an MFA code (any six digits) and the command of exec.
 */
function commandShown(args: readonly string[]): string {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  return commandLine('ccvault', ...own.map((word) => word.replace(/(?<!\d)\d{6}(?!\d)/, 'CODE')));
}

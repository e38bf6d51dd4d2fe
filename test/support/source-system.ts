import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { get as getPlain } from 'node:http';
import type { SourceStep } from '../../src/core/plan/steps.ts';
import { parseAwsConfig } from '../../src/core/config/aws-config.ts';
import { planFor } from '../../src/core/plan/plan.ts';
import type { PlanOptions } from '../../src/core/plan/facts.ts';
import type { Environment } from '../../src/core/ports/environment.ts';
import type { System } from '../../src/core/ports/system.ts';
import type { Output } from '../../src/core/ports/terminal.ts';
import type { SourceContext } from '../../src/sources/source.ts';
import { untilInterrupted } from '../../src/system/terminal/show-and-wait.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createCrypto } from '../../src/system/crypto.ts';
import { filesOf } from './files.ts';
import { requestLocal } from '../../src/system/http/local-http.ts';
import { createLocks } from '../../src/system/files/locks.ts';
import { singleFlight } from '../../src/vault/single-flight.ts';
import { createPrograms } from '../../src/system/process/programs.ts';
import { receiveRedirect } from '../../src/system/http/redirect.ts';
import { silentTerminal } from './silent-terminal.ts';
import { awsUnder } from './system-aws.ts';
import { profileOfCommand } from '../../src/commands/shared/profile-of-command.ts';

export type SourceSystem = Omit<
  System,
  'process' | 'keyStore' | 'kernelKeyring' | 'keyringAnswers' | 'readStdin'
>;

export interface Bench {
  readonly context: SourceContext;
  readonly folder: string;
  readonly tokens: Map<string, string>;
  /** What was shown on the terminal, and every URL a browser was opened with. */
  readonly shown: string[];
  readonly opened: string[];
  dispose(): void;
}

export interface BenchSetup {
  readonly env?: Environment;
  /** Why nobody can be asked; somebody can where there is no reason. */
  readonly unavailable?: string;
  readonly noBrowser?: boolean;
  /** What the browser does with a URL; without it none can be opened. */
  readonly browser?: (url: string) => Promise<void>;
  /** Shared by several benches that stand for several processes. */
  readonly shared?: Bench;
}

/** Everything real but the person: a terminal that only collects, a browser of the test's own, tokens in memory. */
export function createBench(setup: BenchSetup = {}): Bench {
  const folder = setup.shared?.folder ?? mkdtempSync(join(tmpdir(), 'ccvault-sources-'));
  const tokens = setup.shared?.tokens ?? new Map<string, string>();
  const shown: string[] = [];
  const opened: string[] = [];
  const env = setup.env ?? {};
  const out = collectingOutput(shown);
  const host: System['host'] = {
    os: 'linux',
    runtime: 'node',
    pid: process.pid,
    userName: 'me',

    homeDirectory: folder,
    startedAs: ['/nowhere/ccvault'],
    vaultDirectory: folder,
  };
  const locks = createLocks({
    directory: join(folder, 'locks'),
    pid: process.pid,
    command: 'ccvault',
    clock: systemClock,
    out,
  });
  const files = filesOf(folder);
  const system: Partial<System> = {
    env,
    host,
    out,
    clock: systemClock,
    files,
    crypto: createCrypto(),
    locks,
    aws: awsUnder(env, host),
    programs: createPrograms('linux'),
    terminal: { ...silentTerminal(), unavailable: async () => setup.unavailable },
    receiveRedirect,
    requestLocal: (request) => requestLocal(request, env['AWS_CA_BUNDLE'], { env, files, host }),
    async attend(lines, work) {
      shown.push(...lines);
      return untilInterrupted(work);
    },
    async openBrowser(url) {
      if (setup.browser === undefined) return false;
      opened.push(url);
      await setup.browser(url);
      return true;
    },
  };
  return {
    context: {
      system: system as System,
      singleFlight: (flight) => singleFlight(locks, flight),
      noBrowser: setup.noBrowser ?? false,
      tokens: {
        read: async (name) => tokens.get(name),
        write: async (name, text) => void tokens.set(name, text),
      },
    },
    folder,
    tokens,
    shown,
    opened,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The first step of a profile's plan, made from a config file's text. */
export function stepOf<Kind extends SourceStep['kind']>(
  kind: Kind,
  config: string,
  env: Environment = {},
  options: PlanOptions = {},
): Extract<SourceStep, { kind: Kind }> {
  const context = {
    config: parseAwsConfig({ config, credentials: '', configPath: 'config', credentialsPath: 'credentials' }),
    env,
    storedKeys: new Map(),
    userName: 'me',
    profileOfCommand,
  };
  const [step] = planFor('p', context, options).steps;
  if (step.kind !== kind) throw new Error(`the plan begins with ${step.kind}`);
  return step as Extract<SourceStep, { kind: Kind }>;
}

/** A browser behind the stand-in's proxy that does as it is told by redirects. */
export function browserThrough(env: {
  HTTPS_PROXY: string;
  AWS_CA_BUNDLE: string;
}): (url: string) => Promise<void> {
  const agent = new Agent({
    proxyEnv: { HTTPS_PROXY: env.HTTPS_PROXY },
    ca: readFileSync(env.AWS_CA_BUNDLE),
  });
  return async function open(url: string): Promise<void> {
    const next = await new Promise<string | undefined>((resolve, reject) => {
      const done = (response: { headers: { location?: string | undefined }; resume(): unknown }): void => {
        response.resume();
        resolve(response.headers.location);
      };
      const request = url.startsWith('https:') ? get(url, { agent }, done) : getPlain(url, done);
      request.on('error', reject);
    });
    if (next !== undefined) await open(next);
  };
}

function collectingOutput(shown: string[]): Output {
  const say = (message: string): void => void shown.push(message);
  return {
    data: refuseData,
    info: say,
    plain: say,
    warning: say,
    error: say,
    hint: say,
    debug: () => {},
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    colours: () => false,
    isUnicode: true,
    columns: () => 80,
    progress: () => {},
    clearProgress: () => {},
  };
}

function refuseData(): never {
  throw new Error('a source wrote to standard output');
}

// A headless Chromium, steered through its DevTools protocol as far as one test needs it.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Browser {
  /** Opens an address in a page of its own and evaluates an expression there; promises are waited for. */
  evaluateAt(address: string, expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** `rules` as in `--host-resolver-rules`: `MAP evil.example 127.0.0.1`. */
export async function startChromium(rules: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'ccvault-chromium-'));
  const child = spawn(
    'chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--no-proxy-server',
      `--user-data-dir=${profile}`,
      `--host-resolver-rules=${rules}`,
      '--remote-debugging-port=0',
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile } },
  );
  const { host } = new URL(await devToolsAddress(child));
  return {
    async evaluateAt(address, expression) {
      const created = await fetch(`http://${host}/json/new?${encodeURIComponent(address)}`, {
        method: 'PUT',
      });
      const target: unknown = await created.json();
      return evaluate(String(field(target, 'webSocketDebuggerUrl')), expression);
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function devToolsAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`chromium ended:\n${said}`)));
  });
}

async function evaluate(address: string, expression: string): Promise<unknown> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  try {
    for (;;) {
      const result = await call(socket, 'Runtime.evaluate', {
        // A page that is still on its way has no document of its own yet.
        expression: `document.readyState === 'complete' && location.href !== 'about:blank' ? (${expression}) : 'loading'`,
        awaitPromise: true,
        returnByValue: true,
      });
      const value = field(field(result, 'result'), 'value');
      if (value !== 'loading') return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    socket.close();
  }
}

function call(socket: WebSocket, method: string, params: object): Promise<unknown> {
  return new Promise((resolve) => {
    socket.addEventListener('message', ({ data }) => resolve(field(JSON.parse(String(data)), 'result')), {
      once: true,
    });
    socket.send(JSON.stringify({ id: 1, method, params }));
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

// A process of its own that asks the container endpoint so many times a second: `load.ts SECONDS RATE`.

import { spawn } from 'node:child_process';
import { get, type IncomingMessage } from 'node:http';
import { json, text } from 'node:stream/consumers';

export interface Asked {
  readonly status: number;
  readonly accessKeyId: string;
  readonly expiration: string;
  /** When the answer came, by this process's real clock; ms. */
  readonly at: number;
}

/** Starts one and gives what it got. `variables` say where the server is. */
export async function askForSeconds(
  seconds: number,
  rate: number,
  variables: ReadonlyMap<string, string>,
): Promise<readonly Asked[]> {
  const child = spawn(process.execPath, [import.meta.filename, String(seconds), String(rate)], {
    env: Object.fromEntries(variables),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout)) as Asked[];
}

async function ask(): Promise<Asked> {
  const headers = { authorization: process.env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '' };
  const url = process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '';
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers, agent: false }, resolve).on('error', reject);
    });
    const fields = new Map(Object.entries((await json(response)) ?? {}));
    return {
      status: response.statusCode ?? 0,
      accessKeyId: String(fields.get('AccessKeyId')),
      expiration: String(fields.get('Expiration')),
      at: Date.now(),
    };
  } catch {
    return { status: 0, accessKeyId: '', expiration: '', at: Date.now() };
  }
}

if (import.meta.main) {
  const [seconds = 1, rate = 1] = process.argv.slice(2).map(Number);
  const asked: Promise<Asked>[] = [];
  const end = Date.now() + seconds * 1000;
  const timer = setInterval(() => {
    if (Date.now() < end) return void asked.push(ask());
    clearInterval(timer);
    void Promise.all(asked).then((all) => process.stdout.write(JSON.stringify(all)));
  }, 1000 / rate);
}

import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import type { ConsoleSignIn } from '../aws/signin.ts';
import type { Aws } from '../aws/server.ts';

/** Opens a console sign-in URL as a browser would, and gives what the stand-in then took for a sign-in. */
export async function openSignIn(aws: Aws, url: string): Promise<ConsoleSignIn> {
  const agent = new Agent({
    proxyEnv: { HTTPS_PROXY: aws.env.HTTPS_PROXY },
    ca: readFileSync(aws.env.AWS_CA_BUNDLE),
  });
  const before = aws.signIns.length;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
  agent.destroy();
  const signIn = aws.signIns.at(-1);
  if (status !== 302 || signIn === undefined || aws.signIns.length === before) {
    throw new Error(`the stand-in did not take the sign-in: ${status}`);
  }
  return signIn;
}

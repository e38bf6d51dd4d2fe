// A child of `exec --server`: `requests.ts COUNT` asks its container endpoint so many times, says how often it was
// answered so far, and does it again for each line that it reads.
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';

const AT_ONCE = 8;

const count = Number(process.argv[2]);
const url = process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '';
const headers = { authorization: process.env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '' };
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
let answered = 0;

await askAll();
for await (const _ of createInterface(process.stdin)) await askAll();
agent.destroy();

async function askAll(): Promise<void> {
  let left = count;
  const askInTurn = async (): Promise<void> => {
    while (left-- > 0) {
      if ((await ask()) !== 200) throw new Error('a request was refused');
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
  console.log(`${answered} answered`);
}

function ask(): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    asking.on('error', reject).end();
  });
}

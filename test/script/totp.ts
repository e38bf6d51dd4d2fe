// A script's authenticator: prints the code that the runner's helper port gives for a user.

const [url = '', user = ''] = process.argv.slice(2);
const response = await fetch(`${url}/totp?user=${encodeURIComponent(user)}`);
if (!response.ok) throw new Error(await response.text());
process.stdout.write(`${await response.text()}\n`);

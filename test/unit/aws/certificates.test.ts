import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:https';
import { after, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { createCertificateAuthority } from '../../aws/ca.ts';
import { listenOnLoopback } from '../../aws/listen.ts';
import { requires } from '../../support/requires.ts';

const ca = createCertificateAuthority();
const server = createServer({ SNICallback: (name, done) => done(null, ca.contextFor(name)) });
const port = await listenOnLoopback(server);
after(() => {
  server.close();
  ca.dispose();
  assert.equal(existsSync(ca.file), false);
});

function handshake(servername: string, trusted: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, servername, ca: trusted }, () => {
      resolve(socket.getPeerCertificate().subjectaltname ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test('any host gets a certificate that the CA vouches for', async () => {
  for (const host of ['sts.eu-west-1.amazonaws.com', 'signin.amazonaws.cn']) {
    assert.equal(await handshake(host, ca.pem), `DNS:${host}`);
  }
});

test('another CA of the same name does not vouch for it', async () => {
  const other = createCertificateAuthority();
  await assert.rejects(handshake('sts.eu-west-1.amazonaws.com', other.pem));
  other.dispose();
});

test('OpenSSL finds the CA well-formed by its strict rules', { skip: requires('openssl') }, () => {
  const answer = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', ca.file, ca.file]);
  assert.match(answer.toString(), /: OK$/m);
});

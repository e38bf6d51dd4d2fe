// A certificate authority made at run time: pure code, because openssl is not everywhere npm, git and make are.

import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import * as der from './der.ts';

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
};

const YEAR_MS = 365 * 24 * 3600 * 1000;

export type CertificateAuthority = {
  /** The CA's own certificate. */
  readonly pem: string;
  /** The same in a file, for `AWS_CA_BUNDLE`. */
  readonly file: string;
  /** Key and certificate for one host name, made on first use. */
  contextFor(host: string): SecureContext;
  /** Removes the file. */
  dispose(): void;
};

type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

/**
 * Makes a CA and one key for all its leaves (ECDSA P-256; some ms).
 * Certificates are valid for a year either way, so that clients with a moved clock can use them.
 */
export function createCertificateAuthority(): CertificateAuthority {
  const caKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leafKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = 'ccvault test CA';
  const pem = certificate({
    subject: name,
    issuer: name,
    subjectKey: caKeys.publicKey,
    issuerKeys: caKeys,
    extensions: [
      extension(OID.basicConstraints, true, der.sequence(der.boolean(true))),
      // keyCertSign and cRLSign.
      extension(OID.keyUsage, true, der.bitString(Buffer.from([0x06]), 1)),
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'ccvault-aws-ca-'));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, pem);
  const leafKey = leafKeys.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const contexts = new Map<string, SecureContext>();

  function contextFor(host: string): SecureContext {
    const known = contexts.get(host);
    if (known !== undefined) return known;
    const cert = certificate({
      subject: host.slice(0, 64),
      issuer: name,
      subjectKey: leafKeys.publicKey,
      issuerKeys: caKeys,
      extensions: [
        extension(OID.basicConstraints, true, der.sequence()),
        // digitalSignature.
        extension(OID.keyUsage, true, der.bitString(Buffer.from([0x80]), 7)),
        extension(OID.extendedKeyUsage, false, der.sequence(der.oid(OID.serverAuth))),
        extension(OID.subjectAltName, false, der.sequence(der.der(0x82, Buffer.from(host, 'latin1')))),
      ],
    });
    const context = createSecureContext({ key: leafKey, cert });
    contexts.set(host, context);
    return context;
  }

  return { pem, file, contextFor, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

function certificate(input: {
  readonly subject: string;
  readonly issuer: string;
  readonly subjectKey: KeyObject;
  readonly issuerKeys: KeyPair;
  readonly extensions: readonly Buffer[];
}): string {
  const now = Date.now();
  const algorithm = der.sequence(der.oid(OID.ecdsaWithSha256));
  const tbs = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(randomBytes(16).fill(0x40, 0, 1)),
    algorithm,
    commonName(input.issuer),
    der.sequence(der.utcTime(new Date(now - YEAR_MS)), der.utcTime(new Date(now + YEAR_MS))),
    commonName(input.subject),
    spki(input.subjectKey),
    der.explicit(
      3,
      der.sequence(
        ...input.extensions,
        extension(OID.subjectKeyIdentifier, false, der.octetString(keyId(input.subjectKey))),
        extension(
          OID.authorityKeyIdentifier,
          false,
          der.sequence(der.der(0x80, keyId(input.issuerKeys.publicKey))),
        ),
      ),
    ),
  );
  const signature = sign('sha256', tbs, input.issuerKeys.privateKey);
  const whole = der.sequence(tbs, algorithm, der.bitString(signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octetString(value));
}

function commonName(text: string): Buffer {
  return der.sequence(der.der(0x31, der.sequence(der.oid(OID.commonName), der.utf8(text))));
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha256').update(spki(key)).digest().subarray(0, 20);
}

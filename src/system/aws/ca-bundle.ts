import { X509Certificate } from 'node:crypto';
import { CliError, messageOf } from '../../core/errors.ts';
import { expandPath } from '../../core/expand-path.ts';
import type { System } from '../../core/ports/system.ts';

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g;

export type CaBundlePlace = Pick<System, 'env' | 'files' | 'host'>;

/**
 * The certificates of a PEM file, each as PEM text. They replace the built-in ones, as in the AWS CLI
 * (botocore hands the file to urllib3 in certifi's stead). Throws CliError `config` naming the file.
 */
export function readCaBundle(named: string, { env, files, host }: CaBundlePlace): readonly string[] {
  const path = expandPath(named, env, host);
  const text = files.readText(path);
  if (text === undefined) throw unusable(path, 'there is no such file');
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw unusable(path, 'it holds no certificate in PEM form');
  for (const certificate of certificates) {
    try {
      // Left to TLS, a damaged one would fail every connection with an OpenSSL code.
      void new X509Certificate(certificate);
    } catch (error) {
      throw unusable(path, `a certificate in it cannot be read: ${messageOf(error)}`);
    }
  }
  return certificates;
}

function unusable(path: string, reason: string): CliError {
  return new CliError('config', `cannot use the CA bundle ${path}: ${reason}`, {
    hints: ['correct AWS_CA_BUNDLE (or ca_bundle of the profile), or unset it'],
  });
}

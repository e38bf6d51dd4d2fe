import { X509Certificate } from 'node:crypto';
import { CliError, messageOf } from '../../core/errors.ts';
import { expandPath } from '../../core/expand-path.ts';
import type { System } from '../../core/ports/system.ts';

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g;

export type CaBundlePlace = Pick<System, 'env' | 'files' | 'host'>;

/**
 * The certificates of a PEM file, each as PEM text. They replace the built-in ones, as in the AWS CLI (botocore
 * passes the file to urllib3 instead of certifi's). Throws CliError `config`, which names the file, if it cannot be
 * used.
 */
export function readCaBundle(named: string, { env, files, host }: CaBundlePlace): readonly string[] {
  const path = expandPath(named, env, host);
  const text = files.readText(path);
  if (text === undefined) throw unusable(path, 'there is no such file');
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw unusable(path, 'it holds no certificate in PEM form');
  for (const certificate of certificates) {
    try {
      // Checked here, because a damaged certificate would fail every connection with an OpenSSL error code.
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

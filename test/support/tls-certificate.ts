import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate and its key, as files. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  /** The certificate itself, PEM. */
  readonly pem: string;
}

/** Makes a self-signed certificate for `localhost` and 127.0.0.1, as an operator would, or replaces the one of that name. */
export async function makeCertificate(folder: string, name: string): Promise<CertificateFiles> {
  const certificate = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-keyout', key, '-out', certificate],
  ]);
  return { certificate, key, pem: await readFile(certificate, 'utf8') };
}

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { StartupError } from '../config/startup-error';
import type { TlsFiles } from '../config/settings';

/** Who the service is to those that connect by TLS. */
export interface TlsCredentials {
  /** PEM. */
  readonly cert: Buffer;
  /** PEM. */
  readonly key: Buffer;
}

/** The certificate of the service and its private key, as they are in their files. */
export class TlsIdentity {
  constructor(private readonly files: TlsFiles) {}

  /** Reads the files. @throws {StartupError} when they cannot be used, in a sentence that says which */
  read(): TlsCredentials {
    const cert = contentOf('TLS_CERT', this.files.certificate);
    const key = contentOf('TLS_KEY', this.files.key);
    if (!certificateOf(cert).checkPrivateKey(privateKeyOf(key))) {
      throw new StartupError('TLS_KEY is not the private key of the first certificate in TLS_CERT.');
    }
    return { cert, key };
  }
}

function contentOf(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new StartupError(`${name} names a file that cannot be read.`, { cause: error });
  }
}

function certificateOf(pem: Buffer): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new StartupError('TLS_CERT must name a file with a certificate in PEM form.', { cause: error });
  }
}

function privateKeyOf(pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new StartupError('TLS_KEY must name a file with a private key in PEM form, not encrypted.', { cause: error });
  }
}
